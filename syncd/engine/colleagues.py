"""Who of an event's people, and who of its pool, is a user of the Zoom account."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

from syncd.core.desired import Wanted, desired
from syncd.core.event import Event
from syncd.core.ids import AccountKey
from syncd.core.look import Observed, case_of
from syncd.core.meeting import Host
from syncd.core.policy import AlternativeHosts, PersonPolicy
from syncd.engine.deps import Deps, acting_for
from syncd.engine.lease import Hold
from syncd.ports.errors import NotFound, ProviderError
from syncd.ports.store import Tx

log = logging.getLogger(__name__)

# Each look at an event asks about so many people; the others come with its next looks.
_MOST = 20
_MOST_STRANGERS = 10_000
_KNOWN_FOR = timedelta(days=1)


async def known(deps: Deps, event: Event) -> frozenset[str]:
    """Give the event's people who are licensed users, as far as the database knows."""
    people = _people(event, deps.people[event.ref.calendar.owner])
    if not people:
        return frozenset()

    def read(tx: Tx) -> frozenset[str]:
        found = {address: tx.hosts.get(address) for address in people}
        return frozenset(a for a, host in found.items() if host and not host[0].is_basic)

    person = deps.people[event.ref.calendar.owner]
    found = await deps.store.run(read)
    return frozenset(each for each in found if _place(deps, person, each) not in deps.strangers)


async def look_up(deps: Deps, hold: Hold, seen: Observed) -> Observed:
    """Ask Zoom about those who are not known, and give what was seen with who is known now.

    Only an event that is to have a meeting is worth the asking. Whatever fails is asked again at the
    next look: nothing here keeps a meeting from being made.
    """
    event = seen.event
    if event is None or not (asked := await _unknown(deps, event)):
        return seen
    context = deps.context(event.ref.calendar)
    case = case_of(seen, event, seen.decision(event, context.person), context)
    if not isinstance(desired(case), Wanted):
        return seen
    hosts = await asyncio.gather(*(_ask(deps, context.person, address) for address in asked))
    found = [host for host in hosts if host is not None]
    if not found:
        return seen
    now = deps.clock.now()

    def keep(tx: Tx) -> None:
        for host in found:
            tx.hosts.put(host, checked_at=now)

    await hold.commit(keep)
    return replace(seen, colleagues=await known(deps, event))


def _people(event: Event, person: PersonPolicy) -> frozenset[str]:
    """Name those who may become alternative hosts: the organiser and the guests of our domains."""
    if person.meeting.alternative_hosts is AlternativeHosts.OFF:
        return frozenset()
    everybody = {each.address for each in event.attendees if not each.is_resource}
    everybody.add(event.organiser)
    ours = person.domains
    return frozenset(
        each for each in everybody if each and (not ours or each.rpartition("@")[2] in ours)
    )


async def _unknown(deps: Deps, event: Event) -> list[str]:
    """Give whom to ask about: the pool first, and nobody who was asked about within a day."""
    person = deps.people[event.ref.calendar.owner]
    pool = [*person.pool, *(address for rule in person.rules for address in rule.pool)]
    wanted = dict.fromkeys([*pool, *sorted(_people(event, person))])
    if not wanted:
        return []
    clock, lasts = deps.clock, _KNOWN_FOR
    since = clock.monotonic() - lasts.total_seconds()
    strange = {
        address
        for address in wanted
        if deps.strangers.get(_place(deps, person, address), since) > since
    }

    def stale(tx: Tx) -> list[str]:
        found = {address: tx.hosts.get(address) for address in wanted if address not in strange}
        return [a for a, host in found.items() if host is None or clock.now() - host[1] > lasts]

    return (await deps.store.run(stale))[:_MOST]


def _acting(person: PersonPolicy, address: str) -> str:
    """Say by whose account somebody is looked up: who may host by her own, all others by the host's."""
    pools = (person.pool, *(rule.pool for rule in person.rules))
    return address if any(address in pool for pool in pools) else person.host


def _place(deps: Deps, person: PersonPolicy, address: str) -> tuple[AccountKey, str]:
    return deps.meetings.account(_acting(person, address)), address


async def _ask(deps: Deps, person: PersonPolicy, address: str) -> Host | None:
    place = _place(deps, person, address)
    try:
        with acting_for(deps, _acting(person, address)) as zoom:
            host = await zoom.host(address)
    except NotFound:
        if len(deps.strangers) >= _MOST_STRANGERS:
            deps.strangers.clear()
        deps.strangers[place] = deps.clock.monotonic()
        return None
    except ProviderError as error:
        log.info("zoom user not looked up", extra={"code": error.code})
        return None
    deps.strangers.pop(place, None)
    return host

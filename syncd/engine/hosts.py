"""Pools: which host is free, who is told of a place that becomes free, and what runs at once."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from syncd.core.binding import LIVING, Binding
from syncd.core.hosts import Span, at_once, choose_host, day_of, overbooked
from syncd.core.meeting import Host, Meeting
from syncd.core.policy import PersonPolicy
from syncd.engine.deps import Deps
from syncd.ports.errors import RateLimited
from syncd.ports.store import Tx

POOL_BUSY = "pool_busy"

# A host may become free without a word to us: when an event is over.
_LOOK_AGAIN = timedelta(minutes=5)
_SHORTEST = timedelta(minutes=1)


def choose(
    deps: Deps, tx: Tx, pool: tuple[str, ...], binding: Binding, *, most_per_day: int
) -> str:
    """Choose who hosts, in the transaction that commits the intent: no place is given away twice.

    Who is no user of the account is left out while there are others. RateLimited `pool_busy` when
    nobody is free.
    """
    spent = tx.hosts.spent(deps.clock.now().date())
    strangers = {
        address for account, address in deps.strangers if account == deps.meetings.account(address)
    }
    users = [each for each in pool if each not in strangers] or list(pool)
    able = [_host(tx, each) for each in users if spent.get(each, 0) < most_per_day]
    span = _span(binding)
    chosen = choose_host(able, _busy(tx, users, binding, span), span)
    if chosen is not None:
        return chosen
    raise RateLimited(
        f"every Zoom host of the pool is busy at that time: {', '.join(pool)}",
        code=POOL_BUSY,
        remedy="Choose another time, or have a host added to the pool.",
        retry_after=_LOOK_AGAIN,
    )


def host_of(tx: Tx, person: PersonPolicy, meeting: Meeting) -> str:
    """Tell who hosts a meeting that was found: of those who may, the one whose id it names."""
    own = (person.host, *person.pool, *(a for rule in person.rules for a in rule.pool))
    for address in (*own, *sorted(person.hosts_allowed)):
        known = tx.hosts.get(address)
        if known is not None and known[0].user_id == meeting.host_id:
            return known[0].address
    return person.host


def save(deps: Deps, tx: Tx, binding: Binding) -> None:
    """Save what an event's binding is now; a host whose event has moved may be free at its old time."""
    former = tx.bindings.by_key(binding.key)
    tx.bindings.save(binding)
    if former is not None and _span(former) != _span(binding):
        rouse(deps, tx, former.host)


def rouse(deps: Deps, tx: Tx, host: str) -> None:
    """Have the events looked at that wait for a pool, now that one of its hosts is free."""
    if host.lower() not in pooled(deps):
        return
    now = deps.clock.now()
    for row in tx.events.waiting():
        if row.code == POOL_BUSY:
            tx.events.mark_due(row.ref, due_at=now, starts_at=row.starts_at)
            tx.calendars.hurry(row.ref.calendar, due_at=now)


def overlapping(deps: Deps, tx: Tx, *, now: datetime) -> list[Binding]:
    """List the events that run while their pool host has more meetings than Zoom lets her hold."""
    pools = pooled(deps)
    by_host: defaultdict[str, list[Binding]] = defaultdict(list)
    for binding in tx.bindings.all():
        if binding.host in pools and binding.state in LIVING and binding.ends_at > now:
            by_host[binding.host].append(binding)
    found = []
    for address, bindings in sorted(by_host.items()):
        places = overbooked([_span(each) for each in bindings], at_once(_host(tx, address)))
        found += [bindings[place] for place in sorted(places)]
    return found


def pooled(deps: Deps) -> frozenset[str]:
    """Give every host of any pool."""
    people = deps.people.values()
    pools = [person.pool for person in people]
    pools += [rule.pool for person in people for rule in person.rules]
    return frozenset(address.lower() for pool in pools for address in pool)


def _host(tx: Tx, address: str) -> Host:
    """Give a host as she is known; an unknown one is taken for one who holds one meeting at a time."""
    known = tx.hosts.get(address)
    return Host(address, "", is_basic=True) if known is None else known[0]


def _busy(tx: Tx, hosts: list[str], binding: Binding, span: Span) -> dict[str, list[Span]]:
    day = day_of(span)
    begin, end = min(span[0], day[0]), max(span[1], day[1])
    busy: defaultdict[str, list[Span]] = defaultdict(list)
    for other in tx.bindings.hosted_by(hosts, begin=begin, end=end):
        if other.id != binding.id:
            busy[other.host].append(_span(other))
    return busy


def _span(binding: Binding) -> Span:
    return binding.starts_at, max(binding.ends_at, binding.starts_at + _SHORTEST)

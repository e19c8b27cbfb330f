"""The slow chores: learn which hosts are cut off after 40 minutes, forget what is long over."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from syncd.core.backoff import wait_for
from syncd.core.binding import Binding, BindingState
from syncd.core.conference import ConferenceKind
from syncd.core.ids import AccountKey
from syncd.core.meeting import BASIC_LIMIT, Host
from syncd.core.policy import PersonPolicy
from syncd.engine import hosts, ongoing
from syncd.engine.deps import Deps, acting_for
from syncd.engine.turns import Turns
from syncd.ports.errors import Forbidden, NotFound, ProviderError
from syncd.ports.rows import AccountRow, AccountState
from syncd.ports.store import Tx

log = logging.getLogger(__name__)

_HOST_KNOWN_FOR = timedelta(days=1)
_HOST_ASKED_AGAIN = timedelta(hours=1)
_SERIES_AT_ONCE = 20
_SERIES_MOVED_EVERY = timedelta(minutes=1)
_FORGETS_EVERY = timedelta(hours=6)
_LASTINGLY_WELL = timedelta(minutes=10)
_CLOCK_JUMP = timedelta(days=1)


class Upkeep:
    """Chores on timers; each may be skipped or repeated without harm, and one daemon does it."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._turns = Turns(deps)
        self._began = (deps.clock.now(), deps.clock.monotonic())
        self._asked: dict[str, float] = {}
        self._probes: dict[AccountKey, int] = {}
        self._next_probe: dict[AccountKey, float] = {}

    async def learn_hosts(self) -> None:
        """Look up the hosts of long meetings: Zoom ends those of Basic users after 40 minutes."""
        now = self._deps.clock.now()

        def unknown(tx: Tx) -> list[str]:
            found = sorted({b.host for b in tx.bindings.all() if is_long(b)})
            known = {host: tx.hosts.get(host) for host in found}
            return [h for h, k in known.items() if k is None or now - k[1] > _HOST_KNOWN_FOR]

        for address in await self._deps.store.run(unknown):
            if self._may_ask(address):
                async with self._turns.taken(
                    f"learn host {address}", within=_HOST_ASKED_AGAIN
                ) as ours:
                    if ours:
                        await self._learn(address)

    async def probe_meetings(self) -> None:
        """See whether each unwell Zoom account is well again; the events that wait are tried then.

        Asked less and less often. An account whose events show it to be well needs no asking, and
        one that its owner disconnected is not unwell.
        """
        acting = {self._deps.meetings.account(host): host for host in self._hosts()}
        for row in await self._deps.store.run(lambda tx: tx.accounts.all()):
            if row.key in acting and row.state is not AccountState.NOT_CONNECTED:
                await self._look_after(row, acting[row.key])

    def _hosts(self) -> list[str]:
        own = {person.host for person in self._deps.people.values()}
        return sorted(own | hosts.pooled(self._deps), reverse=True)

    async def _look_after(self, row: AccountRow, host: str) -> None:
        clock, key = self._deps.clock, row.key
        if row.state is AccountState.OK:
            # One that answers the probe and then fails at the work must not be tried in a hot loop.
            if clock.now() - row.since > _LASTINGLY_WELL:
                self._probes.pop(key, None)
        elif clock.monotonic() >= self._next_probe.get(key, 0.0):
            self._probes[key] = self._probes.get(key, 0) + 1
            pause = wait_for(self._probes[key] + 2, self._deps.timing.retry, clock.random())
            self._next_probe[key] = clock.monotonic() + pause.total_seconds()
            async with self._turns.taken(f"probe meetings {key}", within=pause / 2) as ours:
                if ours:
                    await self._probe(row, host)

    async def move_series_on(self) -> None:
        """Note the next occurrence of every series whose last known one is over, a few at a time."""
        async with self._turns.taken("move series on", within=_SERIES_MOVED_EVERY / 2) as ours:
            if ours:
                await ongoing.move_on(self._deps, most=_SERIES_AT_ONCE)

    async def forget_finished(self) -> None:
        """Drop bindings of events that are long over; meetings and events stay as they are."""
        async with self._turns.taken("forget finished", within=_FORGETS_EVERY / 2) as ours:
            if ours:
                await self._forget()

    async def _forget(self) -> None:
        now = self._deps.clock.now()
        if self._is_clock_ahead():
            log.warning("clock is ahead", extra={"now": now.isoformat()})
            return
        people = self._deps.people
        over = await ongoing.over(self._deps)

        def purge(tx: Tx) -> int:
            old = [b for b in tx.bindings.all() if b.ref.calendar.owner in people]
            old = [b for b in old if now - b.ends_at > people[b.ref.calendar.owner].link.keep]
            old = [b for b in old if b.id in over]
            old = [b for b in old if tx.journal.open_for(b.id) is None]
            for binding in old:
                tx.bindings.delete(binding.id)
                tx.choices.forget(binding.key)
            tx.choices.forget_older(now - choice_kept_for(people.values()))
            ongoing.forget_occurrences(tx, now - max(p.link.keep for p in people.values()))
            return len(old)

        if count := await self._deps.store.run(purge):
            log.info("finished events forgotten", extra={"count": count})

    def _is_clock_ahead(self) -> bool:
        """Tell whether the wall clock has jumped: events that seem to be over may be still to come."""
        clock, (began, steady) = self._deps.clock, self._began
        lasted = timedelta(seconds=clock.monotonic() - steady)
        return clock.now() - began - lasted > _CLOCK_JUMP

    async def _probe(self, row: AccountRow, host: str) -> None:
        try:
            await self._deps.meetings.of(host).host(host)
        except (NotFound, Forbidden):
            log.debug("host not looked up", extra={"host": host})
        except ProviderError as error:
            log.info("account still unwell", extra={"account": str(row.key), "code": error.code})
            return
        now = self._deps.clock.now()
        well = AccountRow(key=row.key, state=AccountState.OK, reason="", remedy="", since=now)

        def heal(tx: Tx) -> None:
            tx.accounts.set(well)
            for waiting in tx.events.waiting():
                if waiting.due_at is not None:
                    tx.events.mark_due(waiting.ref, due_at=now, starts_at=waiting.starts_at)

        await self._deps.store.run(heal)
        log.info("account well again", extra={"account": str(row.key)})

    def _may_ask(self, address: str) -> bool:
        now = self._deps.clock.monotonic()
        if now - self._asked.get(address, -1e9) < _HOST_ASKED_AGAIN.total_seconds():
            return False
        self._asked[address] = now
        return True

    async def _learn(self, address: str) -> None:
        try:
            with acting_for(self._deps, address) as zoom:
                host = await zoom.host(address)
        except ProviderError as error:
            log.info("host not looked up", extra={"host": address, "code": error.code})
            return
        await self._deps.store.run(lambda tx: self._keep(tx, host))

    def _keep(self, tx: Tx, host: Host) -> None:
        tx.hosts.put(host, checked_at=self._deps.clock.now())


def choice_kept_for(people: Iterable[PersonPolicy]) -> timedelta:
    """Give how long a choice lasts whose event has no link.

    Long enough to reach the horizon for an event twice as far away, and to outlast a nearer one.
    """
    return max(2 * person.link.horizon + person.link.keep for person in people)


def is_long(binding: Binding) -> bool:
    """Tell whether an event with a Zoom link lasts longer than a Basic host may."""
    is_zoom = binding.conference is ConferenceKind.ZOOM
    live = binding.state is BindingState.LINKED and is_zoom
    return live and binding.ends_at - binding.starts_at > BASIC_LIMIT

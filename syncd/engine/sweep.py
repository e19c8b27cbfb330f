"""The sweep: now and then every host's meetings are compared with the events they belong to.

It finds what no change of an event tells: a meeting that a person deleted at Zoom, a new passcode,
a meeting without an event, which after the loss of a database is only told (K26). It only makes events
due: what is done about one is decided by looking at that one event and its meeting.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from syncd.core.binding import Binding
from syncd.core.drift import MAY_SURFACE, has_drifted, is_followed, is_over, unaccounted
from syncd.core.meeting import ListedMeeting
from syncd.engine import late, surplus
from syncd.engine.deps import Deps, acting_for
from syncd.engine.doubt import doubt
from syncd.engine.turns import Turns
from syncd.ports.errors import NotFound, Permanent, ProviderError
from syncd.ports.replicas import Turn
from syncd.ports.rows import OrphanRow
from syncd.ports.store import Tx

log = logging.getLogger(__name__)

# Soon enough to find what changed while nothing ran, and after the first read of the calendars.
_FIRST = timedelta(minutes=1)

# A list that lacks everything must not become a storm of requests.
_MOST_DOUBTS = 100
_MOST_LOOKS = 20

# The same difference looked at so often in vain is the list's way to write a link.
_MOST_REPEATS = 3

# Younger ones may be about to be bound.
_SETTLED_AFTER = timedelta(minutes=10)


class Sweep:
    """Sweeps one host at each tick while a round goes on; a round begins every `Timing.sweep`.

    A host that fails is left for the next round. Whatever is cut short is found again by the next.
    Of several daemons one sweeps a host at a time, and what one has swept the others leave out.
    """

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._turns = Turns(deps)
        self._hosts: deque[str] = deque()
        self._next_round = deps.clock.monotonic() + _FIRST.total_seconds()
        self._doubts: dict[int, tuple[str, int]] = {}
        self._over: set[int] = set()

    async def tick(self) -> None:
        """Sweep the next host; nothing between the rounds."""
        clock = self._deps.clock
        if self._deps.draining.is_set():
            return
        await late.look(self._deps)
        if not self._hosts:
            if clock.monotonic() < self._next_round:
                return
            pause = self._deps.timing.sweep * (1 - 0.1 * clock.random())
            self._next_round = clock.monotonic() + pause.total_seconds()
            self._hosts.extend(await self._deps.store.run(self._to_sweep))
        if self._hosts:
            await self._in_turn(self._hosts.popleft())

    async def _in_turn(self, host: str) -> None:
        """Sweep a host unless another daemon did; while one is at it, it may yet be left to us."""
        chore = f"sweep {host}"
        turn = await self._turns.take(chore, within=self._deps.timing.sweep / 2)
        if turn is Turn.BUSY:
            self._hosts.append(host)
        elif turn is Turn.OURS:
            is_swept = await self._sweep(host)
            await (self._turns.done(chore) if is_swept else self._turns.give_up(chore))

    def _to_sweep(self, tx: Tx) -> list[str]:
        now = self._deps.clock.now()
        followed = {binding.host for binding in tx.bindings.all() if is_followed(binding, now)}
        given_up = tx.journal.given_up(since=now - MAY_SURFACE).values()
        return sorted(followed | {orphan.host for orphan in tx.orphans.all()} | set(given_up))

    async def _sweep(self, host: str) -> bool:
        """Sweep a host; tells whether its meetings could be read."""
        try:
            with acting_for(self._deps, host) as zoom:
                listed = await zoom.listing(host)
            doubted = await self._deps.store.run(lambda tx: self._doubt(tx, host, listed))
            await self._clear(host, listed)
            await self._report(host, listed)
        except ProviderError as error:
            log.info("sweep put off", extra={"host": host, "code": error.code})
            return False
        log.info("host swept", extra={"host": host, "meetings": len(listed), "doubted": doubted})
        return True

    def _doubt(self, tx: Tx, host: str, listed: Sequence[ListedMeeting]) -> int:
        """Make every event due whose meeting seems to have changed; gives their number."""
        now, found = self._deps.clock.now(), {meeting.id: meeting for meeting in listed}
        doubted = [
            binding
            for binding in tx.bindings.of_host(host)
            if binding.ref.calendar in self._deps.watched
            and is_followed(binding, now)
            and has_drifted(binding, found.get(binding.meeting_id or 0))
            and self._is_new(binding, found.get(binding.meeting_id or 0))
        ]
        for binding in self._some(doubted):
            doubt(tx, binding, now=now)
        return len(doubted)

    def _some(self, doubted: list[Binding]) -> Iterable[Binding]:
        """Take as many as one round may look at, from another place each time."""
        first = int(self._deps.clock.random() * len(doubted)) if len(doubted) > _MOST_DOUBTS else 0
        return (doubted[first:] + doubted[:first])[:_MOST_DOUBTS]

    def _is_new(self, binding: Binding, listed: ListedMeeting | None) -> bool:
        """Tell whether a difference was not yet looked at again and again without effect."""
        if listed is None:
            return True
        difference = f"{listed.join_url}\n{binding.join_url}"
        known, times = self._doubts.get(listed.id, ("", 0))
        times = times + 1 if known == difference else 1
        self._doubts[listed.id] = (difference, times)
        return times <= _MOST_REPEATS

    async def _clear(self, host: str, listed: Sequence[ListedMeeting]) -> None:
        """Delete what surfaced after its create had been given up."""
        suspects = await self._deps.store.run(lambda tx: self._suspects(tx, listed))
        if suspects:
            await surplus.clear(self._deps, host, listed, suspects=suspects)

    async def _report(self, host: str, listed: Sequence[ListedMeeting]) -> None:
        """Keep in mind which meetings of ours belong to no event; they are left as they are."""
        suspects = await self._deps.store.run(lambda tx: self._suspects(tx, listed))
        if suspects is None:
            return
        living = [one for one in suspects[:_MOST_LOOKS] if await self._lives(host, one)]
        now = self._deps.clock.now()
        fresh = await self._deps.store.run(lambda tx: _keep(tx, host, living, now))
        for meeting_id in fresh:
            log.warning("meeting without event", extra={"host": host, "meeting": meeting_id})

    def _suspects(self, tx: Tx, listed: Sequence[ListedMeeting]) -> list[int] | None:
        """Give the meetings with our marker that nothing is bound to.

        None while some calendar was never read: an event in it may be the one.
        """
        rows = [row for row in tx.calendars.all() if row.enabled]
        if any(row.last_success is None for row in rows):
            return None
        in_making = {intent.marker for intent in tx.journal.all_open()}
        before = self._deps.clock.now() - _SETTLED_AFTER
        ours = unaccounted(listed, self._deps.keys, in_making=in_making, before=before)
        unbound = (m.id for m in ours if tx.bindings.by_meeting(m.id) is None)
        return [meeting_id for meeting_id in unbound if meeting_id not in self._over]

    async def _lives(self, host: str, meeting_id: int) -> bool:
        """Tell whether a meeting is really there and not over."""
        try:
            with acting_for(self._deps, host) as zoom:
                meeting = await zoom.get(meeting_id)
        except (NotFound, Permanent):
            return False
        if is_over(meeting, self._deps.clock.now()):
            self._over.add(meeting_id)
            return False
        return True


def _keep(tx: Tx, host: str, living: Iterable[int], now: datetime) -> list[int]:
    """Replace what was known of a host; gives the meetings that were not known before."""
    known = {row.meeting_id: row for row in tx.orphans.all() if row.host == host}
    unbound = [m for m in living if tx.bindings.by_meeting(m) is None]
    tx.orphans.replace(
        host,
        [known.get(m) or OrphanRow(meeting_id=m, host=host, found_at=now) for m in unbound],
    )
    return [m for m in unbound if m not in known]

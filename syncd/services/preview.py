"""What would be written, event by event, if the daemon ran now: nothing is changed by asking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from syncd.core.actions import UnshareLink
from syncd.core.binding import Binding, Intent
from syncd.core.ids import CalendarKey, EventRef
from syncd.engine import guard
from syncd.engine.deps import Deps
from syncd.engine.observe import observe
from syncd.engine.planned import PlannedEvent, PlannedWrite, plan_event
from syncd.engine.pull import Round, matters, read
from syncd.ports.errors import ProviderError
from syncd.ports.store import Tx

FORMAT = 1
"""What `syncd apply` can read; grows with every change that an older one would not understand."""

# Every hold-off and every rest is over by then.
_SOON = timedelta(hours=1)
_MOST_DUE = 100_000


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """One write; `mails` is how many people the provider may mail for it, at most.

    `after` (UTC) is the earliest time for it, None for now. `belongs_to` is the event in the same
    calendar whose plan it is a part of: the event itself, or its series. `version` is that one's
    version, empty when it is gone, and `plan` the digest of all its actions.
    """

    kind: str
    calendar: str
    event: str
    reason: str
    mails: int
    after: datetime | None
    belongs_to: str
    version: str
    plan: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """A calendar or event that could not be looked at."""

    calendar: str
    event: str
    problem: str


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A write that was begun at `since` (UTC) and whose outcome is not known: it is found out first."""

    calendar: str
    event: str
    kind: str
    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Stop:
    """An account whose removals would be stopped, until a person allows them."""

    account: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """All planned writes of all calendars, in the order of the config.

    `instance` tells installations apart. With `backfill` it is as if policy took in events that
    were marked before the first sync; `since` (UTC) leaves out all that start earlier.
    """

    format: int
    instance: str
    made_at: datetime
    backfill: bool
    since: datetime | None
    actions: tuple[PlannedAction, ...]
    problems: tuple[Trouble, ...]
    unfinished: tuple[Unfinished, ...]
    stopped: tuple[Stop, ...]


async def preview(deps: Deps, *, backfill: bool = False, since: datetime | None = None) -> Preview:
    """Read every calendar anew and plan every event that matters."""
    made_at = deps.clock.now()
    if backfill:
        deps = deps.taking_in()
    events: list[PlannedEvent] = []
    problems: list[Trouble] = []
    for calendar in sorted(deps.watched):
        try:
            found = await read(deps, calendar, None)
        except ProviderError as error:
            problems.append(Trouble(str(calendar), "", error.message))
            continue
        problems += _unreadable(calendar, found)
        planned, failed = await _plan_all(deps, calendar, found)
        events += (one for one in planned if _is_asked_for(one, since))
        problems += failed
    going = [ref for one in events for ref in _going(one)]
    stopped, unfinished = await deps.store.run(
        lambda tx: (_stops(deps, tx, going), _unfinished(deps, tx))
    )
    return Preview(
        format=FORMAT,
        instance=deps.keys.instance,
        made_at=made_at,
        backfill=backfill,
        since=since,
        actions=tuple(_action(one, write) for one in events for write in one.writes),
        problems=tuple(problems),
        unfinished=unfinished,
        stopped=stopped,
    )


def _unreadable(calendar: CalendarKey, found: Round) -> Iterator[Trouble]:
    for event_id, problem in sorted(found.unreadable.items()):
        yield Trouble(str(calendar), event_id, f"the event cannot be understood: {problem}")


async def _plan_all(
    deps: Deps, calendar: CalendarKey, found: Round
) -> tuple[list[PlannedEvent], list[Trouble]]:
    """Plan the events of a calendar; those that follow their series are part of its plan."""
    planned: list[PlannedEvent] = []
    problems: list[Trouble] = []
    for ref in await deps.store.run(lambda tx: _refs(deps, tx, calendar, found)):
        try:
            seen = await observe(deps, ref)
            planned.append(await plan_event(deps, seen, _occurrences(found, ref)))
        except ProviderError as error:
            problems.append(Trouble(str(calendar), ref.event_id, error.message))
    parts = {write.ref for one in planned for write in one.writes if write.ref != one.ref}
    return [one for one in planned if one.ref not in parts], problems


def _refs(deps: Deps, tx: Tx, calendar: CalendarKey, found: Round) -> list[EventRef]:
    """Name what has changed, and what only time has to pass for."""
    changed = [ref for ref, _ in matters(tx, calendar, found)]
    soon = tx.events.due(calendar, now=deps.clock.now() + _SOON, limit=_MOST_DUE)
    return list(dict.fromkeys([*changed, *(row.ref for row in soon)]))


def _occurrences(found: Round, series: EventRef) -> list[EventRef]:
    rows = (seen.occurrence for seen in found.seen.values())
    return [row.ref for row in rows if row is not None and row.series == series]


def _going(one: PlannedEvent) -> Iterator[EventRef]:
    """Name what loses its link for good: the event with its meeting, or occurrences one by one."""
    if one.takes_meeting:
        yield one.ref
    for write in one.writes:
        if isinstance(write.effect, UnshareLink) and write.effect.forget:
            yield write.ref


def _is_asked_for(one: PlannedEvent, since: datetime | None) -> bool:
    return since is None or (one.starts_at is not None and one.starts_at >= since)


def _action(one: PlannedEvent, write: PlannedWrite) -> PlannedAction:
    return PlannedAction(
        kind=write.kind,
        calendar=str(write.ref.calendar),
        event=write.ref.event_id,
        reason=write.effect.reason,
        mails=write.mails,
        after=write.after,
        belongs_to=one.ref.event_id,
        version=one.version,
        plan=one.digest,
    )


def _stops(deps: Deps, tx: Tx, going: Sequence[EventRef]) -> tuple[Stop, ...]:
    accounts = sorted({calendar.account for calendar in deps.watched})
    told = ((account, guard.would_stop(deps, tx, account, going)) for account in accounts)
    return tuple(
        Stop(str(account), reason, f"Run `syncd resume {account}` once they are stopped.")
        for account, reason in told
        if reason is not None
    )


def _unfinished(deps: Deps, tx: Tx) -> tuple[Unfinished, ...]:
    bindings = {one.id: one for one in tx.bindings.all() if one.ref.calendar in deps.watched}
    intents = (one for one in tx.journal.all_open() if one.binding_id in bindings)
    return tuple(_told(bindings[one.binding_id], one) for one in intents)


def _told(binding: Binding, intent: Intent) -> Unfinished:
    return Unfinished(
        calendar=str(binding.ref.calendar),
        event=binding.ref.event_id,
        kind=str(intent.kind),
        since=intent.opened_at,
        reason="it is not known whether this took effect; that is found out before anything else",
    )

"""What would be written, event by event, if the daemon ran now: nothing is changed by asking."""

from __future__ import annotations

from dataclasses import dataclass, replace

from syncd.core.actions import (
    Action,
    Effect,
    HoldOff,
    RemoveLink,
    ShareLink,
    UnshareLink,
    WriteLink,
    kind_of,
)
from syncd.core.ids import CalendarKey, EventRef
from syncd.core.look import Observed
from syncd.core.plan import Plan, make_plan
from syncd.engine.deps import Deps
from syncd.engine.observe import observe
from syncd.engine.pull import matters, read
from syncd.ports.errors import ProviderError

_WRITES = WriteLink | RemoveLink | ShareLink | UnshareLink


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """One write; `mails` is how many people the provider may mail for it, at most."""

    kind: str
    calendar: str
    event: str
    reason: str
    mails: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """A calendar or event that could not be looked at."""

    calendar: str
    event: str
    problem: str


@dataclass(frozen=True, slots=True)
class Preview:
    """All planned writes of all calendars, in the order of the config."""

    actions: tuple[PlannedAction, ...]
    problems: tuple[Trouble, ...]


async def preview(deps: Deps) -> Preview:
    """Read every calendar anew and plan every event that matters."""
    actions: list[PlannedAction] = []
    problems: list[Trouble] = []
    for calendar in sorted(deps.watched):
        try:
            refs = await _refs(deps, calendar)
        except ProviderError as error:
            problems.append(Trouble(str(calendar), "", error.message))
            continue
        for ref in refs:
            try:
                actions += await _planned(deps, ref)
            except ProviderError as error:
                problems.append(Trouble(str(calendar), ref.event_id, error.message))
    return Preview(tuple(actions), tuple(problems))


async def _refs(deps: Deps, calendar: CalendarKey) -> list[EventRef]:
    found = await read(deps, calendar, None)
    return [ref for ref, _ in await deps.store.run(lambda tx: matters(tx, calendar, found))]


async def _planned(deps: Deps, ref: EventRef) -> list[PlannedAction]:
    seen = await observe(deps, ref)
    plan = _after_hold_off(deps, seen)
    return [
        PlannedAction(
            kind_of(action),
            str(ref.calendar),
            ref.event_id,
            action.reason,
            _mails(deps, seen, action),
        )
        for action in plan.actions
        if isinstance(action, Effect)
    ]


def _after_hold_off(deps: Deps, seen: Observed) -> Plan:
    """Plan as if the hold-off were over: what it holds off is what a person wants to see."""
    context = deps.context(seen.ref.calendar)
    plan = make_plan(seen, context)
    held = any(isinstance(action, HoldOff) for action in plan.actions)
    if not held or seen.binding is None:
        return plan
    since = context.now - context.person.link.hold_off - context.elsewhere
    return make_plan(replace(seen, binding=replace(seen.binding, removal_since=since)), context)


def _mails(deps: Deps, seen: Observed, action: Action) -> int:
    if seen.event is None or not isinstance(action, _WRITES):
        return 0
    return deps.calendar(seen.ref.calendar).mails(seen.event)

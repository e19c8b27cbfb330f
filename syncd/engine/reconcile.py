"""Steps 3 to 7 for one event: observe, recover, plan, apply the first action, plan again."""

from __future__ import annotations

from functools import partial
from typing import Protocol, assert_never

from syncd.core.actions import (
    Action,
    Adopt,
    CreateMeeting,
    Decline,
    DeleteMeeting,
    DeleteOccurrence,
    Effect,
    Follow,
    Forget,
    GiveUpKind,
    HoldOff,
    LookAgain,
    LookAtOccurrences,
    NoteReason,
    Release,
    RemoveLink,
    Rest,
    Revive,
    Settle,
    ShareLink,
    TakeUp,
    UnshareLink,
    UpdateMeeting,
    UpdateOccurrence,
    Wait,
    WriteLink,
)
from syncd.core.conference import ConferenceKind
from syncd.core.fixed_times import MOST_OCCURRENCES
from syncd.core.ids import EventRef
from syncd.core.look import Observed
from syncd.core.plan import Plan, make_plan
from syncd.engine import family, guard, halt, hold_off, reasons, stale
from syncd.engine.apply import conference, link, meeting, note, occurrence, single_time
from syncd.engine.apply.step import Step
from syncd.engine.colleagues import look_up
from syncd.engine.deps import Deps
from syncd.engine.lease import Hold
from syncd.engine.observe import choice_of, observe, with_meeting
from syncd.engine.recover import recover
from syncd.ports.store import Tx

# The longest legal way is: delete the old link and meeting, make a new one, link, settle; and of a
# series each of its times at Zoom.
_MOST_STEPS = 12 + MOST_OCCURRENCES


class PlanDoesNotSettle(Exception):
    """A plan asked for step after step without end: an error of ours, never of the world."""


class Overseer(Protocol):
    """Somebody who allows an event's effects one by one, and refuses by raising a ProviderError."""

    async def agree(self, seen: Observed) -> None:
        """Allow that the event is worked on at all, as it was just seen."""
        ...

    def allow(self, ref: EventRef, effect: Effect) -> None:
        """Allow the effect that is next."""
        ...

    def note(self, ref: EventRef, effect: Effect) -> None:
        """Take note that the effect was made."""
        ...


async def reconcile(
    deps: Deps, hold: Hold, ref: EventRef, overseer: Overseer | None = None
) -> None:
    """Bring one event and its meeting to where they should be, as far as it goes now (L1).

    Raises the errors of `syncd.ports.errors`; the caller decides when to look again.
    """
    step = Step(deps, hold, ref)
    is_inherited = overseer is None and not deps.tenures.has_met(ref)
    # Taken before the look: a look that took long must not seem younger than it is.
    context = deps.context(ref.calendar)
    seen = await _first_look(deps, ref, overseer)
    if await _recovered(step, seen):
        context = deps.context(ref.calendar)
        seen = await observe(deps, ref)
    seen = await with_meeting(deps, await look_up(deps, hold, seen))
    for _ in range(_MOST_STEPS):
        plan = make_plan(seen, context)
        if not plan.actions:
            await _leave(step, seen, is_inherited=is_inherited)
            return
        action = hold_off.wait_for(deps, seen, plan.actions[0]) or plan.actions[0]
        waits = isinstance(action, LookAtOccurrences) and action.until is not None
        # A person who has links taken out is no mishap.
        is_asked_for = seen.calendar_leaves or seen.zoom_leaves
        takes_out = isinstance(action, RemoveLink | UnshareLink | DeleteMeeting)
        if (waits or takes_out) and not is_asked_for:
            await guard.check(deps, hold, ref.calendar.account)
        after = await _overseen(step, action, seen, overseer)
        if waits or isinstance(action, HoldOff | Rest | LookAgain | Wait):
            await _with_note(step, plan, seen, overseer)
            return
        if after is not None:
            seen = await with_meeting(deps, after)
        else:
            # What stands in the event after a write of ours is not compared with what stood before.
            deps.shown.pop(ref, None)
            context = deps.context(ref.calendar)
            seen = await observe(deps, ref)
    raise PlanDoesNotSettle(str(ref))


async def _first_look(deps: Deps, ref: EventRef, overseer: Overseer | None) -> Observed:
    seen = await observe(deps, ref)
    # Not before: a look that failed has shown nothing.
    deps.tenures.meet(ref)
    if overseer is not None:
        await overseer.agree(seen)
    return seen


async def _leave(step: Step, seen: Observed, *, is_inherited: bool) -> None:
    if is_inherited:
        stale.look_twice(step.deps, seen)
    await step.hold.commit(partial(_rest, step.deps, seen))
    step.deps.shown.pop(step.ref, None)


async def _overseen(
    step: Step, action: Action, seen: Observed, overseer: Overseer | None
) -> Observed | None:
    if not isinstance(action, Effect):
        return await carry_out(step, action, seen)
    await halt.check(step.deps)
    if overseer is None:
        return await carry_out(step, action, seen)
    overseer.allow(step.ref, action)
    after = await carry_out(step, action, seen)
    overseer.note(step.ref, action)
    return after


async def _with_note(step: Step, plan: Plan, seen: Observed, overseer: Overseer | None) -> None:
    """Write the reason into an event that was just found to wait."""
    note = plan.actions[-1]
    if isinstance(note, NoteReason):
        await _overseen(step, note, seen, overseer)


def _rest(deps: Deps, seen: Observed, tx: Tx) -> None:
    """Let the event be until something about it changes, its series included.

    A choice made during the look, which holds no lease, is something that changed.
    """
    now, series = deps.clock.now(), seen.series
    if seen.event is None:
        family.hurry_series(tx, seen.ref, now=now)
        tx.occurrences.forget(seen.ref)
    is_other_series = series is not None and tx.bindings.by_ref(series.ref) != series.binding
    if is_other_series or choice_of(tx, seen.event) != seen.choice:
        tx.events.mark_due(seen.ref, due_at=now, starts_at=None)
    else:
        tx.events.forget(seen.ref)


async def _recovered(step: Step, seen: Observed) -> bool:
    """Finish what was begun for this event; an event elsewhere is under another lease."""
    if seen.binding is None or seen.stands_elsewhere:
        return False
    return await recover(step, seen.binding, seen.choice, event=seen.event)


async def carry_out(  # noqa: C901, PLR0911, PLR0912 - one return for each action of a closed set
    step: Step, action: Action, seen: Observed
) -> Observed | None:
    """Carry out one action and give what is known afterwards; None asks to observe anew."""
    match action:
        case CreateMeeting() | UpdateMeeting() | DeleteMeeting():
            return await meeting.act(step, action, seen)
        case UpdateOccurrence() | DeleteOccurrence():
            return await single_time.act(step, action, seen)
        case WriteLink(kind=ConferenceKind.ZOOM):
            return await link.write(step, seen)
        case WriteLink():
            return await conference.ask(step, action, seen)
        case RemoveLink():
            await link.remove(step, seen)
            return None
        case ShareLink() | UnshareLink() | Follow() | LookAtOccurrences():
            return await occurrence.carry_out(step, action, seen)
        case NoteReason():
            await reasons.write(step, action, seen)
            return None
        case Decline() | GiveUpKind() | Revive():
            return await conference.note(step, action, seen)
        case (
            Adopt()
            | TakeUp()
            | Settle()
            | HoldOff()
            | Rest()
            | LookAgain()
            | Release()
            | Forget()
            | Wait()
        ):
            return await note.note(step, action, seen)
        case _:
            assert_never(action)

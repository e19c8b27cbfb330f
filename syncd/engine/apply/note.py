"""Actions without an effect outside: what was seen is noted, in the database only."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from syncd.core import removal
from syncd.core.actions import (
    Adopt,
    Forget,
    HoldOff,
    LookAgain,
    Release,
    Rest,
    Settle,
    TakeUp,
    Wait,
)
from syncd.core.binding import Binding, BindingState
from syncd.core.drift import MAY_SURFACE
from syncd.core.look import Observed
from syncd.core.marks import host_print
from syncd.core.parted import taken_up
from syncd.engine import hold_off, hosts, missing
from syncd.engine.apply.conference import settled_kind
from syncd.engine.apply.step import Step, bound, existing, read_meeting, times
from syncd.ports.errors import NotFound
from syncd.ports.rows import EventRow
from syncd.ports.store import Tx


async def adopt(step: Step, action: Adopt, seen: Observed) -> Observed:
    """Bind the event to the meeting its mark names, if that meeting lives."""
    event, deps = existing(seen), step.deps
    person = deps.people[event.ref.calendar.owner]
    try:
        meeting = seen.meeting or await read_meeting(step, person.host, action.meeting_id)
    except NotFound:
        await missing.believe(deps, event.ref.calendar, action.meeting_id)
        return replace(seen, mark_is_dead=True)
    missing.found(deps, meeting.id)
    flags = step.decision(seen).wanting()
    starts_at, ends_at = times(seen)
    found = Binding(
        id=seen.binding.id if seen.binding else deps.clock.new_id(),
        key=event.key,
        ref=event.ref,
        state=BindingState.LINKED,
        host=person.host,
        starts_at=starts_at,
        ends_at=ends_at,
        meeting_id=meeting.id,
        join_url=meeting.join_url,
        changed_at=event.changed_at,
        made_by=host_print(deps.keys, meeting.host_id),
        # Without a flag in sight, ours took it: the link that stands there was asked for once.
        flag_taken=not flags,
        flags_seen=flags,
    )

    def bind(tx: Tx) -> Binding:
        mine = replace(step.as_series(found, seen), host=hosts.host_of(tx, person, meeting))
        tx.bindings.save(mine)
        tx.audit.add(step.entry("meeting.adopted", new=meeting.id))
        return mine

    binding = await step.hold.commit(bind)
    step.record("meeting adopted", meeting=meeting.id)
    return replace(seen, binding=binding, meeting=meeting)


async def note(  # noqa: C901, PLR0911, PLR0912 - one return for each action of a closed set
    step: Step,
    action: Adopt | TakeUp | Settle | HoldOff | Rest | LookAgain | Release | Forget | Wait,
    seen: Observed,
) -> Observed | None:
    """Commit what the action notes; HoldOff, Rest and Wait set when the event is looked at again."""
    match action:
        case Adopt():
            return await adopt(step, action, seen)
        case TakeUp():
            return await _take_up(step, seen)
        case Settle():
            return await _settle(step, action, seen)
        case HoldOff():
            return await _hold_off(step, action, seen)
        case Rest():
            return await _rest(step, action, seen)
        case LookAgain():
            return await _look_again(step, action, seen)
        case Release():
            return await _release(step, action, seen)
        case Forget():
            return await _forget(step, seen)
        case Wait():
            return await _wait(step, action, seen)
        case _:
            assert_never(action)


async def _take_up(step: Step, seen: Observed) -> Observed | None:
    """Bind the event again to what it was released with; what is known of it is observed anew."""
    again = taken_up(bound(seen), seen.event)

    def commit(tx: Tx) -> None:
        tx.bindings.save(again)
        tx.audit.add(step.entry("meeting.taken_up", new=again.meeting_id or again.conference))

    await step.hold.commit(commit)
    step.record("meeting taken up", meeting=again.meeting_id)
    return None


async def _settle(step: Step, action: Settle, seen: Observed) -> Observed:
    event, old = existing(seen), seen.binding
    if old is not None and old.state is BindingState.DECLINED and action.kind is None:
        flags = step.decision(seen).wanting()
        settled = replace(old, flags_seen=flags, ref=event.ref, version=event.version)
    elif old is None or action.kind is not None:
        settled = settled_kind(step, seen)
    else:
        settled = step.settled(seen)
        settled = replace(settled, spec_digest=action.spec_digest or old.spec_digest)
    await step.hold.commit(lambda tx: hosts.save(step.deps, tx, settled))
    return replace(seen, binding=settled, meeting=None, moved=False)


async def _hold_off(step: Step, action: HoldOff, seen: Observed) -> Observed:
    old = bound(seen)
    is_first = old.removal_since != action.since
    held = removal.held(old, action)
    if seen.event is not None:
        # The second look must not be an older one.
        held = replace(held, changed_at=seen.event.changed_at)
    # Of a meeting that is missing the flags say nothing: one that came since must count as new.
    if seen.event is not None and is_first and action.lacks is None:
        held = replace(held, flags_seen=step.decision(seen).wanting())

    def commit(tx: Tx) -> None:
        tx.bindings.save(held)
        _replace(tx, EventRow(ref=step.ref, due_at=action.until, starts_at=old.starts_at))

    if seen.event is None:
        # Before the commit, which may fail: a look that is older than this one is known all the same.
        step.deps.shown[step.ref] = None
    await step.hold.commit(commit)
    hold_off.begin(step.deps, held, action.since)
    if is_first:
        step.record("removal held off", meeting=old.meeting_id, reason=action.reason)
    return replace(seen, binding=held)


async def _rest(step: Step, action: Rest, seen: Observed) -> Observed:
    row = EventRow(
        ref=step.ref,
        due_at=action.until,
        starts_at=existing(seen).start,
        unsettled_since=action.since,
    )
    await step.hold.commit(lambda tx: _replace(tx, row))
    return replace(seen, unsettled_since=action.since)


async def _look_again(step: Step, action: LookAgain, seen: Observed) -> Observed:
    starts_at = existing(seen).start if seen.event is not None else None
    row = EventRow(ref=step.ref, due_at=action.until, starts_at=starts_at)
    if seen.binding is not None and seen.binding.retired_at is not None:
        hold_off.begin(step.deps, seen.binding, seen.binding.retired_at)
    await step.hold.commit(lambda tx: _replace(tx, row))
    return seen


async def _release(step: Step, action: Release, seen: Observed) -> Observed:
    released = replace(bound(seen), state=BindingState.RELEASED, removal_since=None)
    await step.hold.commit(lambda tx: tx.bindings.save(released))
    step.record("meeting released", meeting=released.meeting_id, reason=action.reason)
    return replace(seen, binding=released)


async def _forget(step: Step, seen: Observed) -> Observed:
    """Delete what is known of an event, unless a meeting of its own may still surface (K19)."""
    old, since = bound(seen), step.deps.clock.now() - MAY_SURFACE

    def commit(tx: Tx) -> None:
        if old.id in tx.journal.given_up(since=since):
            declined = replace(old, state=BindingState.DECLINED, flags_seen=(), removal_since=None)
            tx.bindings.save(declined)
        else:
            tx.bindings.delete(old.id)

    await step.hold.commit(commit)
    return replace(seen, binding=None, mark_is_dead=True)


async def _wait(step: Step, action: Wait, seen: Observed) -> Observed:
    row = EventRow(
        ref=step.ref,
        due_at=action.until,
        starts_at=times(seen)[0],
        code=action.code,
        reason=action.reason,
        remedy=action.remedy,
    )
    before = await step.hold.commit(lambda tx: _replace(tx, row))
    if before is None or before.code != row.code:
        step.record("event waits", code=row.code)
    return seen


def _replace(tx: Tx, row: EventRow) -> EventRow | None:
    before = tx.events.get(row.ref)
    tx.events.save(replace(row, noted_at=before.noted_at if before else None))
    return before

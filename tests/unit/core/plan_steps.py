"""What the engine does for each action, in memory.

Every step checks what must hold whenever something is done outside.
"""

from __future__ import annotations

from dataclasses import replace

from syncd.core.actions import (
    Action,
    Adopt,
    Afterwards,
    CreateMeeting,
    DeleteMeeting,
    Forget,
    HoldOff,
    Release,
    RemoveLink,
    Settle,
    UpdateMeeting,
    WriteLink,
)
from syncd.core.binding import Binding, BindingState
from syncd.core.look import Observed
from syncd.core.marks import mark_of
from syncd.core.removal import held
from syncd.core.rules import decide
from syncd.core.writeback import link_change, shows_link, takes_flag, unlink_change
from tests.factories import REF, meeting, url_of
from tests.unit.core.plan_state import State


def carry_out(  # noqa: PLR0911 - one return for each action of a closed set
    state: State, action: Action, seen: Observed
) -> Observed | None:
    """Do what the engine does, and give what it knows afterwards."""
    match action:
        case CreateMeeting():
            return _create(state, action, seen)
        case UpdateMeeting():
            return _update(state, action, seen)
        case DeleteMeeting():
            return _delete(state, action, seen)
        case WriteLink():
            return _write(state, seen)
        case RemoveLink():
            _remove(state)
            return None
        case Adopt():
            return _adopt(state, action, seen)
        case _:
            return _note(state, action, seen)


def _create(state: State, action: CreateMeeting, seen: Observed) -> Observed:
    old = state.binding
    assert old is None or old.meeting_id not in state.alive or old.state is BindingState.RELEASED
    assert state.event is not None
    unflagged = not state.flags(state.event)
    state.alive[state.next_id] = made = meeting(
        id=state.next_id,
        join_url=url_of(state.next_id),
        topic=action.spec.topic,
        start=action.spec.start,
        duration_minutes=action.spec.duration_minutes,
        agenda=action.spec.agenda,
    )
    state.next_id += 1
    state.binding = Binding(
        id="binding1",
        key=state.event.key,
        ref=REF,
        state=BindingState.CREATING,
        host=action.host,
        starts_at=state.event.start,
        ends_at=state.event.end,
        changed_at=state.event.changed_at,
        flag_taken=(old is not None and old.flag_taken) or (seen.copied and unflagged),
        meeting_id=made.id,
        join_url=made.join_url,
        spec_digest=action.spec.digest(),
    )
    return replace(seen, binding=state.binding, meeting=made, meeting_gone=False)


def _write(state: State, seen: Observed) -> Observed:
    assert state.event is not None
    assert state.binding is not None
    meeting_id = state.binding.meeting_id
    assert meeting_id in state.alive
    join = state.alive[meeting_id].join_info(phone_numbers=3)
    flags = state.context.person.flags
    mark = mark_of(state.context.keys, state.event.key, meeting_id)
    taken = state.binding.flag_taken or takes_flag(decide(state.event, state.context.person), flags)
    state.binding = replace(state.binding, flag_taken=taken, join_url=join.join_url)
    state.send(link_change(state.event, join, mark=mark, flags=flags))
    assert shows_link(state.event, join.join_url)
    state.binding = state.settled()
    return replace(seen, event=state.event, binding=state.binding, meeting=None, moved=False)


def _update(state: State, action: UpdateMeeting, seen: Observed) -> Observed:
    assert state.binding is not None
    change = {name: getattr(action.change, name) for name in action.change.fields()}
    changed = replace(state.alive[state.binding.meeting_id or 0], **change)
    state.alive[changed.id] = changed
    state.binding = replace(state.settled(), spec_digest=action.spec.digest())
    return replace(seen, binding=state.binding, meeting=None, moved=False)


def _remove(state: State) -> None:
    assert state.event is not None
    assert state.binding is not None
    state.binding = replace(state.binding, state=BindingState.REMOVING)
    state.send(unlink_change(state.event, state.binding.join_url or ""))


def _delete(state: State, action: DeleteMeeting, seen: Observed) -> Observed:
    held = state.binding
    assert held is not None
    assert held.meeting_id == action.meeting_id
    assert action.meeting_id not in state.shown()
    assert held.removal_since is not None
    assert state.context.now >= held.removal_since + state.context.person.link.hold_off
    state.alive.pop(action.meeting_id, None)
    state.binding = None
    if action.afterwards is Afterwards.DECLINE:
        state.binding = replace(
            held,
            state=BindingState.DECLINED,
            meeting_id=None,
            join_url=None,
            spec_digest=None,
            flag_taken=False,
            removal_since=None,
        )
    return replace(seen, binding=state.binding, meeting=None, meeting_gone=False, mark_is_dead=True)


def _adopt(state: State, action: Adopt, seen: Observed) -> Observed:
    assert state.event is not None
    found = state.alive.get(action.meeting_id)
    if found is None:
        return replace(seen, mark_is_dead=True)
    flags = state.flags(state.event)
    state.binding = Binding(
        id="binding1",
        key=state.event.key,
        ref=REF,
        state=BindingState.LINKED,
        host="ana@example.com",
        starts_at=state.event.start,
        ends_at=state.event.end,
        changed_at=state.event.changed_at,
        meeting_id=found.id,
        join_url=found.join_url,
        flag_taken=not flags,
        flags_seen=flags,
    )
    return replace(seen, binding=state.binding, meeting=found)


def _note(state: State, action: Action, seen: Observed) -> Observed:
    old = state.binding
    assert old is not None
    match action:
        case Settle() if old.state is BindingState.DECLINED:
            assert state.event is not None
            state.binding = replace(old, flags_seen=state.flags(state.event))
        case Settle():
            digest = action.spec_digest or old.spec_digest
            state.binding = replace(state.settled(), spec_digest=digest)
        case HoldOff(since=since):
            state.binding = held(old, action)
            if state.event is not None and old.removal_since != since:
                state.binding = replace(state.binding, flags_seen=state.flags(state.event))
        case Release():
            state.has_kept = True
            state.binding = replace(old, state=BindingState.RELEASED, removal_since=None)
        case Forget():
            state.binding = None
            return replace(seen, binding=None, mark_is_dead=True)
        case _:
            raise AssertionError(f"the engine does not note {action}")
    return replace(seen, binding=state.binding, meeting=None, moved=False)


def forget_outcome(state: State, action: Action, before: Binding | None) -> None:
    """Leave what was committed before the effect of an action."""
    match action:
        case CreateMeeting():
            assert state.binding is not None
            state.binding = replace(state.binding, meeting_id=None, join_url=None, spec_digest=None)
            state.create_is_open = True
        case WriteLink():
            assert state.binding is not None
            assert before is not None
            taken, url = state.binding.flag_taken, state.binding.join_url
            state.binding = replace(before, flag_taken=taken, join_url=url)
        case RemoveLink() | DeleteMeeting():
            assert before is not None
            state.binding = replace(before, state=BindingState.REMOVING)
        case _:
            state.binding = before

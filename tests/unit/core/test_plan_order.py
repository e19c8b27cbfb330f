"""The order of a plan is its safety, whatever was observed."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.core.actions import (
    Adopt,
    CreateMeeting,
    DeleteMeeting,
    Effect,
    Forget,
    HoldOff,
    Release,
    RemoveLink,
    Settle,
    UpdateMeeting,
    Wait,
    WriteLink,
)
from syncd.core.binding import BindingState
from syncd.core.event import Event
from syncd.core.look import Observed
from syncd.core.plan import make_plan
from syncd.core.policy import LinkPolicy, OnEventDeleted, OnMeetingDeleted
from syncd.core.writeback import leads_to_meeting, shows_link
from tests.factories import NOW, REF, context, person, url_of
from tests.unit.core.plan_states import BINDINGS, EVENTS, MEETINGS

EVENT = st.sampled_from(list(EVENTS.values())) | st.builds(
    lambda event, changes: event and replace(event, **changes),
    st.sampled_from(list(EVENTS.values())),
    st.fixed_dictionaries(
        {},
        optional={
            "location": st.sampled_from(["", "zoom", "Room 1", url_of(), f"Room 1 {url_of()}"]),
            "title": st.sampled_from(["Lunch", "Lunch #zoom", "#nozoom"]),
            "cancelled": st.booleans(),
            "is_organiser": st.booleans(),
            "can_write": st.booleans(),
            "version": st.sampled_from(["v1", "v2"]),
        },
    ),
)
BINDING = st.builds(
    lambda binding, changes: binding and replace(binding, **changes),
    st.sampled_from(list(BINDINGS.values())),
    st.fixed_dictionaries(
        {},
        optional={
            "flag_taken": st.booleans(),
            "flags_seen": st.sampled_from([(), ("text_tag:#zoom",), ("location_word:zoom",)]),
            "removal_since": st.none()
            | st.timedeltas(timedelta(0), timedelta(minutes=1)).map(NOW.__sub__),
        },
    ),
)
SEEN = st.builds(
    lambda event, binding, meeting, flags: Observed(
        ref=REF, event=event, binding=binding, **{**flags, **meeting}
    ),
    EVENT,
    BINDING,
    st.sampled_from(list(MEETINGS.values())),
    st.fixed_dictionaries(
        {},
        optional={
            name: st.booleans() for name in ("moved", "stands_elsewhere", "copied", "mark_is_dead")
        },
    ),
)
CONTEXTS = st.builds(
    lambda gone, dead: context(
        person=person(link=LinkPolicy(on_event_deleted=gone, on_meeting_deleted=dead))
    ),
    st.sampled_from(OnEventDeleted),
    st.sampled_from(OnMeetingDeleted),
)
ALONE = Adopt | Settle | HoldOff | Release | Forget | Wait | UpdateMeeting


@settings(max_examples=500)
@given(SEEN, CONTEXTS)
def test_a_meeting_goes_last_and_only_when_no_guest_can_follow_a_link_to_it(seen, policy):
    actions = make_plan(seen, policy).actions
    if any(isinstance(action, DeleteMeeting) for action in actions):
        assert isinstance(actions[-1], DeleteMeeting)
        assert actions[-1].meeting_id == seen.binding.meeting_id
        if len(actions) == 1 and seen.event is not None:
            assert not shows_link(seen.event, seen.binding.join_url)
            assert not leads_to_meeting(seen.event, seen.binding.join_url)
        elif seen.event is not None:
            assert isinstance(actions[0], RemoveLink)


@settings(max_examples=500)
@given(SEEN, CONTEXTS)
def test_nothing_is_taken_away_before_a_hold_off_has_passed(seen, policy):
    since = seen.binding.removal_since if seen.binding else None
    agreed = since is not None and policy.now >= since + policy.person.link.hold_off
    held = seen.binding is not None and seen.binding.state is BindingState.REMOVING
    actions = make_plan(seen, policy).actions
    if any(isinstance(action, RemoveLink | DeleteMeeting) for action in actions):
        assert agreed or (held and seen.meeting_gone)


@settings(max_examples=500)
@given(SEEN, CONTEXTS)
def test_no_second_meeting_beside_a_living_one(seen, policy):
    actions = make_plan(seen, policy).actions
    if any(isinstance(action, CreateMeeting) for action in actions):
        assert isinstance(actions[0], CreateMeeting)
        bound = seen.binding
        assert (
            bound is None
            or bound.meeting_id is None
            or bound.state is BindingState.RELEASED
            or seen.meeting_gone
        )


@settings(max_examples=500)
@given(SEEN, CONTEXTS)
def test_a_link_is_written_only_when_there_is_a_meeting_to_link(seen, policy):
    actions = make_plan(seen, policy).actions
    if any(isinstance(action, WriteLink) for action in actions):
        has_meeting = seen.binding is not None and seen.binding.meeting_id is not None
        assert isinstance(actions[0], CreateMeeting) or (has_meeting and not seen.meeting_gone)
        assert isinstance(actions[-1], WriteLink)


def _is_shown(seen: Observed, event: Event) -> bool:
    url = seen.binding.join_url if seen.binding is not None else None
    return leads_to_meeting(event, url or "")


@settings(max_examples=500)
@given(SEEN, CONTEXTS)
def test_nothing_is_done_outside_in_what_is_not_ours_to_write(seen, policy):
    actions = make_plan(seen, policy).actions
    event = seen.event
    if event is not None and not (event.is_organiser and event.can_write):
        effects = [action for action in actions if isinstance(action, Effect)]
        # A meeting whose link the event does not show goes without a write.
        assert all(isinstance(action, DeleteMeeting) for action in effects)
        assert not effects or (event.is_organiser and not _is_shown(seen, event))
    if event is not None and event.native is not None:
        assert not [action for action in actions if isinstance(action, WriteLink | RemoveLink)]
    is_bound = seen.binding is not None and seen.binding.state is not BindingState.RELEASED
    if event is not None and seen.stands_elsewhere and is_bound:
        assert not [action for action in actions if not isinstance(action, Wait)]


@settings(max_examples=500)
@given(SEEN, CONTEXTS)
def test_a_plan_is_an_effect_with_what_follows_or_one_note(seen, policy):
    actions = make_plan(seen, policy).actions
    assert len(actions) <= 2
    assert all(action.reason for action in actions)
    if len(actions) == 2:
        assert not any(isinstance(action, ALONE) for action in actions)
    assert make_plan(seen, policy) == make_plan(seen, policy)

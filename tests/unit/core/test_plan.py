"""A plan for every state of event, bond and meeting."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from syncd.core.actions import (
    Action,
    Adopt,
    Afterwards,
    CreateMeeting,
    DeleteMeeting,
    HoldOff,
    RemoveLink,
    Settle,
    UpdateMeeting,
    Wait,
    WriteLink,
)
from syncd.core.look import Context, Observed, copied_link, needs_meeting
from syncd.core.plan import make_plan
from syncd.core.policy import LinkPolicy, OnEventDeleted, OnMeetingDeleted
from tests.factories import (
    KEY,
    MEETING_ID,
    NOW,
    REF,
    binding,
    context,
    event,
    linked,
    meeting,
    person,
    spec,
    text,
    url_of,
)
from tests.unit.core.plan_states import (
    BARE,
    BINDINGS,
    CREATING,
    DECLINED,
    EVENTS,
    FLAGGED,
    JUST_NOW,
    LINKED,
    MEETINGS,
    TABLE,
)


def planned(
    event_state: str, binding_state: str, meeting_state: str, **changes: Any
) -> tuple[Action, ...]:
    seen = Observed(
        ref=REF,
        event=EVENTS[event_state],
        binding=BINDINGS[binding_state],
        **MEETINGS[meeting_state],
    )
    return make_plan(replace(seen, **changes), context()).actions


def names(actions: tuple[Action, ...]) -> str:
    return " ".join(type(action).__name__ for action in actions)


@pytest.mark.parametrize(("event_state", "binding_state", "meeting_state", "kinds"), TABLE)
def test_the_plan_for(event_state, binding_state, meeting_state, kinds):
    assert names(planned(event_state, binding_state, meeting_state)) == kinds


def test_the_link_of_a_meeting_found_by_its_marker_is_no_link_that_a_person_took_out():
    found = replace(CREATING, join_url=None, spec_digest=None)
    assert names(planned("linked", "creating", "alive", binding=found)) == "WriteLink"
    assert names(planned("flagged", "creating", "alive", binding=found)) == "WriteLink"


def with_policy(**link: Any) -> Context:
    return context(person=person(link=LinkPolicy(**link)))


@pytest.mark.parametrize(
    ("event_state", "binding_state", "kinds"),
    [
        ("gone", "linked", "Release"),
        ("gone", "unmade", "Forget"),
        ("cancelled", "linked", "Release"),
        ("cancelled", "released", ""),
        ("cancelled", "none", ""),
        ("cancelled", "declined", "Forget"),
        ("unflagged", "linked", "HoldOff"),
    ],
)
def test_a_meeting_is_kept_when_policy_says_so(event_state, binding_state, kinds):
    seen = Observed(ref=REF, event=EVENTS[event_state], binding=BINDINGS[binding_state])
    plan = make_plan(seen, with_policy(on_event_deleted=OnEventDeleted.KEEP))
    assert names(plan.actions) == kinds


@pytest.mark.parametrize(
    ("binding_state", "policy", "kinds"),
    [
        ("linked", OnMeetingDeleted.RECREATE, "HoldOff"),
        ("linked", OnMeetingDeleted.UNLINK, "HoldOff"),
        ("linked, missed long", OnMeetingDeleted.RECREATE, "CreateMeeting WriteLink"),
        ("linked, missed long", OnMeetingDeleted.UNLINK, "RemoveLink DeleteMeeting"),
    ],
)
def test_a_meeting_deleted_at_zoom_is_replaced_or_unlinked(binding_state, policy, kinds):
    seen = Observed(ref=REF, event=LINKED, binding=BINDINGS[binding_state], meeting_gone=True)
    assert names(make_plan(seen, with_policy(on_meeting_deleted=policy)).actions) == kinds


def test_a_second_event_with_the_same_identity_is_told_once_it_is_flagged():
    for state, kinds in (("flagged", "Wait"), ("plain", ""), ("a guest's", ""), ("unflagged", "")):
        assert names(planned(state, "linked", "unread", stands_elsewhere=True)) == kinds


def test_an_event_that_moved_is_noted_in_its_new_place():
    assert names(planned("linked", "linked", "unread", moved=True)) == "Settle"


def test_a_binding_of_another_place_is_not_removed_with_a_vanished_event():
    other = replace(binding(), ref=replace(REF, event_id="other"))
    assert names(planned("gone", "linked", "unread", binding=other)) == ""


def test_fewer_flags_on_a_declined_event_are_noted():
    declined = replace(DECLINED, flags_seen=("category:zoom", "text_tag:#zoom"))
    assert names(planned("flagged", "declined", "unread", binding=declined)) == "Settle"


def test_a_copy_gets_a_meeting_of_its_own():
    copy = replace(LINKED, key=replace(KEY, ical_uid="uid2@google.com"))
    assert names(planned("linked", "none", "unread", event=copy)) == "CreateMeeting WriteLink"
    unflagged = replace(copy, body=BARE.body)
    for copied, kinds in ((True, "CreateMeeting WriteLink"), (False, "")):
        actions = planned("linked", "none", "unread", event=unflagged, copied=copied)
        assert names(actions) == kinds


def test_the_link_of_ours_that_was_found_by_its_meeting_is_adopted():
    unmarked = replace(LINKED, mark=None)
    (adopt,) = planned("linked", "none", "unread", event=unmarked, own_meeting=MEETING_ID)
    assert adopt == Adopt(MEETING_ID, "the event carries our mark")


def test_a_link_in_a_form_nobody_can_take_out_keeps_its_meeting():
    odd = event(body=text(url_of().replace("/j/", "&#47;j/")))
    actions = planned("plain", "linked, held long", "unread", event=odd)
    assert [action.code for action in actions if isinstance(action, Wait)] == ["link_stays"]
    assert len(actions) == 1


def test_the_order_of_making_a_link():
    create, write = planned("flagged", "none", "unread")
    assert create == CreateMeeting("ana@example.com", spec(), "a tag in the text: '#zoom'")
    assert isinstance(write, WriteLink)


def test_a_second_look_is_a_hold_off_after_the_first():
    (first,) = planned("unflagged", "linked", "unread")
    (second,) = planned("unflagged", "linked, held", "unread")
    assert isinstance(first, HoldOff)
    assert first.until == NOW + timedelta(seconds=30)
    assert isinstance(second, HoldOff)
    assert second.until == JUST_NOW + timedelta(seconds=30)


@pytest.mark.parametrize(
    ("event_state", "held", "afterwards"),
    [
        ("freed of its link", "held", Afterwards.DECLINE),
        ("freed and unflagged", "held", Afterwards.FORGET),
        ("unflagged", "held", Afterwards.FORGET),
        ("gone", "gone", Afterwards.FORGET),
    ],
)
def test_only_a_link_that_a_person_took_out_is_remembered(event_state, held, afterwards):
    *_, delete = planned(event_state, f"linked, {held} long", "alive")
    assert isinstance(delete, DeleteMeeting)
    assert (delete.meeting_id, delete.afterwards) == (MEETING_ID, afterwards)


def test_an_update_names_what_changed():
    (update,) = planned("linked and changed", "linked", "alive")
    assert isinstance(update, UpdateMeeting)
    assert update.reason == "the event changed: topic"
    assert update.change.topic == "Dinner"


def test_settling_notes_what_the_meeting_was_found_to_be():
    (compared,) = planned("linked and edited", "linked", "alive")
    (unread,) = planned("linked and edited", "linked", "unread")
    assert compared == Settle(compared.reason, spec().digest())
    assert unread == Settle(compared.reason, None)


@pytest.mark.parametrize("left", [{}, {"body": text("")}, {"location": ""}])
def test_a_meeting_made_anew_gets_its_link_although_its_flag_was_taken(left):
    anew = replace(CREATING, flag_taken=True, meeting_id=99, join_url=url_of(99))
    actions = planned(
        "its flag taken",
        "none",
        "unread",
        event=replace(linked(event(location="zoom")), **left),
        binding=anew,
        meeting=meeting(id=99, join_url=url_of(99)),
    )
    assert names(actions) == "WriteLink"


@pytest.mark.parametrize("meeting_id", [99, None])
def test_a_meeting_made_anew_for_an_event_that_was_emptied_gets_no_link(meeting_id):
    url = None if meeting_id is None else url_of(99)
    anew = replace(CREATING, flag_taken=True, meeting_id=meeting_id, join_url=url)
    emptied = replace(linked(event(location="zoom")), location="", body=text("Agenda"))
    assert emptied.mark
    actions = planned("its flag taken", "none", "unread", event=emptied, binding=anew)
    assert names(actions) == ("Forget" if meeting_id is None else "HoldOff")
    with_link = replace(emptied, body=text(f"Agenda, see {url_of()}"))
    actions = planned("its flag taken", "none", "alive", event=with_link, binding=anew)
    assert "Forget" not in names(actions)
    assert "HoldOff" not in names(actions)


def test_removing_gives_the_reason_of_the_person():
    remove, _ = planned("linked and said no", "linked, held long", "unread")
    assert remove == RemoveLink("a tag that says no: '#nozoom'")


@pytest.mark.parametrize(
    ("event_state", "binding_state", "needed"),
    [
        ("gone", "linked", False),
        ("linked", "none", False),
        ("linked", "linked", False),
        ("linked and edited", "linked", False),
        ("linked and changed", "linked", True),
        ("freed of its link", "linked", True),
        ("linked", "creating", True),
        ("linked", "removing", True),
        ("flagged", "unmade", False),
        ("unflagged", "linked", False),
        ("too long", "linked", False),
        ("flagged", "declined", False),
        ("linked", "released", False),
    ],
)
def test_zoom_is_asked_only_when_the_plan_hangs_on_it(event_state, binding_state, needed):
    seen = Observed(ref=REF, event=EVENTS[event_state], binding=BINDINGS[binding_state])
    assert needs_meeting(seen, context()) is needed
    assert not needs_meeting(replace(seen, meeting=meeting()), context())
    assert not needs_meeting(replace(seen, meeting_gone=True), context())


@pytest.mark.parametrize(
    ("event_state", "binding_state", "meeting_id"),
    [
        ("linked", "none", MEETING_ID),
        ("unflagged", "none", MEETING_ID),
        ("flagged", "none", None),
        ("linked and said no", "none", None),
        ("a guest's, linked", "none", None),
        ("linked", "linked", None),
        ("gone", "none", None),
    ],
)
def test_whose_link_it_is_is_asked_only_of_an_unbound_event(event_state, binding_state, meeting_id):
    seen = Observed(ref=REF, event=EVENTS[event_state], binding=BINDINGS[binding_state])
    assert copied_link(seen, context()) == meeting_id


def test_a_plan_tells_what_led_to_it():
    plan = make_plan(Observed(ref=REF, event=FLAGGED, binding=None), context())
    assert plan.decision is not None
    assert plan.decision.wanted
    assert plan.desired is not None
    gone = make_plan(Observed(ref=REF, event=None, binding=None), context())
    assert (gone.decision, gone.desired) == (None, None)

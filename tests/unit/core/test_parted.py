"""What becomes of the bond of an event when its account goes, and when it is back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from syncd.core.actions import Action, TakeUp, Wait
from syncd.core.binding import Binding, BindingState
from syncd.core.conference import ConferenceKind
from syncd.core.event import Event
from syncd.core.ids import Provider
from syncd.core.look import Away, Observed
from syncd.core.marks import host_print, host_prints
from syncd.core.parted import part, taken_up
from syncd.core.plan import make_plan
from tests.factories import REF, binding, context, event, info, keys, linked, text

ZOOM, GOOGLE = Provider.ZOOM, Provider.GOOGLE
MEET = ConferenceKind.GOOGLE_MEET
PARTED = binding(state=BindingState.RELEASED, parted=ZOOM, spec_digest=None)
SHOWN = linked(event(body=text("#zoom")), info())
BARE = event(body=text("#zoom"))


@pytest.mark.parametrize(
    "state", [BindingState.LINKED, BindingState.REMOVING, BindingState.CREATING]
)
def test_what_has_a_meeting_is_released_and_keeps_it(state):
    before = binding(state=state)
    after = part(before, ZOOM)
    assert after is not None
    assert (after.state, after.parted) == (BindingState.RELEASED, ZOOM)
    assert (after.meeting_id, after.join_url) == (before.meeting_id, before.join_url)
    assert after.removal_since is None


@pytest.mark.parametrize(
    "before",
    [
        binding(state=BindingState.CREATING, meeting_id=None),
        binding(state=BindingState.DECLINED, meeting_id=None),
        binding(state=BindingState.SHARING, meeting_id=None),
        binding(state=BindingState.RELEASED),
        binding(state=BindingState.CREATING, meeting_id=None, conference=MEET),
    ],
)
def test_what_has_none_stays_as_it_is(before):
    assert part(before, ZOOM) is None


def test_a_calendar_that_goes_as_well_says_nothing_of_its_events_any_more():
    assert part(PARTED, ZOOM) is None
    after = part(PARTED, GOOGLE)
    assert after is not None
    assert after.parted is GOOGLE
    assert part(after, ZOOM) is None


def test_taken_up_it_is_what_it_was():
    assert taken_up(PARTED, SHOWN).state is BindingState.LINKED
    assert taken_up(PARTED, None).state is BindingState.LINKED
    unwritten = replace(PARTED, version=None)
    assert taken_up(unwritten, BARE).state is BindingState.CREATING
    assert taken_up(unwritten, SHOWN).state is BindingState.LINKED
    assert taken_up(PARTED, SHOWN).parted is None


def planned(event: Event | None, *, binding: Binding = PARTED, **seen: Any) -> tuple[Action, ...]:
    look = Observed(ref=REF, event=event, binding=binding, **seen)
    return make_plan(look, context()).actions


def test_it_is_taken_up_whatever_the_event_asks_for_once_the_account_is_back():
    for each in (SHOWN, BARE, event(), event(cancelled=True), None):
        assert [type(action) for action in planned(each)] == [TakeUp]


def test_while_it_is_away_nothing_is_done():
    for each in (SHOWN, event(), replace(SHOWN, title="Renamed"), event(cancelled=True), None):
        assert planned(each, away=Away.NOT_CONNECTED) == ()


def test_a_new_flag_in_an_event_without_its_link_waits():
    bond = replace(PARTED, flags_seen=())
    (action,) = planned(BARE, binding=bond, away=Away.NOT_CONNECTED)
    assert isinstance(action, Wait)
    assert action.code == "zoom_not_connected"
    assert planned(BARE, away=Away.NOT_CONNECTED) == (), "a person took the link out"


def test_of_a_calendar_that_went_a_missing_event_proves_nothing():
    assert planned(None, binding=replace(PARTED, parted=GOOGLE)) == ()


def test_a_meeting_of_another_user_stays_and_the_reason_is_told():
    (action,) = planned(SHOWN, away=Away.ELSEWHERE, meeting_gone=True, mark_is_dead=True)
    assert isinstance(action, Wait)
    assert action.code == "meeting_elsewhere"
    assert planned(None, away=Away.ELSEWHERE) == ()


def test_a_zoom_user_is_known_again_by_every_key_and_by_nobody_without_one():
    ours = keys()
    former = replace(ours, keys=ours.keys[1:])
    assert host_print(former, "u1") in host_prints(ours, "u1")
    assert host_print(ours, "u1") not in host_prints(ours, "u2")
    assert host_print(replace(ours, keys=(b"other" * 4,)), "u1") not in host_prints(ours, "u1")
    assert "u1" not in host_print(ours, "u1")

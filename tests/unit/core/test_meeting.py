"""A meeting as wanted, as it is, and the difference."""

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.meeting import FixedTimes, MeetingChange, MeetingKind, Repeat, difference
from tests.factories import NOW, meeting, spec

LATER = NOW + timedelta(days=2)


def test_a_meeting_as_wanted_needs_no_change():
    change = difference(meeting(), spec())
    assert change.is_empty
    assert change.fields() == ()


@pytest.mark.parametrize(
    ("wanted", "change"),
    [
        ({"topic": "Dinner"}, MeetingChange(topic="Dinner")),
        ({"start": LATER}, MeetingChange(start=LATER)),
        ({"duration_minutes": 45}, MeetingChange(duration_minutes=45)),
        ({"invitees": ("a@x", "b@x")}, MeetingChange(invitees=("a@x", "b@x"))),
        ({"start": LATER, "zone": "Asia/Tokyo"}, MeetingChange(start=LATER, zone="Asia/Tokyo")),
    ],
)
def test_only_differences_are_sent(wanted, change):
    found = difference(meeting(), spec(**wanted))
    assert found == change
    assert set(found.fields()) == set(wanted)


def test_a_meeting_without_a_fixed_time_gets_one():
    assert difference(meeting(start=None), spec()).start == spec().start


def test_all_guests_can_be_taken_off():
    assert difference(meeting(invitees=("a@x",)), spec()).invitees == ()


def test_the_order_of_guests_is_no_difference():
    assert difference(meeting(invitees=("b@x", "a@x")), spec(invitees=("a@x", "b@x"))).is_empty


@pytest.mark.parametrize(
    "theirs", [{"agenda": "Notes"}, {"waiting_room": True}, {"join_before_host": False}]
)
def test_what_hosts_set_in_zoom_stays_theirs(theirs):
    assert difference(meeting(**theirs), spec()).is_empty


@pytest.mark.parametrize(
    "change",
    [
        {"topic": "Dinner"},
        {"start": LATER},
        {"duration_minutes": 31},
        {"zone": "UTC"},
        {"invitees": ("a@x",)},
    ],
)
def test_what_follows_the_event_changes_the_digest(change):
    assert spec(**change).digest() != spec().digest()


@pytest.mark.parametrize(
    "change", [{"agenda": "x"}, {"waiting_room": True}, {"sign_in_only": True}]
)
def test_what_is_set_once_leaves_the_digest(change):
    assert spec(**change).digest() == spec().digest()


def test_guests_are_not_run_together_in_the_digest():
    assert spec(invitees=("a", "b")).digest() != spec(invitees=("ab",)).digest()


def test_half_a_character_in_the_title_has_a_digest_too():
    assert len(spec(topic="\ud83d").digest()) == 64


DAILY = FixedTimes(repeat=Repeat.DAILY, count=5)


def test_a_series_without_fixed_times_has_no_time_to_compare():
    assert difference(meeting(start=None, zone="UTC"), spec(start=None)).is_empty


def test_another_kind_says_all_that_fixes_the_times():
    change = difference(meeting(start=None), spec(repeats=DAILY))
    assert change == MeetingChange(
        kind=MeetingKind.FIXED_TIMES, start=spec().start, zone=spec().zone, repeats=DAILY
    )


@pytest.mark.parametrize(
    "wanted",
    [{"start": LATER}, {"zone": "Asia/Tokyo"}, {"repeats": replace(DAILY, count=6)}],
)
def test_fixed_times_are_laid_out_anew_as_a_whole(wanted):
    change = difference(meeting(repeats=DAILY), spec(**{"repeats": DAILY} | wanted))
    assert change.kind is None
    assert set(change.fields()) == {"start", "zone", "repeats"}


@pytest.mark.parametrize("wanted", [{"start": None}, {}])
def test_fixed_times_are_given_up(wanted):
    change = difference(meeting(repeats=DAILY), spec(**wanted))
    assert change == MeetingChange(kind=spec(**wanted).kind)


def test_alternative_hosts_are_zoom_s_unless_policy_names_them():
    theirs = meeting(alternative_hosts=("b@x",))
    assert difference(theirs, spec(alternative_hosts=None)).is_empty
    assert difference(theirs, spec(alternative_hosts=())).alternative_hosts == ()
    assert difference(theirs, spec(alternative_hosts=("b@x",))).is_empty


def test_a_series_and_a_single_meeting_have_other_digests():
    digests = {spec(**each).digest() for each in ({}, {"start": None}, {"repeats": DAILY})}
    assert len(digests) == 3
    assert spec(alternative_hosts=("b@x",)).digest() not in digests

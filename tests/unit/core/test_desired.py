"""What should be of an event: its meeting, or why none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from syncd.core.case import Case
from syncd.core.desired import Unwanted, Wanted, desired
from syncd.core.event import Attendee, NativeConference, NativeKind
from syncd.core.marks import marker_of
from syncd.core.meeting import MeetingSpec
from syncd.core.policy import LinkPolicy, MeetingPolicy, OnEventDeleted, PersonPolicy
from syncd.core.refusals import Refused
from syncd.core.rules import decide
from tests.factories import KEY, NOW, event, keys, linked, person, spec, text, url_of

Changes = dict[str, Any]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TEAMS = NativeConference(NativeKind.TEAMS, "https://teams.microsoft.com/l/meetup-join/1")
MEET = NativeConference(NativeKind.GOOGLE_MEET, "https://meet.google.com/abc-defg-hij")
WEBEX = "https://acme.webex.com/meet/ana"


def case(
    changes: Changes | None = None, *, policy: PersonPolicy | None = None, **more: Any
) -> Case:
    one = event(**{"location": "zoom", **(changes or {})})
    who = policy or person()
    plain = Case(
        event=one,
        decision=decide(one, who),
        person=who,
        marker=marker_of(keys(), KEY),
        now=NOW,
        bound=False,
    )
    return replace(plain, **more)


def wanted(changes: Changes | None = None, **more: Any) -> MeetingSpec:
    found = desired(case(changes, **more))
    assert isinstance(found, Wanted)
    return found.spec


def test_a_flagged_event_gets_its_meeting():
    found = desired(case())
    assert found == Wanted(spec(), "a word in the location: 'zoom'")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"location": ""}, "not_flagged"),
        ({"title": "#nozoom"}, "said_no"),
        ({"cancelled": True}, "cancelled"),
        ({"cancelled": True, "title": "#nozoom"}, "cancelled"),
    ],
)
def test_what_needs_no_meeting(changes, code):
    found = desired(case(changes))
    assert isinstance(found, Unwanted)
    assert found.code == code
    assert found.reason
    assert not found.keep_meeting


def test_the_meeting_of_a_cancelled_event_is_kept_when_policy_says_so():
    keep = person(link=LinkPolicy(on_event_deleted=OnEventDeleted.KEEP))
    found = desired(case({"cancelled": True}, policy=keep))
    assert isinstance(found, Unwanted)
    assert found.keep_meeting


REFUSALS = [
    ({"is_organiser": False, "organiser": "eve@elsewhere.example"}, "not_organiser"),
    ({"special": "outOfOffice"}, "special_event"),
    ({"locked": True}, "locked"),
    ({"can_write": False}, "read_only"),
    ({"draft": True}, "draft"),
    ({"all_day": True}, "all_day"),
    ({"end": NOW + DAY - HOUR}, "ends_before_start"),
    ({"end": NOW + 2 * DAY + timedelta(seconds=1)}, "too_long"),
    ({"start": NOW - HOUR, "end": NOW}, "finished"),
    (
        {"start": NOW + timedelta(days=181), "end": NOW + timedelta(days=181) + HOUR},
        "beyond_horizon",
    ),
    ({"native": TEAMS}, "teams_untouchable"),
    ({"body": text(f"at {WEBEX}")}, "foreign_link"),
    ({"title": "#zoom:secret"}, "unknown_wish"),
]


@pytest.mark.parametrize(
    ("changes", "code"), REFUSALS, ids=[f"{c}-{n}" for n, (_, c) in enumerate(REFUSALS)]
)
def test_what_may_have_none(changes, code):
    found = desired(case(changes))
    assert isinstance(found, Refused)
    assert found.code == code
    assert found.reason


@pytest.mark.parametrize(
    ("changes", "code"), REFUSALS, ids=[f"{c}-{n}" for n, (_, c) in enumerate(REFUSALS)]
)
def test_people_are_told_with_a_remedy_unless_it_is_not_their_affair(changes, code):
    found = desired(case(changes))
    assert isinstance(found, Refused)
    assert found.tracked is (code not in ("not_organiser", "finished"))
    assert bool(found.remedy) or not found.tracked
    assert (found.look_again_at is not None) is (code == "beyond_horizon")


@pytest.mark.parametrize(
    "changes",
    [
        {"end": NOW + 2 * DAY},
        {"end": NOW + DAY},
        {"start": NOW - HOUR, "end": NOW + timedelta(seconds=1)},
        {"start": NOW + timedelta(days=180), "end": NOW + timedelta(days=180) + HOUR},
        {"native": MEET},
        {"private": True},
    ],
)
def test_what_is_just_within_the_limits_gets_one(changes):
    assert isinstance(desired(case(changes)), Wanted)


def test_a_far_event_is_looked_at_again_when_its_time_comes():
    start = NOW + timedelta(days=200, hours=3)
    found = desired(case({"start": start, "end": start + HOUR}))
    assert isinstance(found, Refused)
    assert found.look_again_at == start - timedelta(days=180)
    later = desired(case({"start": start, "end": start + HOUR}, now=found.look_again_at))
    assert isinstance(later, Wanted)


def test_a_meet_is_kept_when_policy_says_so():
    keep = person(link=LinkPolicy(replace_meet=False))
    found = desired(case({"native": MEET}, policy=keep))
    assert isinstance(found, Refused)
    assert (found.code, found.tracked) == ("meet_kept", True)


def test_a_stranger_cannot_make_meetings_with_a_flag():
    found = desired(case({"is_organiser": False, "title": "#zoom", "body": text("#zoom")}))
    assert isinstance(found, Refused)
    assert found.code == "not_organiser"


@pytest.mark.parametrize(
    "changes",
    [
        {"start": NOW - HOUR, "end": NOW},
        {"start": NOW + timedelta(days=300), "end": NOW + timedelta(days=300) + HOUR},
        {"native": TEAMS},
        {"native": MEET},
        {"body": text(WEBEX)},
    ],
)
def test_a_bound_event_keeps_its_meeting_and_is_followed(changes):
    keep_meet = person(link=LinkPolicy(replace_meet=False))
    found = desired(case(changes, policy=keep_meet, bound=True, own_url=url_of()))
    assert isinstance(found, Wanted)
    assert found.spec.start == changes.get("start", NOW + DAY)


def test_a_flag_we_took_stays_in_force_until_a_no():
    unflagged = {"location": url_of()}
    assert isinstance(desired(case(unflagged, bound=True, flag_taken=True)), Wanted)
    assert isinstance(desired(case(unflagged, bound=True)), Unwanted)
    no = {**unflagged, "title": "#nozoom"}
    assert isinstance(desired(case(no, bound=True, flag_taken=True)), Unwanted)


def test_a_copied_link_asks_for_a_meeting_of_its_own():
    copy = linked(event(location="zoom"))
    found = desired(replace(case(), event=copy, decision=decide(copy, person()), copied=True))
    assert isinstance(found, Wanted)
    assert "copied" in found.reason


def test_our_own_link_is_no_foreign_one():
    known = desired(case({"body": text(f"#zoom {url_of()}")}, own_url=url_of()))
    assert isinstance(known, Wanted)
    unknown = desired(case({"body": text(f"#zoom {url_of()}")}))
    assert isinstance(unknown, Refused)


@pytest.mark.parametrize(
    ("length", "minutes"),
    [
        (timedelta(0), 1),
        (timedelta(seconds=1), 1),
        (timedelta(seconds=59), 1),
        (timedelta(seconds=60), 1),
        (timedelta(seconds=61), 2),
        (timedelta(minutes=29, seconds=59, microseconds=1), 30),
        (timedelta(minutes=30), 30),
        (DAY, 1440),
    ],
)
def test_a_length_is_whole_minutes_rounded_up(length, minutes):
    assert wanted({"end": NOW + DAY + length}).duration_minutes == minutes


def test_an_hour_that_the_clocks_skip_is_no_part_of_the_length():
    vienna = ZoneInfo("Europe/Vienna")
    start = datetime(2027, 3, 28, 1, 30, tzinfo=vienna).astimezone(UTC)
    end = datetime(2027, 3, 28, 3, 30, tzinfo=vienna).astimezone(UTC)
    assert wanted({"start": start, "end": end}).duration_minutes == 60


def test_guests_are_people_and_not_the_organiser_and_each_once():
    attendees = (
        Attendee("bo@example.com"),
        Attendee("ana@example.com"),
        Attendee("room1@resource.example.com", is_resource=True),
        Attendee("al@elsewhere.example"),
        Attendee("bo@example.com"),
    )
    assert wanted({"attendees": attendees}).invitees == ("al@elsewhere.example", "bo@example.com")


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("Talk", "Talk"),
        ("Talk #zoom", "Talk"),
        ("  Talk ", "Talk"),
        ("", "Meeting"),
        ("#zoom", "Meeting"),
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 200),
        ("\U0001f600" * 300, "\U0001f600" * 200),
    ],
)
def test_a_topic_is_the_title_as_guests_see_it_within_zooms_limit(title, topic):
    assert wanted({"title": title}).topic == topic


@pytest.mark.parametrize(("zone", "sent"), [("Asia/Tokyo", "Asia/Tokyo"), (None, "UTC")])
def test_the_zone_is_the_events_own(zone, sent):
    assert wanted({"zone": zone}).zone == sent


@pytest.mark.parametrize(
    ("title", "policy", "strictness"),
    [
        ("x", MeetingPolicy(), (False, True, False)),
        ("#zoom:wait", MeetingPolicy(), (True, False, False)),
        ("#zoom:WAIT", MeetingPolicy(), (True, False, False)),
        ("#zoom:auth", MeetingPolicy(), (False, True, True)),
        ("#zoom:wait #zoom:auth", MeetingPolicy(), (True, False, True)),
        ("x", MeetingPolicy(waiting_room=True), (True, False, False)),
        ("x", MeetingPolicy(join_before_host=False), (False, False, False)),
        ("#zoom", MeetingPolicy(waiting_room=True, join_before_host=False), (True, False, False)),
    ],
)
def test_wishes_only_make_a_meeting_stricter(title, policy, strictness):
    found = wanted({"title": title}, policy=person(meeting=policy))
    assert (found.waiting_room, found.join_before_host, found.sign_in_only) == strictness


def test_wishes_count_wherever_they_stand():
    found = wanted({"title": "#zoom:wait", "body": text("#zoom and #zoom:auth")})
    assert (found.waiting_room, found.sign_in_only) == (True, True)


@pytest.mark.parametrize(
    "tag",
    [
        "#zoom:secret",
        "#zoom:wait:host",
        "#zoom:boss=bo@example.com",
        "#zoom:newer",
        "#zoom:wait2",
        "#zoom #zoom:x",
    ],
)
def test_an_unknown_wish_is_told_and_not_guessed(tag):
    found = desired(case({"body": text(tag)}))
    assert isinstance(found, Refused)
    assert found.code == "unknown_wish"


def test_the_first_line_of_the_agenda_is_the_marker():
    assert wanted().agenda.splitlines()[0] == marker_of(keys(), KEY)

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.adapters.zoom.extras import without_refused
from syncd.adapters.zoom.fixed_times import read_repeats, schedule
from syncd.adapters.zoom.reading import Misshapen
from syncd.adapters.zoom.translate import change_body, meeting_body, read_invitation, read_meeting
from syncd.core.meeting import FixedTimes, MeetingChange, MeetingKind, Repeat
from syncd.ports.errors import Forbidden, Permanent, ProviderError, RateLimited
from tests.unit.adapters.test_zoom_translate import meeting, spec

START = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
WEEKLY = FixedTimes(repeat=Repeat.WEEKLY, weekdays=(3, 5), count=10)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def times(body: dict[str, Any]) -> dict[str, Any]:
    names = ("type", "start_time", "timezone", "recurrence")
    return {name: body[name] for name in names if name in body}


def test_a_series_without_fixed_times_says_no_time():
    assert times(meeting_body(spec(start=None))) == {"type": 3}


def test_fixed_times_are_said_in_local_time():
    assert times(meeting_body(spec(repeats=WEEKLY))) == {
        "type": 8,
        "start_time": "2026-12-01T11:00:00",
        "timezone": "Europe/Berlin",
        "recurrence": {
            "type": 2,
            "repeat_interval": 1,
            "weekly_days": "3,5",
            "end_times": 10,
        },
    }


@pytest.mark.parametrize("zone", ["", "Custom", "../etc/passwd", "Europe", "x" * 5000, "\0"])
def test_fixed_times_need_a_zone_that_is_known(zone: str):
    assert schedule(START, zone, WEEKLY) is None
    assert times(meeting_body(spec(repeats=WEEKLY, zone=zone))) == {"type": 3}
    change = MeetingChange(topic="x", start=START, zone=zone, repeats=WEEKLY)
    assert change_body(change) == {"topic": "x"}


def test_another_rule_is_sent_with_all_that_lays_out_the_times():
    change = MeetingChange(
        kind=MeetingKind.FIXED_TIMES, start=START, zone="Europe/Berlin", repeats=WEEKLY
    )
    body = change_body(change)
    assert (body["type"], body["start_time"]) == (8, "2026-12-01T11:00:00")
    with pytest.raises(ValueError, match="together"):
        change_body(MeetingChange(repeats=WEEKLY))


def test_a_series_that_loses_its_fixed_times_is_sent_its_type_alone():
    assert change_body(MeetingChange(kind=MeetingKind.NO_FIXED_TIME)) == {"type": 3}


def test_alternative_hosts_are_joined_by_semicolons_and_get_no_mail():
    hosts = ("bo@example.com", "cem@example.com")
    settings = meeting_body(spec(alternative_hosts=hosts))["settings"]
    assert settings["alternative_hosts"] == "bo@example.com;cem@example.com"
    assert settings["alternative_hosts_email_notification"] is False
    assert change_body(MeetingChange(alternative_hosts=hosts)) == {
        "settings": {
            "alternative_hosts": "bo@example.com;cem@example.com",
            "alternative_hosts_email_notification": False,
        }
    }
    assert change_body(MeetingChange(alternative_hosts=())) == {
        "settings": {"alternative_hosts": ""}
    }


@pytest.mark.parametrize(
    "text", ["Bo@example.com;cem@example.com;", " cem@example.com ,bo@example.com,"]
)
def test_alternative_hosts_are_read_however_they_are_joined(text: str):
    read = read_meeting(meeting(settings={"alternative_hosts": text}))
    assert read.alternative_hosts == ("bo@example.com", "cem@example.com")


def occurrence(start: str, **changes: Any) -> dict[str, Any]:
    moment = datetime.fromisoformat(start)
    name = str(int(moment.timestamp() * 1000))
    return {"occurrence_id": name, "start_time": start, "duration": 45} | changes


def test_a_series_is_read_with_its_times():
    body = meeting(
        type=8,
        start_time=None,
        recurrence={"type": 2, "weekly_days": "5,3", "end_times": 10},
        occurrences=[
            occurrence("2026-12-01T10:00:00Z", start_time="2026-12-01T15:00:00Z"),
            occurrence("2026-12-03T10:00:00Z", status="deleted"),
        ],
    )
    read = read_meeting(body)
    assert (read.kind, read.repeats, read.start) == (MeetingKind.FIXED_TIMES, WEEKLY, START)
    assert [each.deleted for each in read.occurrences] == [False, True]
    assert read.occurrences[0].start == START + timedelta(hours=5)


@pytest.mark.parametrize("name", ["x", "", "1" * 15, "9" * 40, "²"])
def test_an_occurrence_of_any_name_is_read(name: str):
    item = occurrence("2026-12-01T10:00:00Z", occurrence_id=name)
    rule = {"type": 1, "end_times": 2}
    read = read_meeting(meeting(start_time=None, recurrence=rule, occurrences=[item]))
    assert read.occurrences[0].id == name
    assert read.start is not None


@pytest.mark.parametrize(
    ("rule", "repeats"),
    [
        ({"type": 1}, FixedTimes(repeat=Repeat.DAILY, count=1)),
        ({"type": 1, "end_times": 0}, FixedTimes(repeat=Repeat.DAILY)),
        (
            {"type": 1, "end_times": 5, "end_date_time": "2026-12-09T10:00:00Z"},
            FixedTimes(repeat=Repeat.DAILY, until=datetime(2026, 12, 9, 10, 0, tzinfo=UTC)),
        ),
        (
            {"type": 3, "end_times": 0},
            FixedTimes(repeat=Repeat.MONTHLY, month_day=1),
        ),
        (
            {"type": 2, "weekly_days": 4, "end_times": 0},
            FixedTimes(repeat=Repeat.WEEKLY, weekdays=(4,)),
        ),
    ],
)
def test_a_rule_is_read_with_zoom_s_own_defaults(rule: object, repeats: FixedTimes):
    assert read_repeats({"recurrence": rule}) == repeats


@pytest.mark.parametrize(
    "rule",
    [
        {"type": 7},
        {"repeat_interval": 1},
        {"type": 2, "weekly_days": "mon"},
        {"type": 2, "weekly_days": []},
        {"type": 3, "monthly_week": 2},
        {"type": 1, "end_date_time": "soon"},
    ],
)
def test_a_rule_that_cannot_be_read_is_misshapen(rule: object):
    with pytest.raises(Misshapen):
        read_repeats({"recurrence": rule})


@given(recurrence=JSON, occurrences=JSON)
def test_a_series_of_any_shape_is_read_or_misshapen(recurrence: Any, occurrences: Any):
    try:
        read_meeting(meeting(recurrence=recurrence, occurrences=occurrences))
    except Misshapen:
        return


def test_an_invitation_is_a_text():
    assert read_invitation({"invitation": "Come.", "sip_links": []}) == "Come."


@pytest.mark.parametrize("body", [{}, {"invitation": 1}, [], None])
def test_an_invitation_of_another_shape_is_misshapen(body: object):
    with pytest.raises(Misshapen):
        read_invitation(body)


SERIES = {"type": 8, "start_time": "x", "timezone": "y", "recurrence": {}, "topic": "t"}
SINGLE = {"type": 2, "start_time": "x", "timezone": "y"}
WITH_HOSTS: dict[str, Any] = {
    "topic": "t",
    "settings": {"alternative_hosts": "a", "use_pmi": False},
}


@pytest.mark.parametrize(
    ("body", "code", "left"),
    [
        (SERIES, "zoom_timezone", {"type": 3, "topic": "t"}),
        (SERIES, "zoom_recurrence", {"type": 3, "topic": "t"}),
        (SINGLE, "zoom_timezone", {"type": 2, "start_time": "x"}),
        (WITH_HOSTS, "zoom_invalid", {"topic": "t", "settings": {"use_pmi": False}}),
        (SINGLE, "zoom_invalid", None),
    ],
)
def test_what_was_refused_is_left_out(body: dict[str, Any], code: str, left: object):
    found = without_refused(body, Permanent("No.", code=code), creating=True)
    assert (found and found[0]) == left


@pytest.mark.parametrize(
    ("error", "is_spared"),
    [
        (Forbidden("Who?", code="zoom_host_unknown"), True),
        (Permanent("No.", code="zoom_refused"), True),
        (Forbidden("No.", code="zoom_scope_missing"), False),
        (RateLimited("Slow.", code="zoom_rate_limit", retry_after=timedelta(1)), False),
    ],
)
def test_only_a_refusal_of_people_spares_the_alternative_hosts(
    error: ProviderError, is_spared: bool
):
    assert (without_refused(WITH_HOSTS, error, creating=True) is not None) is is_spared


def test_an_update_that_is_left_with_nothing_is_empty():
    body = change_body(MeetingChange(alternative_hosts=("bo@example.com",)))
    error = Permanent("No.", code="zoom_invalid")
    assert without_refused(body, error, creating=False) == ({}, "alternative hosts")
    left = without_refused(SERIES, Permanent("No.", code="zoom_timezone"), creating=False)
    assert left == ({"topic": "t"}, "fixed times")

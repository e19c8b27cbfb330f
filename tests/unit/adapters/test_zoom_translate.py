from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from syncd.adapters.zoom.reading import Misshapen
from syncd.adapters.zoom.translate import (
    change_body,
    meeting_body,
    read_host,
    read_meeting,
    read_page,
)
from syncd.core.conference import PhoneNumber
from syncd.core.meeting import MeetingChange, MeetingSpec


def spec(**changes) -> MeetingSpec:
    fields: dict[str, Any] = {
        "topic": "Planning",
        "start": datetime(2026, 12, 1, 10, 0, tzinfo=UTC),
        "duration_minutes": 45,
        "zone": "Europe/Berlin",
        "invitees": ("bo@example.com",),
        "agenda": "syncd:a:b\nText",
        "waiting_room": False,
        "join_before_host": True,
        "sign_in_only": False,
    }
    return MeetingSpec(**(fields | changes))


def meeting(**changes) -> dict[str, object]:
    body = {
        "id": 93_000_000_001,
        "uuid": "abc==",
        "host_id": "zu1",
        "topic": "Planning",
        "type": 2,
        "start_time": "2026-12-01T10:00:00Z",
        "duration": 45,
        "timezone": "Europe/Berlin",
        "agenda": "syncd:a:b",
        "created_at": "2026-11-21T08:00:00Z",
        "join_url": "https://us02web.zoom.us/j/93000000001?pwd=x",
        "start_url": "https://us02web.zoom.us/s/93000000001?zak=secret",
        "password": "123456",
        "settings": {
            "waiting_room": False,
            "join_before_host": True,
            "meeting_invitees": [{"email": "Bo@Example.com", "internal_user": False}],
            "global_dial_in_numbers": [
                {"number": "+49 69", "country": "DE", "country_name": "Germany", "city": "Berlin"},
                {"number": "+1 646", "country": "US", "country_name": "US", "type": "toll"},
            ],
        },
        "a_field_of_next_month": {},
    }
    return body | changes


def test_a_create_asks_for_a_scheduled_meeting_and_mails_nobody():
    assert meeting_body(spec()) == {
        "type": 2,
        "topic": "Planning",
        "agenda": "syncd:a:b\nText",
        "start_time": "2026-12-01T10:00:00Z",
        "timezone": "Europe/Berlin",
        "duration": 45,
        "default_password": True,
        "settings": {
            "use_pmi": False,
            "push_change_to_calendar": False,
            "waiting_room": False,
            "join_before_host": True,
            "jbh_time": 0,
            "meeting_authentication": False,
            "meeting_invitees": [{"email": "bo@example.com"}],
            "email_notification": False,
            "alternative_hosts_email_notification": False,
        },
    }


def test_a_start_in_another_offset_is_sent_in_utc():
    start = datetime(2026, 12, 1, 11, 0, tzinfo=timezone(timedelta(hours=1)))
    assert meeting_body(spec(start=start))["start_time"] == "2026-12-01T10:00:00Z"


def test_texts_are_cut_at_what_zoom_takes():
    body = meeting_body(spec(topic="t" * 300, agenda="a" * 3000))
    assert (len(body["topic"]), len(body["agenda"])) == (200, 2000)


def test_a_waiting_room_asks_nobody_to_join_before_the_host():
    settings = meeting_body(spec(waiting_room=True, sign_in_only=True))["settings"]
    assert (settings["waiting_room"], settings["join_before_host"]) == (True, False)
    assert settings["meeting_authentication"] is True


@pytest.mark.parametrize(
    ("change", "body"),
    [
        (MeetingChange(), {}),
        (MeetingChange(topic="t" * 201), {"topic": "t" * 200}),
        (MeetingChange(duration_minutes=5), {"duration": 5}),
        (MeetingChange(invitees=()), {"settings": {"meeting_invitees": []}}),
        (
            MeetingChange(start=datetime(2026, 12, 1, 10, 0, tzinfo=UTC), zone="UTC"),
            {"start_time": "2026-12-01T10:00:00Z", "timezone": "UTC"},
        ),
    ],
)
def test_an_update_says_what_changes_and_nothing_else(change: MeetingChange, body: object):
    assert change_body(change) == body


def test_a_meeting_is_read():
    read = read_meeting(meeting())
    assert read.id == 93_000_000_001
    assert read.start == datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
    assert read.created_at == datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    assert (read.duration_minutes, read.zone, read.passcode) == (45, "Europe/Berlin", "123456")
    assert read.invitees == ("bo@example.com",)
    assert read.phone_numbers == (PhoneNumber("+49 69", "Berlin"), PhoneNumber("+1 646", "US"))
    assert (read.waiting_room, read.join_before_host) == (False, True)


def test_the_hosts_start_link_is_not_kept():
    assert "zak" not in repr(read_meeting(meeting()))


def test_a_meeting_without_a_fixed_time_has_no_start():
    body = meeting(type=3)
    for name in ("start_time", "duration", "password", "settings", "agenda"):
        del body[name]
    read = read_meeting(body)
    assert (read.start, read.duration_minutes, read.passcode) == (None, 0, "")


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "93000000001"},
        {"id": True},
        {"id": 0},
        {"id": None},
        {"join_url": None},
        {"join_url": "javascript:alert(1)"},
        {"join_url": "https://zoom.us/j/1\nX"},
        {"start_time": "tomorrow"},
        {"start_time": 7},
        {"start_time": "0001-01-01T00:00:00+14:00"},
        {"duration": "45"},
        {"duration": 4.5},
        {"topic": []},
        {"settings": []},
        {"settings": {"waiting_room": "yes"}},
        {"settings": {"meeting_invitees": ["bo"]}},
        {"settings": {"meeting_invitees": [{}]}},
        {"settings": {"global_dial_in_numbers": {}}},
    ],
)
def test_a_wrong_type_is_misshapen(changes: dict[str, object]):
    with pytest.raises(Misshapen):
        read_meeting(meeting(**changes))


@pytest.mark.parametrize("body", [None, [], "text", 7])
def test_what_is_no_object_is_misshapen(body: object):
    with pytest.raises(Misshapen):
        read_meeting(body)


def test_a_page_gives_its_items_and_the_next_token():
    item = {"id": 1, "agenda": "syncd:a:b", "created_at": "2026-11-21T08:00:00Z"}
    listed, token = read_page({"meetings": [item, {"id": 2}], "next_page_token": "n"})
    assert [(each.id, each.agenda) for each in listed] == [(1, "syncd:a:b"), (2, "")]
    assert token == "n"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"meetings": None},
        {"meetings": {}},
        {"meetings": [{}]},
        {"meetings": [], "next_page_token": 1},
    ],
)
def test_a_page_without_its_items_is_misshapen(body: object):
    with pytest.raises(Misshapen):
        read_page(body)


@pytest.mark.parametrize(("kind", "basic"), [(1, True), (2, False), (3, False)])
def test_a_user_of_type_1_is_basic(kind: int, basic: bool):
    assert read_host({"id": "zu1", "type": kind}, address="ana@example.com").is_basic is basic


@pytest.mark.parametrize(
    "wrong", [{"id": 2**63}, {"id": 0}, {"join_url": "https://zoom.us/j/1\u2500"}]
)
def test_what_could_not_be_kept_or_shown_is_misshapen(wrong: dict[str, object]):
    with pytest.raises(Misshapen):
        read_meeting({"id": 1, "join_url": "https://zoom.us/j/1", **wrong})

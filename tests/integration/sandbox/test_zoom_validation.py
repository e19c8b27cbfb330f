"""What Zoom refuses in a body: 400, code 300, and the fields by name."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.sandbox.zoom_stage import Stage, bad_fields, refusal, starting

DAILY = {"type": 1, "end_times": 3}


async def refused(**body: Any) -> list[str]:
    stage = Stage()
    return bad_fields(await stage.call("POST", "/users/me/meetings", json=body))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("topic", "t" * 201),
        ("topic", None),
        ("agenda", "a" * 2001),
        ("password", "p" * 11),
        ("password", 123456),
        ("type", 4),
        ("type", "2"),
        ("type", True),
        ("duration", "60"),
        ("duration", 0),
        ("duration", 30.0),
        ("default_password", "true"),
        ("timezone", "Mars/Olympus"),
        ("start_time", "2026-12-02T10:00:00+01:00"),
        ("start_time", "2026-12-02T10:00:00.000Z"),
        ("start_time", "2026-12-02T10:00Z"),
        ("start_time", "2026-12-02 10:00:00"),
        ("start_time", "2026-13-02T10:00:00Z"),
        ("start_time", 1796205600),
        ("tracking_fields", [{"value": "v"}]),
        ("settings", []),
        ("recurrence", []),
        ("tracking_fields", ["Project"]),
    ],
)
async def test_a_field_out_of_its_limits_is_named(field, value):
    assert await refused(**{field: value}) == [field]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("waiting_room", "true"),
        ("waiting_room", 1),
        ("jbh_time", 7),
        ("approval_type", 3),
        ("auto_recording", "yes"),
        ("audio", "phone"),
        ("alternative_hosts", ["bo@example.com"]),
        ("meeting_invitees", [{"email": "nobody"}]),
        ("meeting_invitees", "bo@example.com"),
        ("encryption_type", "none"),
        ("calendar_type", 3),
        ("audio_conference_info", "x" * 2049),
    ],
)
async def test_a_setting_out_of_its_limits_is_named(name, value):
    assert await refused(settings={name: value}) == [f"settings.{name}"]


async def test_all_faults_are_named_at_once():
    body = {"topic": 1, "agenda": 2, "settings": {"audio": 3}}
    assert await refused(**body) == ["topic", "agenda", "settings.audio"]


@pytest.mark.parametrize("field", ["topic", "agenda", "password"])
async def test_the_longest_allowed_texts_are_kept(field):
    stage = Stage()
    text = "x" * {"topic": 200, "agenda": 2000, "password": 10}[field]
    assert (await stage.create(**{field: text}))[field] == text


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"type": 4}, "type"),
        ({}, "type"),
        ({"type": 1, "repeat_interval": 100}, "repeat_interval"),
        ({"type": 2, "repeat_interval": 51}, "repeat_interval"),
        ({"type": 3, "repeat_interval": 11}, "repeat_interval"),
        ({"type": 1, "repeat_interval": 0}, "repeat_interval"),
        ({"type": 1, "end_times": 61}, "end_times"),
        ({**DAILY, "end_date_time": "2026-12-31T00:00:00Z"}, "end_date_time"),
        ({"type": 1, "end_date_time": "2026-12-31T00:00:00"}, "end_date_time"),
        ({"type": 1, "end_date_time": "2026-12-01T00:00:00Z"}, "end_date_time"),
        ({"type": 2, "weekly_days": "0,3"}, "weekly_days"),
        ({"type": 2, "weekly_days": "1, 3"}, "weekly_days"),
        ({"type": 2, "weekly_days": "3,3"}, "weekly_days"),
        ({"type": 2, "weekly_days": 3}, "weekly_days"),
        ({"type": 3, "monthly_day": 32}, "monthly_day"),
        ({"type": 3, "monthly_week": 5, "monthly_week_day": 1}, "monthly_week"),
        ({"type": 3, "monthly_week": 1}, "monthly_week_day"),
    ],
)
async def test_a_recurrence_out_of_its_limits_is_named(rule, field):
    found = await refused(type=8, start_time=starting(days=1), recurrence=rule)
    assert found == [f"recurrence.{field}"]


async def test_a_day_of_the_month_goes_with_no_weekday_of_the_month():
    rule = {"type": 3, "monthly_day": 2, "monthly_week": 1, "monthly_week_day": 2}
    found = await refused(type=8, start_time=starting(days=1), recurrence=rule)
    assert found == ["recurrence.monthly_week", "recurrence.monthly_week_day"]


async def test_a_series_with_fixed_times_needs_a_start_and_a_recurrence():
    assert await refused(type=8) == ["recurrence", "start_time"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
async def test_a_body_that_is_no_object_is_refused(content):
    stage = Stage()
    answer = await stage.call("POST", "/users/me/meetings", content=content)
    assert refusal(answer) == (400, 300)
    assert answer.json()["message"] == "Request Body should be a valid JSON object."


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"topic": "t" * 201}, ["topic"]),
        ({"start_time": "tomorrow"}, ["start_time"]),
        ({"settings": {"audio": "phone"}}, ["settings.audio"]),
        ({"settings": {"custom_keys": [{"key": "k" * 65, "value": ""}]}}, ["settings.custom_keys"]),
        ({"settings": {"custom_keys": [{"key": "k"}] * 11}}, ["settings.custom_keys"]),
        ({"type": 8}, ["recurrence"]),
    ],
)
async def test_a_change_is_checked_like_a_new_meeting(body, fields):
    stage = Stage()
    made = await stage.create(start_time=starting(days=1))
    answer = await stage.call("PATCH", f"/meetings/{made['id']}", json=body)
    assert bad_fields(answer) == fields


@pytest.mark.parametrize("query", ["page_size=301", "page_size=0", "page_number=x"])
async def test_a_page_out_of_its_limits_is_named(query):
    stage = Stage()
    answer = await stage.call("GET", f"/users/me/meetings?{query}")
    assert bad_fields(answer) == [query.partition("=")[0]]


@pytest.mark.parametrize("query", ["type=all", "from=2026-1-1", "to=2026-02-30", "timezone=X"])
async def test_a_filter_that_zoom_cannot_read_is_named(query):
    stage = Stage()
    answer = await stage.call("GET", f"/users/me/meetings?{query}")
    assert bad_fields(answer) == [query.partition("=")[0]]

"""What the Google stand-in refuses before it looks at an event."""

from __future__ import annotations

import pytest

from tests.integration.sandbox.google_setting import BO, EVENTS, reason, setting


async def test_a_missing_or_unknown_token_is_refused():
    google = setting()
    bare = await google.client.get(f"/google/calendar/v3{EVENTS}")
    assert reason(bare) == (401, "authError")
    assert "invalid_token" in bare.headers["www-authenticate"]
    wrong = await google.call("GET", EVENTS, headers={"authorization": "Bearer nonsense"})
    assert reason(wrong) == (401, "authError")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"colour": "red"}, (400, "badRequest")),
        ({"maxResults": "0"}, (400, "invalidParameter")),
        ({"maxResults": "many"}, (400, "invalidParameter")),
        ({"singleEvents": "yes"}, (400, "invalidParameter")),
        ({"orderBy": "name"}, (400, "invalidParameter")),
        ({"timeMin": "2027-01-01T00:00:00"}, (400, "invalidParameter")),
        ({"eventTypes": ["default", "party"]}, (400, "invalidParameter")),
        ({"q": ["a", "b"]}, (400, "invalidParameter")),
        ({"quotaUser": "x" * 41}, (400, "invalidParameter")),
        ({"orderBy": "startTime"}, (400, "invalid")),
        ({"pageToken": "nonsense"}, (400, "invalid")),
        ({"syncToken": "nonsense"}, (400, "invalid")),
        ({"timeZone": "Moon/Base"}, None),
    ],
)
async def test_query_parameters_are_checked_against_the_discovery_document(query, expected):
    answer = await setting().call("GET", EVENTS, params=query)
    if expected is None:
        assert answer.status_code == 200  # nothing is listed that could be put in that zone
    else:
        assert reason(answer) == expected


async def test_another_persons_calendar_does_not_exist():
    google = setting()
    assert reason(await google.call("GET", f"/calendars/{BO}/events")) == (404, "notFound")
    assert reason(await google.call("GET", "/calendars/nobody@x/events")) == (404, "notFound")


async def test_an_unknown_event_is_not_found():
    google = setting()
    for method in ("GET", "PATCH", "DELETE"):
        answer = await google.call(method, f"{EVENTS}/abcdefgh", json={})
        assert reason(answer) == (404, "notFound")


async def test_methods_outside_the_sandbox_say_so():
    google = setting()
    for method, path in (
        ("POST", f"{EVENTS}/watch"),
        ("POST", "/channels/stop"),
        ("GET", "/colors"),
        ("POST", f"{EVENTS}/import"),
    ):
        assert reason(await google.call(method, path, json={})) == (501, "notImplemented")


async def test_a_long_get_may_come_as_a_post():
    google = setting()
    made = await google.insert()
    answer = await google.call(
        "POST",
        EVENTS,
        content=b"maxResults=5&singleEvents=false",
        headers={"x-http-method-override": "GET"},
    )
    assert [one["id"] for one in answer.json()["items"]] == [made["id"]]
    operation = "GET /calendars/{calendarId}/events"
    assert google.world.counts[("google", operation)] == 1


async def test_each_person_has_a_primary_and_a_team_calendar():
    google = setting()
    listed = await google.ok("GET", "/users/me/calendarList")
    ids = [(one["id"], one.get("primary", False), one["accessRole"]) for one in listed["items"]]
    team = "ana-team@group.calendar.example.com"
    assert ids == [("ana@example.com", True, "owner"), (team, False, "owner")]
    one = await google.ok("GET", f"/users/me/calendarList/{team}")
    assert one["timeZone"] == "Europe/Berlin"
    assert (await google.ok("GET", "/calendars/primary"))["id"] == "ana@example.com"


async def test_the_calendar_list_is_incremental_and_comes_in_pages():
    google = setting()
    first = await google.ok("GET", "/users/me/calendarList", params={"maxResults": 1})
    assert len(first["items"]) == 1
    assert "nextSyncToken" not in first
    query = {"maxResults": 1, "pageToken": first["nextPageToken"]}
    last = await google.ok("GET", "/users/me/calendarList", params=query)
    sync = {"syncToken": last["nextSyncToken"]}
    assert (await google.ok("GET", "/users/me/calendarList", params=sync))["items"] == []
    sync["minAccessRole"] = "owner"
    answer = await google.call("GET", "/users/me/calendarList", params=sync)
    assert reason(answer) == (400, "badRequest")

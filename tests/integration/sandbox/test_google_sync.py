"""Lists of the Google stand-in: full, incremental, filtered and in pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from syncd.sandbox.fakes.google.listing import FORBIDDEN_WITH_SYNC
from tests.integration.sandbox.google_setting import EVENTS, Setting, reason, setting


async def pages(google: Setting, **query: Any) -> list[dict[str, Any]]:
    """Give all pages of one list."""
    found = [await google.list(**query)]
    while "nextPageToken" in found[-1]:
        assert "nextSyncToken" not in found[-1]
        found.append(await google.list(**query, pageToken=found[-1]["nextPageToken"]))
    return found


def ids(page: dict[str, Any]) -> list[str]:
    return [one["id"] for one in page["items"]]


async def test_an_incremental_list_holds_what_changed_and_tombstones():
    google = setting()
    kept = await google.insert(summary="kept")
    gone = await google.insert(summary="gone")
    token = (await google.list())["nextSyncToken"]
    assert (await google.list(syncToken=token))["items"] == []
    await google.patch(kept["id"], summary="changed")
    await google.call("DELETE", f"{EVENTS}/{gone['id']}")
    page = await google.list(syncToken=token)
    found = [(one["id"], one["status"]) for one in page["items"]]
    assert found == [(kept["id"], "confirmed"), (gone["id"], "cancelled")]
    assert page["items"][1]["summary"] == "gone"  # the organiser's copy keeps its details
    assert (await google.list(syncToken=page["nextSyncToken"]))["items"] == []


async def test_a_full_list_has_no_tombstones_unless_asked():
    google = setting()
    made = await google.insert()
    await google.call("DELETE", f"{EVENTS}/{made['id']}")
    assert (await google.list())["items"] == []
    assert ids(await google.list(showDeleted="true")) == [made["id"]]


async def test_only_the_last_page_has_the_sync_token():
    google = setting()
    made = [(await google.insert())["id"] for _ in range(5)]
    found = await pages(google, maxResults=2)
    assert [len(one["items"]) for one in found] == [2, 2, 1]
    assert [one for page in found for one in ids(page)] == made
    assert "nextSyncToken" in found[-1]


async def test_pages_of_an_incremental_run_take_the_sync_token_along():
    google = setting()
    token = (await google.list())["nextSyncToken"]
    made = [(await google.insert())["id"] for _ in range(3)]
    found = await pages(google, syncToken=token, maxResults=2)
    assert [one for page in found for one in ids(page)] == made


async def test_a_change_between_two_pages_is_in_the_next_list():
    google = setting()
    made = [(await google.insert())["id"] for _ in range(3)]
    first = await google.list(maxResults=2)
    await google.patch(made[0], summary="while paging")
    late = await google.insert(summary="late")
    last = await google.list(maxResults=2, pageToken=first["nextPageToken"])
    assert ids(last) == made[2:]
    after = await google.list(syncToken=last["nextSyncToken"])
    assert ids(after) == [made[0], late["id"]]


async def test_a_page_may_be_empty_though_more_follow():
    google = setting()
    made = [(await google.insert())["id"] for _ in range(3)]
    google.google.google_empty_pages = True
    found = await pages(google, maxResults=2)
    assert [len(one["items"]) for one in found] == [0, 2, 1]
    assert [one for page in found for one in ids(page)] == made
    assert len(await pages(google)) == 1


@pytest.mark.parametrize("name", FORBIDDEN_WITH_SYNC)
async def test_parameters_forbidden_beside_a_sync_token_are_refused(name):
    google = setting()
    token = (await google.list())["nextSyncToken"]
    values = {"orderBy": "updated", "privateExtendedProperty": "a=b"}
    value = values.get(name, "2027-01-01T00:00:00Z")
    answer = await google.call("GET", EVENTS, params={"syncToken": token, name: value})
    assert reason(answer) == (400, "badRequest")


async def test_deleted_events_cannot_be_hidden_from_an_incremental_list():
    google = setting()
    token = (await google.list())["nextSyncToken"]
    query = {"syncToken": token, "showDeleted": "false"}
    assert reason(await google.call("GET", EVENTS, params=query)) == (400, "badRequest")
    assert (await google.list(syncToken=token, showDeleted="true"))["items"] == []


async def test_a_sync_token_holds_its_parameters_fast():
    google = setting()
    token = (await google.list(singleEvents="false"))["nextSyncToken"]
    query = {"syncToken": token, "singleEvents": "true"}
    assert reason(await google.call("GET", EVENTS, params=query)) == (400, "invalid")


async def test_a_sync_token_belongs_to_one_calendar():
    google = setting()
    token = (await google.list())["nextSyncToken"]
    path = "/calendars/ana-team@group.calendar.example.com/events"
    answer = await google.call("GET", path, params={"syncToken": token})
    assert reason(answer) == (400, "invalid")


async def test_a_sync_token_lives_seven_days_or_until_a_test_says_otherwise():
    google = setting()
    token = (await google.list())["nextSyncToken"]
    google.world.advance(timedelta(days=6).total_seconds())
    assert (await google.list(syncToken=token))["items"] == []
    google.world.advance(timedelta(days=2).total_seconds())
    answer = await google.call("GET", EVENTS, params={"syncToken": token})
    assert reason(answer) == (410, "fullSyncRequired")
    fresh = (await google.list())["nextSyncToken"]
    google.google.expire_sync_tokens()
    answer = await google.call("GET", EVENTS, params={"syncToken": fresh})
    assert reason(answer) == (410, "fullSyncRequired")


async def test_updated_min_reaches_back_only_so_far():
    google = setting()
    made = await google.insert()
    await google.call("DELETE", f"{EVENTS}/{made['id']}")
    recent = (google.world.now() - timedelta(days=1)).isoformat()
    assert ids(await google.list(updatedMin=recent)) == [made["id"]]
    old = (google.world.now() - timedelta(days=60)).isoformat()
    answer = await google.call("GET", EVENTS, params={"updatedMin": old})
    assert reason(answer) == (410, "updatedMinTooLongAgo")


async def test_the_window_bounds_the_end_and_the_start_exclusively():
    google = setting()
    made = await google.insert()  # 09:00 to 10:00 UTC
    cases: list[tuple[dict[str, Any], bool]] = [
        ({"timeMin": "2027-01-11T09:59:59Z"}, True),
        ({"timeMin": "2027-01-11T10:00:00Z"}, False),
        ({"timeMax": "2027-01-11T09:00:01Z"}, True),
        ({"timeMax": "2027-01-11T09:00:00Z"}, False),
    ]
    for query, found in cases:
        assert ids(await google.list(**query)) == ([made["id"]] if found else [])


async def test_lists_can_be_filtered_and_ordered():
    google = setting()
    first = await google.insert(
        summary="Standup", extendedProperties={"private": {"mark": "1", "x": "y"}}
    )
    second = await google.insert(summary="Retro", eventType="focusTime")
    assert ids(await google.list(q="stand")) == [first["id"]]
    assert ids(await google.list(privateExtendedProperty=["mark=1", "x=y"])) == [first["id"]]
    assert ids(await google.list(privateExtendedProperty=["mark=1", "x=z"])) == []
    assert ids(await google.list(eventTypes="focusTime")) == [second["id"]]
    assert ids(await google.list(iCalUID=second["iCalUID"])) == [second["id"]]
    await google.patch(first["id"], summary="later")
    assert ids(await google.list(orderBy="updated")) == [second["id"], first["id"]]


async def test_a_stale_list_knows_nothing_of_the_last_change_and_loses_nothing():
    google = setting()
    made = await google.insert(summary="one")
    token = (await google.list())["nextSyncToken"]
    await google.patch(made["id"], summary="two")
    fault = {
        "provider": "google",
        "operation": "GET /calendars/{calendarId}/events",
        "kind": "stale",
        "count": 2,
    }
    await google.client.post("/_sandbox/faults", json=fault)
    stale = await google.list(syncToken=token)
    assert stale["items"] == []
    full = await google.list()
    assert [one["summary"] for one in full["items"]] == ["one"]
    for token in (stale["nextSyncToken"], full["nextSyncToken"]):
        fresh = await google.list(syncToken=token)
        assert [one["summary"] for one in fresh["items"]] == ["two"]

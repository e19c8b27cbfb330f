"""calendarView/delta of the Microsoft stand-in: rounds, pages, stubs, removals, lost tokens."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.sandbox.microsoft_stage import (
    IMMUTABLE,
    WINDOW,
    Stage,
    a_time,
    an_attendee,
    weekly,
)

START = f"/me/calendarView/delta?{WINDOW}"
DAY = 24 * 3600


async def a_round(stage: Stage, path: str = START, *, size: int = 50):
    """Follow a round to its end; give all lines, the pages' sizes and the deltaLink."""
    headers = {"Prefer": f'IdType="ImmutableId", odata.maxpagesize={size}'}
    lines, sizes = [], []
    while True:
        page = await stage.get(path, headers=headers)
        lines += page["value"]
        sizes.append(len(page["value"]))
        if "@odata.deltaLink" in page:
            return lines, sizes, page["@odata.deltaLink"]
        path = page["@odata.nextLink"]


async def test_a_first_round_gives_what_is_in_the_window():
    stage = Stage()
    event = await stage.create()
    await stage.create(day="2027-05-03")
    lines, _, link = await a_round(stage)
    assert lines == [{"@odata.type": "#microsoft.graph.event", **_plain(event)}]
    assert (await a_round(stage, link))[0] == []


async def test_changes_come_in_full_and_deletions_as_removed():
    stage = Stage()
    kept, gone = await stage.create(), await stage.create()
    link = (await a_round(stage))[2]
    await stage.patch(kept, {"subject": "New"})
    await stage.delete(gone)

    lines, _, link = await a_round(stage, link)
    assert {one["id"]: one.get("subject") for one in lines} == {kept["id"]: "New", gone["id"]: None}
    removed = next(one for one in lines if one["id"] == gone["id"])
    assert removed["@removed"] == {"reason": "deleted"}
    assert (await a_round(stage, link))[0] == []


async def test_an_event_moved_out_of_the_window_is_removed():
    stage = Stage()
    event = await stage.create()
    link = (await a_round(stage))[2]
    later = {"start": a_time("2027-05-03T09:00:00"), "end": a_time("2027-05-03T10:00:00")}
    await stage.patch(event, later)
    lines, _, link = await a_round(stage, link)
    assert [(one["id"], "@removed" in one) for one in lines] == [(event["id"], True)]

    await stage.patch(event, {"subject": "Far away"})
    lines, _, _ = await a_round(stage, link)
    assert ["@removed" in one for one in lines] == [True]


async def test_an_event_moved_to_another_calendar_is_removed_here_and_new_there():
    stage = Stage()
    event = await stage.create()
    link = (await a_round(stage))[2]
    team = (await stage.get("/me/calendars"))["value"][1]["id"]
    there = (await a_round(stage, f"/me/calendars/{team}/calendarView/delta?{WINDOW}"))[2]
    move = {"mailbox": stage.ana.email, "event": event["id"], "calendar": "Team"}
    await stage.http.post("/microsoft/_knobs", json={"move": move})

    here_lines = (await a_round(stage, link))[0]
    assert [(one["id"], "@removed" in one) for one in here_lines] == [(event["id"], True)]
    there_lines = (await a_round(stage, there))[0]
    assert [(one["id"], "@removed" in one) for one in there_lines] == [(event["id"], False)]


async def test_a_series_comes_as_master_stubs_and_exceptions():
    stage = Stage()
    event = await stage.create(recurrence=weekly("monday"))
    lines, _, link = await a_round(stage)
    assert lines[0]["type"] == "seriesMaster"
    assert {frozenset(one) for one in lines[1:]} == {
        frozenset(("@odata.type", "@odata.etag", "id", "seriesMasterId", "type", "start", "end"))
    }
    assert [one["start"]["dateTime"][:10] for one in lines[1:]] == [
        "2026-12-07",
        "2026-12-14",
        "2026-12-21",
        "2026-12-28",
    ]
    assert {one["seriesMasterId"] for one in lines[1:]} == {event["id"]}

    await stage.patch(lines[2], {"subject": "Special"})
    lines, _, _ = await a_round(stage, link)
    assert [one["type"] for one in lines] == [
        "seriesMaster",
        "occurrence",
        "exception",
        "occurrence",
        "occurrence",
    ]
    assert lines[2]["subject"] == "Special"


async def test_a_deleted_occurrence_shows_only_in_its_master():
    stage = Stage()
    event = await stage.create(recurrence=weekly("monday"))
    lines, _, link = await a_round(stage)
    await stage.delete(lines[2])

    after, _, _ = await a_round(stage, link)
    assert not any("@removed" in one for one in after)
    assert after[0]["id"] == event["id"]
    assert after[0]["changeKey"] != lines[0]["changeKey"]
    assert [one["id"] for one in after] == [one["id"] for one in lines if one != lines[2]]


async def test_an_exception_moved_out_of_the_window_is_removed():
    stage = Stage()
    await stage.create(recurrence=weekly("monday", type="numbered", numberOfOccurrences=2))
    lines, _, link = await a_round(stage)
    far = {"start": a_time("2027-03-01T09:00:00"), "end": a_time("2027-03-01T10:00:00")}
    await stage.patch(lines[2], far)
    after, _, _ = await a_round(stage, link)
    removed = [one["id"] for one in after if "@removed" in one]
    assert removed == [lines[2]["id"]]


async def test_a_deleted_series_is_announced_by_its_master_alone():
    stage = Stage()
    event = await stage.create(recurrence=weekly("monday"))
    link = (await a_round(stage))[2]
    await stage.delete(event)
    lines, _, _ = await a_round(stage, link)
    assert [(one["id"], "@removed" in one) for one in lines] == [(event["id"], True)]


async def test_a_master_from_before_the_window_may_stay_away():
    stage = Stage()
    await stage.create(day="2026-11-02", recurrence=weekly("monday", first="2026-11-02"))
    assert {one["type"] for one in (await a_round(stage))[0]} == {"seriesMaster", "occurrence"}
    stage.exchange.knobs.omit_old_masters = True
    assert {one["type"] for one in (await a_round(stage))[0]} == {"occurrence"}


async def test_pages_have_the_preferred_size_and_ten_lines_otherwise():
    stage = Stage()
    for _ in range(12):
        await stage.create()
    assert (await a_round(stage, size=5))[1] == [5, 5, 2]
    assert len((await stage.get(START))["value"]) == 10


async def test_a_series_is_not_split_over_pages():
    stage = Stage()
    await stage.create()
    await stage.create(recurrence=weekly("monday"))
    await stage.create()
    assert (await a_round(stage, size=3))[1] == [1, 5, 1]


async def test_a_page_may_be_empty_and_still_have_a_next_link():
    stage = Stage()
    stage.exchange.knobs.empty_pages = True
    for _ in range(4):
        await stage.create()
    lines, sizes, _ = await a_round(stage, size=2)
    assert sizes == [2, 0, 2]
    assert len({one["id"] for one in lines}) == 4


async def test_a_change_during_a_round_comes_in_the_next_one():
    stage = Stage()
    events = [await stage.create() for _ in range(3)]
    headers = {"Prefer": 'IdType="ImmutableId", odata.maxpagesize=2'}
    page = await stage.get(START, headers=headers)
    await stage.patch(events[0], {"subject": "Meanwhile"})
    await stage.delete(events[2])
    lines, _, link = await a_round(stage, page["@odata.nextLink"])
    assert ["@removed" in one for one in lines] == [True]

    lines, _, _ = await a_round(stage, link)
    assert {one["id"] for one in lines} == {events[0]["id"], events[2]["id"]}


async def test_a_delta_link_may_be_followed_again():
    stage = Stage()
    link = (await a_round(stage))[2]
    event = await stage.create()
    for _ in range(2):
        assert [one["id"] for one in (await a_round(stage, link))[0]] == [event["id"]]


async def test_both_spellings_and_every_path_lead_to_delta():
    stage = Stage()
    await stage.create()
    calendar = (await stage.get("/me/calendar"))["id"]
    for owner in ("/me", f"/users/{stage.ana.microsoft_id}"):
        for container in ("", "/calendar", f"/calendars/{calendar}"):
            for name in ("delta", "delta()"):
                path = f"{owner}{container}/calendarView/{name}?{WINDOW.replace('DateTime', 'datetime')}"
                assert len((await a_round(stage, path))[0]) == 1


@pytest.mark.parametrize(
    "option",
    ["$select=id", "$expand=instances", "$filter=id eq 1", "$orderby=subject", "$search=x"],
)
async def test_query_options_are_refused(option):
    answer = await Stage().get(f"{START}&{option}", 400)
    assert "not supported" in answer["error"]["message"]


async def test_a_round_needs_a_window():
    answer = await Stage().get("/me/calendarView/delta", 400)
    assert answer["error"]["code"] == "ErrorInvalidParameter"


async def test_a_link_is_good_for_seven_days():
    stage = Stage()
    link = (await a_round(stage))[2]
    stage.world.advance(6 * DAY)
    await a_round(stage, link)
    stage.world.advance(2 * DAY)
    answer = await stage.get(link, 410)
    assert answer["error"]["code"] == "resyncRequired"


async def test_lost_sync_state_is_told_on_delta_links_and_in_the_middle_of_a_round():
    stage = Stage()
    for _ in range(3):
        await stage.create()
    link = (await a_round(stage))[2]
    page = await stage.get(START, headers={"Prefer": "odata.maxpagesize=2"})
    await stage.http.post("/microsoft/_knobs", json={"forget_delta": True})

    for lost in (link, page["@odata.nextLink"]):
        answer = await stage.get(lost, 404)
        assert answer["error"]["code"] == "SyncStateNotFound"
    assert len((await a_round(stage))[0]) == 3


async def test_a_token_of_nonsense_or_of_someone_else_is_refused():
    stage = Stage()
    await stage.get("/me/calendarView/delta?$deltatoken=nonsense", 400)
    link = (await a_round(stage))[2]
    await stage.get(link, 400, token=stage.bo.microsoft_token)


async def test_an_attendee_sees_the_cancellation_as_a_change():
    stage = Stage()
    event = await stage.create(attendees=[an_attendee(stage.bo.email)])
    token = stage.bo.microsoft_token
    link = (await stage.get(START, token=token))["@odata.deltaLink"]
    await stage.delete(event)
    lines = (await stage.get(link, token=token))["value"]
    assert [one["isCancelled"] for one in lines] == [True]


async def test_ids_in_delta_have_the_form_the_reader_prefers():
    stage = Stage()
    event = await stage.create()
    regular = (await stage.get(START))["value"][0]["id"]
    immutable = (await stage.get(START, headers=IMMUTABLE))["value"][0]["id"]
    assert immutable == event["id"]
    assert regular != immutable


def _plain(event: Any) -> Any:
    return {name: value for name, value in event.items() if name != "@odata.context"}

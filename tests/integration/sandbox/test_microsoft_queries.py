"""Lists, views and query options of the Microsoft stand-in."""

from __future__ import annotations

import pytest

from tests.integration.sandbox.microsoft_stage import (
    IMMUTABLE,
    MARK,
    WINDOW,
    Stage,
    a_meeting,
    a_time,
    weekly,
)

ANY_MARK = f"singleValueExtendedProperties/Any(ep: ep/id eq '{MARK}'"


async def subjects(stage: Stage, path: str) -> list[str]:
    return [one["subject"] for one in (await stage.get(path))["value"]]


async def test_lists_hold_masters_and_views_hold_occurrences():
    stage = Stage()
    await stage.create(subject="One")
    await stage.create(subject="Series", hour=12, recurrence=weekly("monday"))

    assert sorted(await subjects(stage, "/me/events")) == ["One", "Series"]
    view = (await stage.get(f"/me/calendarView?{WINDOW}"))["value"]
    assert [one["type"] for one in view] == ["singleInstance", *["occurrence"] * 4]
    assert [one["subject"] for one in view[:2]] == ["One", "Series"]


async def test_a_view_holds_what_touches_its_window():
    stage = Stage()
    await stage.create(subject="before", hour=8)
    await stage.create(subject="into", hour=9)
    await stage.create(subject="after", hour=11)
    moment = a_time("2026-12-07T09:30:00")
    await stage.create(subject="instant", start=moment, end=moment)
    window = "startDateTime=2026-12-07T09:30:00Z&endDateTime=2026-12-07T11:00:00Z"
    assert await subjects(stage, f"/me/calendarView?{window}") == ["into", "instant"]


@pytest.mark.parametrize(
    ("window", "code"),
    [
        ("", "ErrorInvalidParameter"),
        ("startDateTime=2026-01-01", "ErrorInvalidParameter"),
        ("startDateTime=x&endDateTime=2026-01-01", "ErrorInvalidParameter"),
        ("startDateTime=2026-01-02&endDateTime=2026-01-01", "ErrorInvalidParameter"),
        ("startDateTime=2026-01-01&endDateTime=2036-01-01", "ErrorInvalidRequest"),
    ],
)
async def test_a_view_needs_a_window_of_at_most_five_years(window, code):
    answer = await Stage().get(f"/me/calendarView?{window}", 400)
    assert answer["error"]["code"] == code


async def test_pages_follow_top_and_skip():
    stage = Stage()
    for number in range(5):
        await stage.create(subject=str(number))
    page = await stage.get("/me/events?$top=2&$orderby=subject&$count=true")
    assert page["@odata.count"] == 5
    seen = [one["subject"] for one in page["value"]]
    while "@odata.nextLink" in page:
        page = await stage.get(page["@odata.nextLink"])
        seen += [one["subject"] for one in page["value"]]
    assert seen == ["0", "1", "2", "3", "4"]


async def test_a_page_has_ten_events_unless_more_are_preferred():
    stage = Stage()
    for _ in range(11):
        await stage.create()
    assert len(await subjects(stage, "/me/events")) == 10
    page = await stage.get("/me/events", headers={"Prefer": "odata.maxpagesize=20"})
    assert len(page["value"]) == 11


async def test_select_gives_the_id_and_the_etag_too():
    stage = Stage()
    event = await stage.create()
    path = f"/me/events/{event['id']}?$select=subject,start"
    shown = await stage.get(path)
    assert shown.keys() == {"@odata.context", "@odata.etag", "id", "subject", "start"}
    answer = await stage.get(f"/me/events/{event['id']}?$select=colour", 400)
    assert "colour" in answer["error"]["message"]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (f"{ANY_MARK} and ep/value eq 'V1|A')", ["A"]),
        (f"singleValueExtendedProperties/any(p:p/id eq '{MARK}' and p/value ne 'v1|a')", ["B"]),
        (f"{ANY_MARK} and startswith(ep/value, 'v1|'))", ["A", "B"]),
        (f"{ANY_MARK} and contains(ep/value, 'b and'))", ["B"]),
        ("categories/any(c:c eq 'Zoom')", ["C"]),
        ("categories/any(c:c eq 'zoom')", []),
        ("start/dateTime ge '2026-12-08T00:00' and start/dateTime lt '2026-12-09'", ["B"]),
        ("subject eq 'O''Neil and co'", ["O'Neil and co"]),
        ("type eq 'singleInstance' and isCancelled eq false and subject eq 'A'", ["A"]),
    ],
)
async def test_filters_find_events(condition, found):
    stage = Stage()
    await stage.create(subject="A", singleValueExtendedProperties=[{"id": MARK, "value": "v1|a"}])
    marked = [{"id": MARK, "value": "v1|b and c"}]
    await stage.create(subject="B", day="2026-12-08", singleValueExtendedProperties=marked)
    await stage.create(subject="C", categories=["Zoom"])
    await stage.create(subject="O'Neil and co")

    answer = await stage.call("GET", f"/me/events?$orderby=subject&$filter={condition}")
    assert [one["subject"] for one in answer.json()["value"]] == found
    assert not any("singleValueExtendedProperties" in one for one in answer.json()["value"])


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("$filter=isOnlineMeeting eq true", "ErrorInvalidProperty"),
        ("$filter=subject like 'x'", "ErrorInvalidUrlQueryFilter"),
        ("$expand=extensions", "RequestBroker--ParseUri"),
        ("$expand=singleValueExtendedProperties", "RequestBroker--ParseUri"),
        ("$orderby=body", "RequestBroker--ParseUri"),
        ("$top=many", "RequestBroker--ParseUri"),
        ("$search=x", "RequestBroker--ParseUri"),
    ],
)
async def test_options_that_outlook_does_not_take_are_refused(query, code):
    answer = await Stage().get(f"/me/events?{query}", 400)
    assert answer["error"]["code"] == code


async def test_each_calendar_has_its_own_events():
    stage = Stage()
    calendars = (await stage.get("/me/calendars"))["value"]
    assert [(one["name"], one["isDefaultCalendar"]) for one in calendars] == [
        ("Calendar", True),
        ("Team", False),
    ]
    team = calendars[1]["id"]
    await stage.create(subject="Mine")
    path = f"/me/calendars/{team}/events"
    event = await stage.post(path, a_meeting(subject="Ours"), headers=IMMUTABLE)

    assert await subjects(stage, path) == ["Ours"]
    assert await subjects(stage, "/me/calendar/events") == ["Mine"]
    assert await subjects(stage, "/me/events?$orderby=subject") == ["Mine", "Ours"]
    assert await subjects(stage, f"/me/calendars/{team}/calendarView?{WINDOW}") == ["Ours"]
    assert await subjects(stage, f"/me/calendarView?{WINDOW}") == ["Mine"]
    assert (await stage.get(f"/me/calendars/{team}"))["canEdit"] is True
    await stage.get(f"/me/calendar/events/{event['id']}", 404)
    await stage.get("/me/calendars/unknown", 404)


async def test_instances_are_of_a_series_only():
    stage = Stage()
    event = await stage.create()
    answer = await stage.get(f"/me/events/{event['id']}/instances?{WINDOW}", 400)
    assert answer["error"]["code"] == "ErrorInvalidRequest"


async def test_an_unknown_zone_or_page_size_in_prefer_is_refused():
    stage = Stage()
    zone = {"Prefer": 'outlook.timezone="Mars"'}
    assert (await stage.get("/me/events", 400, headers=zone))["error"]["code"].startswith(
        "TimeZone"
    )
    await stage.get("/me/events", 400, headers={"Prefer": "odata.maxpagesize=0"})

"""Series of the Microsoft stand-in: patterns, occurrences, exceptions."""

from __future__ import annotations

import pytest

from tests.integration.sandbox.microsoft_stage import IMMUTABLE, Stage, a_time, weekly

YEAR = "startDateTime=2026-12-01T00:00:00Z&endDateTime=2027-12-01T00:00:00Z&$top=400"


async def days(stage: Stage, event) -> list[str]:
    """Give the dates of the occurrences of a year, in UTC."""
    return [one["start"]["dateTime"][:10] for one in await occurrences(stage, event)]


async def occurrences(stage: Stage, event):
    path = f"/me/events/{event['id']}/instances?{YEAR}"
    return (await stage.get(path, headers=IMMUTABLE))["value"]


def pattern(kind: str, *, count: int = 3, first: str = "2026-12-07", **more):
    return {
        "pattern": {"type": kind, "interval": 1, **more},
        "range": {"type": "numbered", "startDate": first, "numberOfOccurrences": count},
    }


@pytest.mark.parametrize(
    ("recurrence", "expected"),
    [
        (pattern("daily", interval=2), ["2026-12-07", "2026-12-09", "2026-12-11"]),
        (
            pattern("weekly", daysOfWeek=["monday", "thursday"], interval=2),
            ["2026-12-07", "2026-12-10", "2026-12-21"],
        ),
        (pattern("absoluteMonthly", dayOfMonth=31), ["2026-12-31", "2027-01-31", "2027-02-28"]),
        (
            pattern("relativeMonthly", daysOfWeek=["friday"], index="last"),
            ["2026-12-25", "2027-01-29", "2027-02-26"],
        ),
        (pattern("absoluteYearly", dayOfMonth=24, month=12, count=1), ["2026-12-24"]),
        (
            pattern("relativeYearly", daysOfWeek=["sunday"], index="first", month=3, count=1),
            ["2027-03-07"],
        ),
    ],
)
async def test_patterns_unroll_into_dates(recurrence, expected):
    stage = Stage()
    event = await stage.create(recurrence=recurrence)
    assert event["type"] == "seriesMaster"
    assert await days(stage, event) == expected
    assert event["start"]["dateTime"][:10] == expected[0]


async def test_a_range_may_end_at_a_date():
    stage = Stage()
    event = await stage.create(recurrence=weekly("monday", type="endDate", endDate="2026-12-21"))
    assert await days(stage, event) == ["2026-12-07", "2026-12-14", "2026-12-21"]


async def test_a_pattern_is_shown_in_full():
    event = await Stage().create(recurrence=weekly("monday"))
    assert event["recurrence"] == {
        "pattern": {
            "type": "weekly",
            "interval": 1,
            "month": 0,
            "dayOfMonth": 0,
            "daysOfWeek": ["monday"],
            "firstDayOfWeek": "sunday",
            "index": "first",
        },
        "range": {
            "type": "noEnd",
            "startDate": "2026-12-07",
            "endDate": "0001-01-01",
            "recurrenceTimeZone": "UTC",
            "numberOfOccurrences": 0,
        },
    }


@pytest.mark.parametrize(
    "recurrence",
    [
        pattern("weekly"),
        pattern("daily", interval=0),
        pattern("absoluteMonthly"),
        pattern("daily", count=0),
        weekly("monday", first="2026-12-14"),
        weekly("monday", type="endDate", endDate="2026-12-01"),
    ],
)
async def test_a_pattern_that_makes_no_series_is_refused(recurrence):
    stage = Stage()
    body = {
        "start": a_time("2026-12-07T09:00:00"),
        "end": a_time("2026-12-07T10:00:00"),
        "recurrence": recurrence,
    }
    answer = await stage.post("/me/events", body, 400)
    assert answer["error"]["code"] == "ErrorPropertyValidationFailure"


async def test_wall_clock_time_stays_over_daylight_saving():
    stage = Stage()
    zone = "W. Europe Standard Time"
    event = await stage.create(
        start=a_time("2026-12-07T09:00:00", zone),
        end=a_time("2026-12-07T10:00:00", zone),
        recurrence=weekly("monday"),
    )
    hours = {one["start"]["dateTime"][11:16] for one in await occurrences(stage, event)}
    assert hours == {"08:00", "07:00"}


async def test_occurrences_are_events_with_a_master():
    stage = Stage()
    event = await stage.create(recurrence=weekly("monday"))
    second = (await occurrences(stage, event))[1]
    assert (second["type"], second["seriesMasterId"]) == ("occurrence", event["id"])
    assert second["originalStart"] == "2026-12-14T09:00:00.0000000Z"
    assert second["changeKey"] == event["changeKey"]
    alone = await stage.get(f"/me/events/{second['id']}", headers=IMMUTABLE)
    assert {name: alone[name] for name in second} == second


async def test_a_changed_occurrence_becomes_an_exception_and_changes_the_master():
    stage = Stage()
    event = await stage.create(recurrence=weekly("monday"))
    second = (await occurrences(stage, event))[1]
    moved = {"start": a_time("2026-12-15T09:00:00"), "end": a_time("2026-12-15T10:00:00")}
    match = {"If-Match": second["@odata.etag"], **IMMUTABLE}
    changed = await stage.patch(second, {**moved, "subject": "Special"}, headers=match)

    assert (changed["type"], changed["id"]) == ("exception", second["id"])
    assert changed["originalStart"] == second["originalStart"]
    assert (await days(stage, event))[:3] == ["2026-12-07", "2026-12-15", "2026-12-21"]
    master = await stage.get(f"/me/events/{event['id']}")
    assert master["changeKey"] != event["changeKey"]


async def test_a_change_of_the_master_keeps_what_an_exception_has_of_its_own():
    stage = Stage()
    event = await stage.create(recurrence=weekly("monday"))
    second = (await occurrences(stage, event))[1]
    await stage.patch(second, {"subject": "Special"})
    await stage.patch(event, {"subject": "All", "location": {"displayName": "Hall"}})

    seen = (await occurrences(stage, event))[:3]
    assert [one["subject"] for one in seen] == ["All", "Special", "All"]
    assert {one["location"]["displayName"] for one in seen} == {"Hall"}


async def test_a_change_of_times_resets_exceptions_and_deleted_occurrences():
    stage = Stage()
    event = await stage.create(recurrence=weekly("monday"))
    first, second, *_ = await occurrences(stage, event)
    await stage.patch(first, {"subject": "Special"})
    await stage.delete(second)
    times = {"start": a_time("2026-12-07T14:00:00"), "end": a_time("2026-12-07T15:00:00")}
    await stage.patch(event, times)

    seen = (await occurrences(stage, event))[:2]
    assert [one["subject"] for one in seen] == ["Planning", "Planning"]
    assert [one["start"]["dateTime"][:13] for one in seen] == ["2026-12-07T14", "2026-12-14T14"]


async def test_a_deleted_occurrence_is_gone_and_named_by_its_master():
    stage = Stage()
    event = await stage.create(recurrence=weekly("monday"))
    second = (await occurrences(stage, event))[1]
    await stage.delete(second)

    await stage.get(f"/me/events/{second['id']}", 404)
    assert (await days(stage, event))[:2] == ["2026-12-07", "2026-12-21"]
    path = f"/me/events/{event['id']}?$select=changeKey,cancelledOccurrences"
    master = await stage.get(path, headers=IMMUTABLE)
    assert master["changeKey"] != event["changeKey"]
    assert master["cancelledOccurrences"] == [f"OID.{event['id']}.2026-12-14"]


async def test_a_deleted_exception_does_not_come_back():
    stage = Stage()
    event = await stage.create(recurrence=weekly("monday"))
    second = (await occurrences(stage, event))[1]
    await stage.patch(second, {"subject": "Special"})
    await stage.delete(second)
    assert (await days(stage, event))[:2] == ["2026-12-07", "2026-12-21"]


async def test_an_occurrence_cannot_pass_its_neighbours():
    stage = Stage()
    event = await stage.create(recurrence=weekly("monday"))
    second = (await occurrences(stage, event))[1]
    late = {"start": a_time("2026-12-22T09:00:00"), "end": a_time("2026-12-22T10:00:00")}
    answer = await stage.patch(second, late, 400)
    assert answer["error"]["code"] == "ErrorOccurrenceCrossingBoundary"


async def test_the_zone_of_a_series_changes_only_with_its_recurrence():
    stage = Stage()
    event = await stage.create(recurrence=weekly("monday"))
    times = {
        "start": a_time("2026-12-07T09:00:00", "Tokyo Standard Time"),
        "end": a_time("2026-12-07T10:00:00", "Tokyo Standard Time"),
    }
    answer = await stage.patch(event, times, 400)
    assert answer["error"]["code"] == "ErrorPropertyValidationFailure"
    await stage.patch(event, {**times, "recurrence": weekly("monday")})


async def test_an_all_day_series_keeps_whole_days_in_its_exceptions():
    stage = Stage()
    event = await stage.create(
        isAllDay=True,
        start=a_time("2026-12-07T00:00:00", "Tokyo Standard Time"),
        end=a_time("2026-12-08T00:00:00", "Tokyo Standard Time"),
        recurrence=weekly("monday"),
    )
    second = (await occurrences(stage, event))[1]
    changed = await stage.patch(
        second,
        {
            "start": a_time("2026-12-16T00:00:00", "Tokyo Standard Time"),
            "end": a_time("2026-12-17T00:00:00", "Tokyo Standard Time"),
        },
    )
    assert changed["start"] == a_time("2026-12-16T00:00:00.0000000")


async def test_a_series_can_become_a_single_event_again():
    stage = Stage()
    event = await stage.create(recurrence=weekly("monday"))
    changed = await stage.patch(event, {"recurrence": None})
    assert (changed["type"], changed["recurrence"]) == ("singleInstance", None)


async def test_deleting_a_series_takes_its_occurrences_along():
    stage = Stage()
    event = await stage.create(recurrence=weekly("monday"))
    second = (await occurrences(stage, event))[1]
    await stage.delete(event)
    await stage.get(f"/me/events/{second['id']}", 404)
    assert (await stage.get(f"/me/calendarView?{YEAR}"))["value"] == []


async def test_an_occurrence_cannot_become_a_series():
    stage = Stage()
    event = await stage.create(recurrence=weekly("monday"))
    second = (await occurrences(stage, event))[1]
    answer = await stage.patch(second, {"recurrence": weekly("monday")}, 400)
    assert answer["error"]["code"] == "ErrorPropertyValidationFailure"


async def test_a_series_moves_to_another_calendar_with_its_exceptions():
    stage = Stage()
    event = await stage.create(recurrence=weekly("monday"))
    second = (await occurrences(stage, event))[1]
    await stage.patch(second, {"subject": "Special"})
    move = {"mailbox": stage.ana.email, "event": event["id"], "calendar": "Team"}
    await stage.http.post("/microsoft/_knobs", json={"move": move})

    team = (await stage.get("/me/calendars"))["value"][1]["id"]
    view = await stage.get(f"/me/calendars/{team}/calendarView?{YEAR}")
    assert [one["subject"] for one in view["value"]][:3] == ["Planning", "Special", "Planning"]
    assert (await stage.get(f"/me/calendarView?{YEAR}"))["value"] == []

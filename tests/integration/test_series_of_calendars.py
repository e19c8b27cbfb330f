"""A series as read by the adapters takes place when its own calendar says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from syncd.adapters.recurrence import occurrences
from syncd.core.event import Event
from syncd.core.ids import EventRef
from tests.integration.adapters.google_sandbox import GoogleStage
from tests.integration.adapters.microsoft_sandbox import MicrosoftStage

# Short enough for one page of a daily series at Outlook.
SPAN = timedelta(days=900)
BERLIN = ZoneInfo("Europe/Berlin")
EVERY_DAY = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def followed(series: Event, *, until: datetime) -> list[datetime]:
    starts: list[datetime] = []
    for start in occurrences(series, after=series.start - timedelta(days=1)):
        if start >= until:
            break
        starts.append(start)
    return starts


# ---- Outlook


def daily(interval: int = 1) -> dict[str, Any]:
    return {"type": "daily", "interval": interval}


def weekly(*days: str, interval: int = 1, opening: str = "sunday") -> dict[str, Any]:
    several = list(days)
    return {"type": "weekly", "interval": interval, "daysOfWeek": several} | {
        "firstDayOfWeek": opening
    }


def monthly(day: int, interval: int = 1) -> dict[str, Any]:
    return {"type": "absoluteMonthly", "interval": interval, "dayOfMonth": day}


def month_week(index: str, *days: str, interval: int = 1) -> dict[str, Any]:
    several = list(days)
    return {"type": "relativeMonthly", "interval": interval, "daysOfWeek": several, "index": index}


def yearly(month: int, day: int, interval: int = 1) -> dict[str, Any]:
    return {"type": "absoluteYearly", "interval": interval, "dayOfMonth": day, "month": month}


def year_week(month: int, index: str, *days: str) -> dict[str, Any]:
    return {"month": month, "interval": 1} | {
        "type": "relativeYearly",
        "daysOfWeek": list(days),
        "index": index,
    }


PATTERNS = [
    daily(),
    daily(9),
    weekly("monday"),
    weekly("monday", "wednesday", "friday", interval=2),
    weekly("sunday", "tuesday", interval=2),
    weekly("sunday", "tuesday", interval=2, opening="monday"),
    weekly("saturday", "sunday", interval=3, opening="saturday"),
    weekly(*EVERY_DAY),
    monthly(2),
    monthly(15, 5),
    monthly(28),
    monthly(29),
    monthly(30),
    monthly(31),
    monthly(31, 2),
    month_week("first", "monday"),
    month_week("second", "tuesday", interval=2),
    month_week("third", "monday", "wednesday"),
    month_week("fourth", *EVERY_DAY[:5]),
    month_week("fourth", "friday"),
    month_week("last", "friday"),
    month_week("last", "saturday", "sunday"),
    month_week("last", *EVERY_DAY),
    yearly(2, 29),
    yearly(2, 28),
    yearly(12, 31, 2),
    yearly(6, 31),
    year_week(3, "last", "sunday"),
    year_week(11, "fourth", "thursday"),
    year_week(1, "second", "monday", "friday"),
]
RANGES = [
    {"type": "noEnd"},
    {"type": "numbered", "numberOfOccurrences": 4},
    {"type": "endDate", "endDate": "2028-03-31"},
]


@pytest.mark.parametrize("span", RANGES, ids=lambda span: span["type"])
@pytest.mark.parametrize("pattern", PATTERNS, ids=str)
async def test_a_pattern_of_outlook_means_what_outlook_does_with_it(pattern, span):
    stage = MicrosoftStage()
    made = await stage.create(
        subject="Review",
        start={"dateTime": "2027-01-05T10:00:00", "timeZone": "W. Europe Standard Time"},
        end={"dateTime": "2027-01-05T10:30:00", "timeZone": "W. Europe Standard Time"},
        recurrence={"pattern": pattern, "range": span | {"startDate": "2027-01-05"}},
    )
    await agree_in_outlook(stage, made["id"])


@pytest.mark.parametrize("pattern", [weekly("monday"), monthly(31), yearly(6, 30)], ids=str)
async def test_an_all_day_series_of_outlook_keeps_its_days(pattern):
    stage = MicrosoftStage()
    made = await stage.create(
        subject="Review",
        isAllDay=True,
        start={"dateTime": "2027-01-05T00:00:00", "timeZone": "W. Europe Standard Time"},
        end={"dateTime": "2027-01-06T00:00:00", "timeZone": "W. Europe Standard Time"},
        recurrence={
            "pattern": pattern,
            "range": {"type": "endDate", "startDate": "2027-01-05", "endDate": "2027-12-31"},
        },
    )
    await agree_in_outlook(stage, made["id"])


async def agree_in_outlook(stage: MicrosoftStage, event_id: str) -> None:
    series = await stage.provider.get(EventRef(stage.calendar, event_id))
    until = series.start + SPAN
    window = f"startDateTime=2027-01-01T00:00:00Z&endDateTime={until:%Y-%m-%dT%H:%M:%SZ}"
    page = await stage.call("GET", f"/me/events/{event_id}/instances?{window}&$top=999")
    shown = [_begins(series, at_utc(one["start"])) for one in page["value"]]
    assert "@odata.nextLink" not in page
    assert shown
    assert followed(series, until=until) == shown


def _begins(series: Event, told: datetime) -> datetime:
    """Give when it begins: Graph tells a day by its midnight in UTC, we by that of its zone."""
    if not series.all_day or series.zone is None:
        return told
    return told.replace(tzinfo=ZoneInfo(series.zone)).astimezone(UTC)


def at_utc(value: dict[str, str]) -> datetime:
    return datetime.fromisoformat(value["dateTime"]).replace(tzinfo=ZoneInfo(value["timeZone"]))


# ---- Google


@pytest.mark.parametrize(
    "lines",
    [
        ["RRULE:FREQ=DAILY;COUNT=400"],
        ["RRULE:FREQ=DAILY;INTERVAL=9"],
        ["RRULE:FREQ=WEEKLY;UNTIL=20280331T215959Z"],
        ["RRULE:FREQ=WEEKLY;WKST=MO;INTERVAL=2;BYDAY=TU,SU"],
        ["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=5"],
        ["RRULE:FREQ=MONTHLY"],
        ["RRULE:FREQ=MONTHLY;BYMONTHDAY=31"],
        ["RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=9"],
        ["RRULE:FREQ=MONTHLY;BYDAY=1TU"],
        ["RRULE:FREQ=MONTHLY;BYDAY=-1FR,2MO"],
        ["RRULE:FREQ=YEARLY"],
        ["RRULE:FREQ=YEARLY;INTERVAL=2;UNTIL=20310101"],
        ["EXDATE;TZID=Europe/Berlin:20270119T100000,20270330T100000", "RRULE:FREQ=WEEKLY"],
        ["RRULE:FREQ=WEEKLY;COUNT=3", "RDATE:20270108T153000Z,20270112T090000Z"],
        ["RDATE;TZID=America/New_York:20270315T100000,20270316T100000"],
        ["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20270105T090000Z"],
    ],
    ids=str,
)
async def test_a_rule_of_google_means_what_google_does_with_it(lines):
    stage = GoogleStage()
    start = datetime(2027, 1, 5, 10, tzinfo=BERLIN)
    event_id = await stage.add(title="Review", start=start, minutes=30, recurrence=lines)
    await agree_at_google(stage, event_id)


@pytest.mark.parametrize(
    "lines",
    [
        ["RRULE:FREQ=WEEKLY;UNTIL=20280331"],
        ["RRULE:FREQ=WEEKLY;COUNT=60", "EXDATE;VALUE=DATE:20270119,20270330"],
        ["RRULE:FREQ=MONTHLY;COUNT=20", "RDATE;VALUE=DATE:20270401"],
    ],
    ids=str,
)
async def test_an_all_day_series_of_google_keeps_its_days(lines):
    stage = GoogleStage()
    made = await stage.person(
        "POST",
        "events",
        summary="Review",
        start={"date": "2027-01-05"},
        end={"date": "2027-01-06"},
        recurrence=lines,
    )
    await agree_at_google(stage, made["id"])


async def agree_at_google(stage: GoogleStage, event_id: str) -> None:
    series = await stage.provider.get(EventRef(stage.calendar, event_id))
    until = series.start + SPAN
    window = f"timeMin=2027-01-01T00:00:00Z&timeMax={until:%Y-%m-%dT%H:%M:%SZ}"
    shown: list[datetime] = []
    token = ""
    while True:
        page = await stage.person("GET", f"events/{event_id}/instances?{window}{token}")
        shown += [begin(one["start"], series) for one in page["items"]]
        if "nextPageToken" not in page:
            break
        token = f"&pageToken={page['nextPageToken']}"
    assert shown
    assert followed(series, until=until) == sorted(shown)


def begin(value: dict[str, str], series: Event) -> datetime:
    if "date" in value:
        midnight = datetime.fromisoformat(value["date"])
        return midnight.replace(tzinfo=ZoneInfo(series.zone or "UTC")).astimezone(UTC)
    return datetime.fromisoformat(value["dateTime"]).astimezone(UTC)

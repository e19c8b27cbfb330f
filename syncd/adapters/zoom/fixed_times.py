"""Meetings of type 8: Zoom's `recurrence` and `occurrences` to core and back; pure.

Their start is sent as local time beside an IANA zone: with a start in UTC the series would shift when
the clocks change (Zoom Meeting API reference, `start_time`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from syncd.adapters.zoom.reading import Misshapen, moment, part, time
from syncd.core.meeting import FixedTimes, MeetingOccurrence, Repeat
from syncd.core.zones import zone_named

_MOST_ID = 16


def schedule(start: datetime, zone: str, repeats: FixedTimes) -> dict[str, Any] | None:
    """Write all fields that say when it takes place; None in a zone that nobody knows."""
    local = _local(start, zone)
    if local is None:
        return None
    return {"start_time": local, "timezone": zone, "recurrence": _recurrence(repeats)}


def read_repeats(body: Any) -> FixedTimes | None:
    """Read `recurrence`; None when the meeting has none."""
    rule = part(body, "recurrence", dict, {})
    if not rule:
        return None
    until = time(rule, "end_date_time")
    week = part(rule, "monthly_week", int, 0)
    repeat = _repeat(part(rule, "type", int))
    return FixedTimes(
        repeat=repeat,
        every=part(rule, "repeat_interval", int, 1),
        weekdays=_weekdays(rule, repeat, has_week=bool(week)),
        month_day=part(rule, "monthly_day", int, 1) if _by_day(repeat, week) else None,
        month_week=week or None,
        # Zoom's own default is one time; 0 says that there is no end.
        count=None if until else part(rule, "end_times", int, 1) or None,
        until=until,
    )


def read_occurrences(body: Any) -> tuple[MeetingOccurrence, ...]:
    """Read the times as Zoom laid them out, moved and deleted ones too."""
    return tuple(_occurrence(each) for each in part(body, "occurrences", list, []))


def first_start(occurrences: tuple[MeetingOccurrence, ...]) -> datetime | None:
    """Give the start (UTC) of the first time as it was laid out, even when it was moved since."""
    return min((each.original_start for each in occurrences), default=None)


def _local(start: datetime, zone: str) -> str | None:
    place = zone_named(zone)
    if place is None:
        return None
    try:
        return start.astimezone(place).strftime("%Y-%m-%dT%H:%M:%S")
    except OverflowError:
        return None


def _recurrence(repeats: FixedTimes) -> dict[str, Any]:
    rule: dict[str, Any] = {"type": int(repeats.repeat), "repeat_interval": repeats.every}
    if repeats.repeat is Repeat.WEEKLY:
        rule["weekly_days"] = ",".join(str(day) for day in sorted(repeats.weekdays))
    if repeats.month_week is not None:
        rule |= {"monthly_week": repeats.month_week, "monthly_week_day": repeats.weekdays[0]}
    elif repeats.repeat is Repeat.MONTHLY:
        rule["monthly_day"] = repeats.month_day
    if repeats.until is not None:
        return rule | {"end_date_time": moment(repeats.until)}
    return rule | {"end_times": repeats.count or 0}


def _repeat(number: int) -> Repeat:
    try:
        return Repeat(number)
    except ValueError as exc:
        raise Misshapen("recurrence is of no known type") from exc


def _weekdays(rule: Any, repeat: Repeat, *, has_week: bool) -> tuple[int, ...]:
    if repeat is Repeat.MONTHLY:
        return (part(rule, "monthly_week_day", int),) if has_week else ()
    if repeat is Repeat.DAILY:
        return ()
    # The API reference has both a text and, in examples, a number.
    days = rule.get("weekly_days", "1")
    if not isinstance(days, str | int):
        raise Misshapen("weekly_days are no days")
    try:
        return tuple(sorted(int(day) for day in str(days)[:_MOST_ID].split(",")))
    except ValueError as exc:
        raise Misshapen("weekly_days are no days") from exc


def _by_day(repeat: Repeat, week: int) -> bool:
    return repeat is Repeat.MONTHLY and not week


def _occurrence(item: Any) -> MeetingOccurrence:
    start = time(item, "start_time")
    if start is None:
        raise Misshapen("an occurrence has no start_time")
    return MeetingOccurrence(
        id=part(item, "occurrence_id", str),
        start=start,
        duration_minutes=part(item, "duration", int, 0),
        deleted=part(item, "status", str, "") == "deleted",
    )

"""When a meeting with fixed times takes place, as Zoom lays it out."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import available_timezones

from syncd.core.meeting import FixedTimes, Meeting, MeetingOccurrence
from syncd.sandbox.fakes.zoom.recurrence import expand


def laid_out(meeting: Meeting) -> Meeting:
    """Give the meeting with its occurrences, each named by its start in milliseconds.

    In a zone that nobody knows it has no fixed time, as the adapter makes it.
    """
    if meeting.start is None or meeting.repeats is None:
        return replace(meeting, occurrences=())
    if meeting.zone not in available_timezones():
        return replace(meeting, start=None, repeats=None, occurrences=())
    times = tuple(
        MeetingOccurrence(
            id=str(int(each.timestamp() * 1000)),
            start=each,
            duration_minutes=meeting.duration_minutes,
        )
        for each in expand(_rule(meeting.repeats), meeting.start, meeting.zone)
    )
    return replace(meeting, start=times[0].start, occurrences=times)


def _rule(repeats: FixedTimes) -> dict[str, object]:
    rule: dict[str, object] = {"type": int(repeats.repeat), "repeat_interval": repeats.every}
    if repeats.month_week is not None:
        rule |= {"monthly_week": repeats.month_week, "monthly_week_day": repeats.weekdays[0]}
    elif repeats.weekdays:
        rule["weekly_days"] = ",".join(map(str, repeats.weekdays))
    if repeats.month_day is not None:
        rule["monthly_day"] = repeats.month_day
    if repeats.until is not None:
        return rule | {"end_date_time": repeats.until.strftime("%Y-%m-%dT%H:%M:%SZ")}
    return rule | {"end_times": repeats.count or 0}

"""What a row says of one time, and how Google and Outlook tell it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Row:
    """One event at both providers; `starts`, `ends` and `now` are UTC, `zone` is the event's.

    `zoom` is what the new meeting says of its time, or the code of a refusal. Without `now` it is
    an hour before the start.
    """

    name: str
    google: dict[str, Any]
    outlook: dict[str, Any]
    starts: str
    ends: str
    zone: str | None
    zoom: dict[str, Any] | str
    now: str | None = None
    all_day: bool = field(default=False)


def g(start: str, end: str, zone: str | None = "Europe/Berlin") -> dict[str, Any]:
    """Times with Google: with an offset, or else in the zone beside them."""
    place = {} if zone is None else {"timeZone": zone}
    return {"start": {"dateTime": start, **place}, "end": {"dateTime": end, **place}}


def days(start: str, end: str) -> dict[str, Any]:
    """Days with Google."""
    return {"start": {"date": start}, "end": {"date": end}}


def o(
    start: str, end: str, made_in: str = "W. Europe Standard Time", told_in: str = "UTC"
) -> dict[str, Any]:
    """Times with Outlook, as Graph tells them: in UTC, unless it does otherwise."""
    return {
        "start": {"dateTime": start, "timeZone": told_in},
        "end": {"dateTime": end, "timeZone": told_in},
        "originalStartTimeZone": made_in,
        "originalEndTimeZone": made_in,
    }


def meeting(start: str, minutes: int, zone: str = "Europe/Berlin") -> dict[str, Any]:
    """What a new meeting says of its time."""
    return {"type": 2, "start_time": start, "duration": minutes, "timezone": zone}


def utc(text: str) -> datetime:
    """Read a time of the table."""
    return datetime.fromisoformat(f"{text}+00:00")

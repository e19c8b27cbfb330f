"""The filters of events.list and events.instances."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from syncd.sandbox.fakes.google.calendars import TIME_ZONE, Event
from syncd.sandbox.fakes.google.moments import instant
from syncd.sandbox.fakes.google.parameters import Query
from syncd.sandbox.fakes.google.series import slots

_FAR = datetime(9000, 1, 1, tzinfo=UTC)


def passes(event: Event, query: Query, *, start_is_inclusive: bool = False) -> bool:
    """Say whether an event meets every filter of the query.

    `timeMin` bounds the end, exclusively; with `start_is_inclusive` inclusively, as
    events.instances has it.
    """
    return (
        _has_type(event, query)
        and _has_properties(event, query)
        and query.get("iCalUID") in (None, event.get("iCalUID"))
        and _mentions(event, query.get("q", ""))
        and ("updatedMin" not in query or _updated(event) >= query["updatedMin"])
        and ("originalStart" not in query or _is_slot(event, query["originalStart"]))
        and _in_window(event, query, inclusive=start_is_inclusive)
    )


def _has_type(event: Event, query: Query) -> bool:
    types = query.get("eventTypes")
    return not types or event.get("eventType", "default") in types


def _has_properties(event: Event, query: Query) -> bool:
    asked = [("private", one) for one in query.get("privateExtendedProperty", ())]
    asked += [("shared", one) for one in query.get("sharedExtendedProperty", ())]
    properties: dict[str, Any] = event.get("extendedProperties", {})
    return all(
        properties.get(kind, {}).get(pair.partition("=")[0]) == pair.partition("=")[2]
        for kind, pair in asked
    )


def _mentions(event: Event, text: str) -> bool:
    words = [str(event.get(key, "")) for key in ("summary", "description", "location")]
    words += [one["email"] for one in event.get("attendees", ())]
    return text.casefold() in " ".join(words).casefold()


def _updated(event: Event) -> datetime:
    return datetime.fromisoformat(event["updated"])


def _is_slot(event: Event, text: str) -> bool:
    slot: dict[str, str] = event.get("originalStartTime", {})
    if "T" not in text:
        return slot.get("date") == text
    return "dateTime" in slot and instant(slot) == datetime.fromisoformat(text)


def _in_window(event: Event, query: Query, *, inclusive: bool) -> bool:
    low, high = query.get("timeMin"), query.get("timeMax")
    if (low is None and high is None) or "start" not in event:
        return True
    if "recurrence" in event:
        return any(
            _overlaps(one.begins, one.ends, low, high, inclusive=inclusive)
            for one in slots(event, until=high or (low or _FAR) + timedelta(days=366))
        )
    begins, ends = (instant(event[key], all_day_zone=TIME_ZONE) for key in ("start", "end"))
    return _overlaps(begins, ends, low, high, inclusive=inclusive)


def _overlaps(
    begins: datetime,
    ends: datetime,
    low: datetime | None,
    high: datetime | None,
    *,
    inclusive: bool,
) -> bool:
    after = low is None or ends > low or (inclusive and ends == low)
    return after and (high is None or begins < high)

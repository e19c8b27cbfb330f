"""Laying a change over an item: times, series, online meeting, extended properties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from syncd.sandbox.fakes.microsoft.errors import GraphError, invalid_property
from syncd.sandbox.fakes.microsoft.incoming import Change
from syncd.sandbox.fakes.microsoft.item import Item
from syncd.sandbox.fakes.microsoft.moments import is_midnight, whole_days
from syncd.sandbox.fakes.microsoft.properties import merged
from syncd.sandbox.fakes.microsoft.recurrence import Recurrence, dates
from syncd.sandbox.fakes.microsoft.series import Shelf, neighbours
from syncd.sandbox.fakes.microsoft.zones import zone_named

TIMES = frozenset({"start", "end", "recurrence", "isAllDay"})


def changed(item: Item, change: Change, fields: Mapping[str, Any], *, whole: bool) -> Item:
    """Give the item with the change in it; `fields` are those of the change, settled.

    `whole` tells whether the event lasts whole days afterwards.
    """
    return replace(
        item,
        fields={**item.fields, **fields},
        start=change.start.instant(all_day=whole) if change.start else item.start,
        end=change.end.instant(all_day=whole) if change.end else item.end,
        start_zone=change.start.zone if change.start else item.start_zone,
        end_zone=change.end.zone if change.end else item.end_zone,
        recurrence=_recurrence(item, change),
        properties=merged(dict(item.properties), change.properties),
    )


def check_times(item: Item) -> None:
    """Refuse an event that ends before it starts, or whole days that are none."""
    if item.end < item.start:
        raise invalid_property("The End date must not be earlier than the Start date.")
    if not item.all_day:
        return
    if not is_midnight(item.start) or not is_midnight(item.end):
        raise invalid_property(
            "The Event.Start and Event.End properties of an all-day event must be midnight."
        )
    if item.start_zone != item.end_zone or not whole_days(item.length):
        raise invalid_property(
            "The duration of an all-day event must be whole days in one time zone."
        )


def check_series(before: Item, change: Change) -> None:
    """Refuse a new time zone for a series whose pattern is not sent along."""
    moved = change.start is not None and change.start.zone != before.start_zone
    if before.recurrence is not None and moved and "recurrence" not in change.sent:
        raise invalid_property(
            "The time zone of a recurring event cannot change without its recurrence."
        )


def aligned(item: Item) -> Item:
    """Move a series to the first date of its pattern, and say in which zone its dates are."""
    if item.recurrence is None:
        return item
    zone = UTC if item.all_day else zone_named(item.start_zone)
    local = item.start.astimezone(zone)
    pattern, span = item.recurrence["pattern"], dict(item.recurrence["range"])
    span["startDate"] = local.date().isoformat()
    span["recurrenceTimeZone"] = span["recurrenceTimeZone"] or item.start_zone
    recurrence = {"pattern": pattern, "range": span}
    first = _first_date(recurrence)
    start = datetime.combine(first, local.time(), tzinfo=zone).astimezone(UTC)
    return replace(item, recurrence=recurrence, start=start, end=start + item.length)


def check_start_date(change: Change) -> None:
    """Refuse a pattern whose range does not begin on the day of the event's start."""
    if change.recurrence is None or change.start is None:
        return
    if change.recurrence["range"]["startDate"] != change.start.wall.date().isoformat():
        raise invalid_property("The range's startDate must be the date of the event's start.")


def check_boundary(shelf: Shelf, master: Item, exception: Item) -> None:
    """Refuse an occurrence that would pass or overlap the one before or after it."""
    original = exception.original_start
    if original is None:
        return
    before, after = neighbours(shelf, master, original)
    early = before is not None and exception.start < before.end
    late = after is not None and exception.end > after.start
    if early or late:
        raise GraphError(
            400,
            "ErrorOccurrenceCrossingBoundary",
            "Modified occurrence is crossing or overlapping adjacent occurrence.",
        )


def _recurrence(item: Item, change: Change) -> Recurrence | None:
    return change.recurrence if "recurrence" in change.sent else item.recurrence


def _first_date(recurrence: Recurrence) -> date:
    for day in dates(recurrence):
        return day
    raise invalid_property("The recurrence pattern makes no occurrence.")

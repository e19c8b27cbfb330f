"""A series unrolled: its occurrences, and its exceptions laid over the master."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from syncd.sandbox.fakes.microsoft.item import Item, occurrence_key, split_key
from syncd.sandbox.fakes.microsoft.recurrence import dates
from syncd.sandbox.fakes.microsoft.zones import zone_named

Shelf = Mapping[str, Item]
"""The items of a mailbox by key, as one request sees them."""

# An exception may have moved by some days, so unrolling looks this far beyond a window's end.
_DRIFT = timedelta(days=62)


def starts(master: Item, *, until: datetime) -> Iterator[datetime]:
    """Give the original starts of a series before `until`, without the deleted occurrences."""
    for start in pattern_starts(master, until=until):
        if start not in master.dropped:
            yield start


def pattern_starts(master: Item, *, until: datetime) -> Iterator[datetime]:
    """Give the starts that the pattern alone makes; wall clock time stays over daylight saving."""
    if master.recurrence is None:
        return
    zone = UTC if master.all_day else zone_named(master.start_zone)
    clock = master.start.astimezone(zone).time()
    for day in dates(master.recurrence):
        start = datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
        if start >= until:
            return
        yield start


def occurrence(shelf: Shelf, master: Item, original_start: datetime) -> Item:
    """Give one occurrence as the reader sees it: an exception, or the master moved to its date."""
    key = occurrence_key(master.key, original_start)
    exception = shelf.get(key)
    if exception is not None and not exception.deleted:
        return effective(shelf, exception)
    return replace(
        master,
        key=key,
        master=master.key,
        original_start=original_start,
        start=original_start,
        end=original_start + master.length,
        recurrence=None,
        dropped=frozenset(),
    )


def effective(shelf: Shelf, item: Item) -> Item:
    """Lay an exception over its master; any other item is already whole."""
    if item.master is None:
        return item
    master = shelf[item.master]
    return replace(
        item,
        fields={**master.fields, **item.fields},
        properties={**master.properties, **item.properties},
    )


def unrolled(shelf: Shelf, master: Item, *, start: datetime, end: datetime) -> list[Item]:
    """Give occurrences and exceptions of a series that touch the window, in order of time."""
    if master.deleted:
        return []
    several = (occurrence(shelf, master, one) for one in starts(master, until=end + _DRIFT))
    return sorted((one for one in several if one.overlaps(start, end)), key=lambda one: one.start)


def neighbours(
    shelf: Shelf, master: Item, original_start: datetime
) -> tuple[Item | None, Item | None]:
    """Give the occurrences just before and just after one."""
    before: Item | None = None
    for start in starts(master, until=datetime.max.replace(tzinfo=UTC)):
        if start > original_start:
            return before, occurrence(shelf, master, start)
        if start < original_start:
            before = occurrence(shelf, master, start)
    return before, None


def lookup(shelf: Shelf, key: str) -> Item | None:
    """Find a living item by key, stored or unrolled."""
    stored = shelf.get(key)
    if stored is not None and not stored.deleted:
        return effective(shelf, stored)
    parts = split_key(key)
    master = shelf.get(parts[0]) if parts else None
    if parts is None or master is None or master.deleted:
        return None
    wanted = parts[1]
    for start in starts(master, until=wanted + timedelta(seconds=1)):
        if start == wanted:
            return occurrence(shelf, master, start)
    return None


def exceptions(shelf: Shelf, master: Item) -> list[Item]:
    """Give the stored exceptions of a series."""
    return [item for item in shelf.values() if item.master == master.key and not item.deleted]

"""The `recurrence` lines of a Google event: RRULE, RDATE and EXDATE of RFC 5545; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from syncd.core.recurrence import Recurrence
from syncd.core.rrule import read_stamp
from syncd.core.zones import zone_named

# A long line may go on after a line break and a blank (RFC 5545, 3.1).
_FOLD = re.compile(r"\r?\n[ \t]")


def recurrence_in(lines: Iterable[object], *, zone: str | None) -> Recurrence:
    """Read the lines of a series that is followed in an IANA `zone`, UTC if that is unknown.

    Never raises: a line that cannot be read stays among the rules as it is, so that whoever follows
    them says which. A date stands for its midnight in the zone, as it does in an event's start.
    """
    rules: list[str] = []
    dates: list[datetime] = []
    excluded: list[datetime] = []
    for line in _unfolded(lines):
        head, _, value = line.partition(":")
        name, _, parameters = head.upper().strip().partition(";")
        moments = _moments(head, value, own=zone or "UTC") if name in ("RDATE", "EXDATE") else None
        if name == "RRULE" and not parameters:
            rules.append(value.strip())
        elif moments is None:
            rules.append(line)
        elif name == "RDATE":
            dates += moments
        else:
            excluded += moments
    return Recurrence(tuple(rules), tuple(dates), tuple(excluded))


def _unfolded(lines: Iterable[object]) -> Iterator[str]:
    for line in lines:
        if isinstance(line, str):
            yield from _FOLD.sub("", line).splitlines() or [line]
        else:
            yield f"a {type(line).__name__} in place of a line"


def _moments(head: str, value: str, *, own: str) -> list[datetime] | None:
    """Read the times of an RDATE or EXDATE; None when one of them or their zone is unknown."""
    zone = _zone(head, own=own)
    if zone is None:
        return None
    moments: list[datetime] = []
    for text in value.upper().split(","):
        stamp = read_stamp(text.strip())
        if stamp is None:
            return None
        try:
            placed = stamp.wall.replace(tzinfo=UTC if stamp.is_utc else zone).astimezone(UTC)
        except OverflowError:
            return None
        moments.append(placed)
    return moments


def _zone(head: str, *, own: str) -> ZoneInfo | None:
    name = own
    for parameter in head.split(";")[1:]:
        key, _, value = parameter.partition("=")
        if key.strip().upper() == "TZID":
            name = value.strip().strip('"')
    return zone_named(name)

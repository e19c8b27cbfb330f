"""One recurrence rule, read from its text (RFC 5545, 3.3.10); strict, and linear in its length."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import Enum

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""The weekdays as rules write them; their places are those of `date.weekday`."""

# Longer than any calendar writes; it also bounds what following a rule can cost.
_LONGEST = 512
_SHOWN = 60

_PART = re.compile(r"([A-Z]+)=([A-Z0-9,+-]+)")
_NUMBER = re.compile(r"[+-]?\d{1,12}")
_BY_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_STAMP = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?")

# The largest value either side of zero, and whether it counts from the end as well.
_RANGES: Mapping[str, tuple[int, int, bool]] = {
    "BYMONTH": (1, 12, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYSETPOS": (1, 366, True),
    "BYHOUR": (0, 23, False),
    "BYMINUTE": (0, 59, False),
    "BYSECOND": (0, 60, False),
}
_KNOWN = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *_RANGES})


class Frequency(Enum):
    """The period a rule counts in; rules of hours and less are none of a calendar's."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A DATE or DATE-TIME: `wall` is naive, in UTC if `is_utc`; a day's is its midnight."""

    wall: datetime
    is_utc: bool
    is_day: bool

    def last_wall(self) -> datetime:
        """Give the last moment it stands for: of a day its last, of a time that time."""
        return datetime.combine(self.wall, time.max) if self.is_day else self.wall


@dataclass(frozen=True, slots=True, kw_only=True)
class Rrule:
    """One rule. Weekdays count from Monday, 0; an ordinal of 0 means every one.

    `times` holds the hours, minutes and seconds it names, each an empty tuple if it names none.
    """

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: Stamp | None = None
    week_start: int = 0
    by_day: tuple[tuple[int, int], ...] = ()
    """Pairs of ordinal and weekday."""
    by_month: tuple[int, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_year_day: tuple[int, ...] = ()
    by_week: tuple[int, ...] = ()
    by_position: tuple[int, ...] = ()
    times: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]] = ((), (), ())

    def names_only_the_time(self, wall: datetime) -> bool:
        """Tell whether the hours, minutes and seconds it names, if any, are just those of `wall`.

        Some programs repeat the time of the start in the rule, which changes nothing.
        """
        own = (wall.hour, wall.minute, wall.second)
        return all(named in ((), (value,)) for named, value in zip(self.times, own, strict=True))


def read_rule(text: str) -> Rrule:
    """Read the value of an RRULE line; ValueError when it cannot be, with a sentence why."""
    parts = _parts(text)
    if "FREQ" not in parts:
        raise ValueError(f"The recurrence rule has no frequency: {_shown(text)}.")
    if "COUNT" in parts and "UNTIL" in parts:
        raise ValueError("The recurrence rule ends both by a count and by a date.")
    return Rrule(
        frequency=_frequency(parts["FREQ"]),
        interval=_positive(parts, "INTERVAL") or 1,
        count=_positive(parts, "COUNT"),
        until=_until(parts),
        week_start=_week_start(parts.get("WKST", "MO")),
        by_day=_by_day(parts),
        by_month=_numbers(parts, "BYMONTH"),
        by_month_day=_numbers(parts, "BYMONTHDAY"),
        by_year_day=_numbers(parts, "BYYEARDAY"),
        by_week=_numbers(parts, "BYWEEKNO"),
        by_position=_numbers(parts, "BYSETPOS"),
        times=(
            _numbers(parts, "BYHOUR"),
            _numbers(parts, "BYMINUTE"),
            _numbers(parts, "BYSECOND"),
        ),
    )


def read_stamp(text: str) -> Stamp | None:
    """Read `20261224`, `20261224T100000` or `20261224T090000Z`; None when it is none of them."""
    found = _STAMP.fullmatch(text) if text.isascii() else None
    if found is None:
        return None
    day, clock, zulu = found.groups()
    try:
        wall = datetime.fromisoformat(f"{day}T{clock or '000000'}")
    except ValueError:
        return None
    return Stamp(wall, is_utc=bool(zulu), is_day=clock is None)


def _parts(text: str) -> dict[str, str]:
    if len(text) > _LONGEST:
        raise ValueError("The recurrence rule is longer than any calendar writes.")
    parts: dict[str, str] = {}
    for piece in text.upper().strip().removesuffix(";").split(";"):
        found = _PART.fullmatch(piece.strip())
        if found is None or found[1] not in _KNOWN or found[1] in parts:
            raise ValueError(f"The recurrence rule cannot be read: {_shown(text)}.")
        parts[found[1]] = found[2]
    return parts


def _frequency(name: str) -> Frequency:
    try:
        return Frequency(name)
    except ValueError:
        raise ValueError(f"A series that repeats {name} cannot be followed.") from None


def _positive(parts: Mapping[str, str], name: str) -> int | None:
    if name not in parts:
        return None
    value = _number(parts[name], name)
    if value < 1:
        raise _bad(name)
    return value


def _until(parts: Mapping[str, str]) -> Stamp | None:
    if "UNTIL" not in parts:
        return None
    stamp = read_stamp(parts["UNTIL"])
    if stamp is None:
        raise _bad("UNTIL")
    return stamp


def _week_start(name: str) -> int:
    if name not in WEEKDAYS:
        raise _bad("WKST")
    return WEEKDAYS.index(name)


def _by_day(parts: Mapping[str, str]) -> tuple[tuple[int, int], ...]:
    several = parts["BYDAY"].split(",") if "BYDAY" in parts else []
    found = [_BY_DAY.fullmatch(one) for one in several]
    pairs = {(int(one[1] or 0), WEEKDAYS.index(one[2])) for one in found if one is not None}
    if None in found or any(abs(ordinal) > 53 for ordinal, _ in pairs):  # noqa: PLR2004 - weeks
        raise _bad("BYDAY")
    return tuple(sorted(pairs))


def _numbers(parts: Mapping[str, str], name: str) -> tuple[int, ...]:
    if name not in parts:
        return ()
    least, most, from_the_end = _RANGES[name]
    values = {_number(one, name) for one in parts[name].split(",")}
    if not all(least <= (abs(one) if from_the_end else one) <= most for one in values):
        raise _bad(name)
    return tuple(sorted(values))


def _number(text: str, name: str) -> int:
    if _NUMBER.fullmatch(text) is None:
        raise _bad(name)
    return int(text)


def _bad(name: str) -> ValueError:
    return ValueError(f"The recurrence rule has an impossible {name}.")


def _shown(text: str) -> str:
    """Give the beginning of a foreign text, fit for one line."""
    return repr(text[:_SHOWN])

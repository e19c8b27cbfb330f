"""Which meetings a host's list holds: by type, by date, and by nothing older than six months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal, assert_never, cast, get_args

from syncd.sandbox.fakes.zoom.errors import INVALID, FieldError, validation_failed
from syncd.sandbox.fakes.zoom.meeting import UNLISTED, Meeting
from syncd.sandbox.fakes.zoom.moments import day_of, is_day, is_zone
from syncd.sandbox.fakes.zoom.pages import Asked, Question, Row
from syncd.sandbox.fakes.zoom.render import item

Kind = Literal["scheduled", "live", "upcoming", "upcoming_meetings", "previous_meetings"]

_HALF_A_YEAR = timedelta(days=183)
_LARGEST_PAGE = 300


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the query of a list asks for; dates are days in `zone`, both included."""

    kind: Kind
    first: date | None
    last: date | None
    zone: str
    page: Asked

    def question(self, email: str) -> Question:
        """Give what a page token must be asked with again."""
        return (email, self.kind, str(self.first), str(self.last), self.zone, str(self.page.size))


def read_query(query: Mapping[str, str]) -> Wanted:
    """Read the query of a list; raises ZoomError 400 with the fields it cannot read."""
    errors = _query_errors(query)
    if errors:
        raise validation_failed(errors)
    return Wanted(
        kind=cast("Kind", query.get("type", "scheduled")),
        first=_day(query.get("from")),
        last=_day(query.get("to")),
        zone=query.get("timezone", "UTC"),
        page=Asked(
            size=int(query.get("page_size", "30")),
            number=int(query.get("page_number", "1")),
            token=query.get("next_page_token", ""),
        ),
    )


def rows(
    meetings: Iterable[Meeting], wanted: Wanted, *, live: set[int], now: datetime
) -> list[Row]:
    """List a host's meetings by start, those without one last; instant ones are never listed."""
    found = [
        (shown, meeting)
        for meeting in meetings
        if meeting.kind not in UNLISTED
        for shown in _shown(meeting, wanted.kind, live=live, now=now)
        if _in_days(shown, wanted)
    ]
    found.sort(key=lambda pair: (pair[0] or datetime.max.replace(tzinfo=UTC), pair[1].created))
    return [item(meeting, shown) for shown, meeting in found]


def _shown(
    meeting: Meeting, kind: Kind, *, live: set[int], now: datetime
) -> Sequence[datetime | None]:
    """Give the start to show as a sequence of one, or nothing when the meeting is not of the kind."""
    running = [meeting.start] if meeting.id in live else []
    match kind:
        case "scheduled":
            return [meeting.start]
        case "live":
            return running
        case "upcoming" | "upcoming_meetings":
            open_series: Sequence[datetime | None] = [None] if meeting.start is None else []
            return (running or _next(meeting, now) or open_series)[:1]
        case "previous_meetings":
            return _last(meeting, now)
        case _:
            assert_never(kind)


def _next(meeting: Meeting, now: datetime) -> Sequence[datetime | None]:
    return sorted(start for start in meeting.starts() if now < start <= now + _HALF_A_YEAR)[:1]


def _last(meeting: Meeting, now: datetime) -> Sequence[datetime | None]:
    return sorted(start for start in meeting.starts() if now - _HALF_A_YEAR <= start <= now)[-1:]


def _in_days(shown: datetime | None, wanted: Wanted) -> bool:
    if shown is None:
        return True
    day = day_of(shown, wanted.zone)
    return (wanted.first or day) <= day <= (wanted.last or day)


def _query_errors(query: Mapping[str, str]) -> list[FieldError]:
    checks = {
        "type": lambda value: value in get_args(Kind),
        "page_size": lambda value: _is_number(value, _LARGEST_PAGE),
        "page_number": lambda value: _is_number(value, 10**6),
        "from": is_day,
        "to": is_day,
        "timezone": is_zone,
    }
    return [
        (name, INVALID)
        for name, check in checks.items()
        if name in query and not check(query[name])
    ]


def _is_number(value: str, most: int) -> bool:
    return value.isascii() and value.isdigit() and 1 <= int(value) <= most


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)

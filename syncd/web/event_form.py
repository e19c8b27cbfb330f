"""The form of a new event: its fields as they were typed, and what is wrong with each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from syncd.core.conference import ConferenceKind
from syncd.core.ids import CalendarKey
from syncd.core.zones import zone_named
from syncd.web.texts import text
from syncd.web.views import NewEventForm

FIELDS = ("calendar", "title", "start", "end", "zone", "guests", "description", "kind")
TITLE_MOST = 255
DESCRIPTION_MOST = 8000
GUESTS_MOST = 200
LONGEST = timedelta(hours=24)

_ADDRESS_MOST = 254
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?", re.ASCII)


def checked(values: Mapping[str, str]) -> tuple[NewEventForm | None, dict[str, str]]:
    """Give the event, or what is wrong by the name of the field."""
    errors: dict[str, str] = {}
    start, end = _moment(values["start"]), _moment(values["end"])
    guests = tuple(dict.fromkeys(values["guests"].lower().replace(",", " ").split()))
    _check_texts(values, errors)
    _check_times(start, end, values["zone"], errors)
    wrong = next((one for one in guests if not _is_address(one)), None)
    if wrong is not None:
        errors["guests"] = text("form.guest_wrong", guest=wrong[:_ADDRESS_MOST])
    if len(guests) > GUESTS_MOST:
        errors["guests"] = text("form.guests_many", most=GUESTS_MOST)
    if errors or start is None or end is None:
        return None, errors
    return NewEventForm(
        calendar=values["calendar"],
        title=values["title"],
        start=start,
        end=end,
        zone=values["zone"],
        guests=guests,
        description=values["description"],
        kind=ConferenceKind(values["kind"]),
    ), {}


def _check_texts(values: Mapping[str, str], errors: dict[str, str]) -> None:
    if not _is_calendar(values["calendar"]):
        errors["calendar"] = text("form.calendar_missing")
    if not values["title"]:
        errors["title"] = text("form.title_missing")
    elif len(values["title"]) > TITLE_MOST or "\n" in values["title"]:
        errors["title"] = text("form.title_long", most=TITLE_MOST)
    if len(values["description"]) > DESCRIPTION_MOST:
        errors["description"] = text("form.description_long", most=DESCRIPTION_MOST)
    if values["kind"] not in {str(kind) for kind in ConferenceKind}:
        errors["kind"] = text("form.kind_missing")


def _check_times(
    start: datetime | None, end: datetime | None, zone: str, errors: dict[str, str]
) -> None:
    place = zone_named(zone)
    if place is None:
        errors["zone"] = text("form.zone_wrong")
    if start is None:
        errors["start"] = text("form.moment_wrong")
    if end is None:
        errors["end"] = text("form.moment_wrong")
    if start is None or end is None or place is None:
        return
    # Real time, not wall-clock time: a night in which clocks change is shorter or longer.
    lasts = end.replace(tzinfo=place).astimezone(UTC) - start.replace(tzinfo=place).astimezone(UTC)
    if lasts <= timedelta(0):
        errors["end"] = text("form.ends_before")
    elif lasts > LONGEST:
        errors["end"] = text("form.too_long")


def _moment(words: str) -> datetime | None:
    if not _MOMENT.fullmatch(words):
        return None
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return None
    return moment if 1971 <= moment.year <= 2999 else None  # noqa: PLR2004 - what every calendar can hold


def _is_calendar(words: str) -> bool:
    try:
        CalendarKey.parse(words)
    except ValueError:
        return False
    return True


def _is_address(words: str) -> bool:
    name, at, host = words.partition("@")
    is_plain = words.isprintable() and not set(words) & set('<>()[]\\",;:')
    return bool(name and at and "." in host and "@" not in host) and (
        is_plain and len(words) <= _ADDRESS_MOST
    )

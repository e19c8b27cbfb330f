"""The events of all of a person's calendars, and the menu of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from starlette.responses import Response

from syncd.core.conference import ConferenceKind
from syncd.core.zones import zone_named
from syncd.web.door import Refused
from syncd.web.links import is_safe
from syncd.web.local_paths import local_path
from syncd.web.pages.flashes import flash, told
from syncd.web.texts import text
from syncd.web.times import Span, day_name, span_of
from syncd.web.views import Entry
from syncd.web.visit import Visit

_VIEWS = ("day", "week")


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the page, with its entries in the zone of the page."""

    day: date
    title: str
    is_today: bool
    entries: tuple[tuple[datetime, datetime, Entry], ...]


async def show(visit: Visit) -> Response:
    """Show a day or a week, read live."""
    home = await visit.door.zone(visit.person)
    wanted = visit.query("tz")
    zone = wanted if zone_named(wanted) else home
    view = visit.query("view") if visit.query("view") in _VIEWS else "week"
    now = visit.site.clock.now()
    span = span_of(view, visit.query("date"), zone, now)
    agenda = await visit.door.agenda(visit.person, span.begin, span.end)
    return visit.page(
        "agenda",
        agenda=agenda,
        span=span,
        view=view,
        days=_days(span, agenda.entries, now.astimezone(span.place).date()),
        keeps={"tz": zone} if zone != home else {},
        before=span.first - timedelta(days=span.days),
        after=span.first + timedelta(days=span.days),
        today=now.astimezone(span.place).date(),
        here=local_path(_here(visit)),
        flash=flash(visit),
    )


async def choose(visit: Visit) -> Response:
    """Choose the conference of one event."""
    word = visit.form.text("kind")
    if word not in {str(kind) for kind in ConferenceKind}:
        raise Refused(text("choose.no_kind"))
    await visit.door.choose(
        visit.person,
        visit.form.raw("event"),
        ConferenceKind(word),
        request_id=visit.request_id,
    )
    return visit.go(told(local_path(visit.form.text("next")), f"chosen_{word}"))


async def start(visit: Visit) -> Response:
    """Send the host into the meeting, by a link that is fetched now and kept nowhere."""
    secret = await visit.door.start_url(visit.person, visit.form.raw("event"))
    url = secret.reveal()
    if not is_safe(url, more_hosts=visit.site.settings.link_hosts):
        raise Refused(text("start.strange"), remedy=text("start.strange_remedy"))
    return visit.leave(url, to=ConferenceKind.ZOOM.label)


def _here(visit: Visit) -> str:
    kept = [f"{name}={visit.query(name)}" for name in ("view", "date", "tz") if visit.query(name)]
    return "/calendar" + ("?" + "&".join(kept) if kept else "")


def _days(span: Span, entries: Sequence[Entry], today: date) -> list[Day]:
    """Put every entry into the day it begins on, or the first one shown if it began before."""
    last = span.first + timedelta(days=span.days - 1)
    by_day: dict[date, list[tuple[datetime, datetime, Entry]]] = {}
    for entry in entries:
        start, end = _in_zone(entry, span)
        day = min(max(start.date(), span.first), last)
        by_day.setdefault(day, []).append((start, end, entry))
    return [
        Day(day, day_name(day), day == today, tuple(by_day.get(day, ())))
        for day in (span.first + timedelta(days=n) for n in range(span.days))
        if day in by_day or span.days == 1
    ]


def _in_zone(entry: Entry, span: Span) -> tuple[datetime, datetime]:
    """Give start and end as the page shows them; all-day events are days, wherever one is."""
    if entry.all_day:
        return entry.start, entry.end
    return entry.start.astimezone(span.place), entry.end.astimezone(span.place)

"""A person makes an event on the page, with its guests and with the meeting they choose."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from syncd.core.conference import ConferenceKind
from syncd.core.event import Event
from syncd.core.ids import CalendarKey
from syncd.core.zones import zone_named
from syncd.engine.choosing import Chooser, Wish, must_be_served, note
from syncd.engine.deps import Deps, on_account
from syncd.engine.menu import choices
from syncd.ports.calendar import NewEvent
from syncd.ports.connections import AuditEntry
from syncd.ports.store import Tx

LONGEST = timedelta(hours=24)
MOST_TITLE = 300
MOST_TEXT = 8000
MOST_GUESTS = 200

# RFC 5321, 4.5.3.1: 64 characters before the @, 255 after; what a calendar takes is its business.
_ADDRESS = re.compile(r"[^\s@<>(),;:\\\"\[\]]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEventForm:
    """What the person filled in. `start` and `end` are wall-clock times of `zone`, and have no zone."""

    calendar: str
    """As `google:ana@example.com/primary`."""
    title: str
    start: datetime
    end: datetime
    zone: str
    """An IANA name."""
    guests: tuple[str, ...]
    description: str
    kind: ConferenceKind


class FormRefused(Exception):
    """Nothing was made; `errors` says in a sentence what is wrong with each field, by its name."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


async def make(
    deps: Deps, person: str, form: NewEventForm, key: str, *, request_id: str = ""
) -> str:
    """Make the event and choose its conference; gives it as `CALENDAR/ID`.

    The same `key` of the same person makes one event however often it is sent. FormRefused before
    anything is made; raises the errors of the provider too. After OutcomeUnknown the same call
    again finds the event.
    """
    calendar = _own(deps, person, form.calendar)
    new = _checked(form)
    await _check_place(deps, calendar, form.kind)
    with on_account(calendar.account):
        event = await deps.calendar(calendar).create(calendar, new, key=_key(person, calendar, key))
    wish = Wish(key=event.key, ref=event.ref, starts_at=event.start, kind=form.kind)
    by = Chooser(who=person, request_id=request_id)

    def keep(tx: Tx) -> None:
        known = tx.choices.get(event.key)
        # Sent twice, it must not take back what was chosen between the two.
        if known is None:
            tx.audit.add(_entry(deps, person, event, request_id))
            note(deps, tx, wish, by=by)

    await deps.store.run(keep)
    return str(event.ref)


def _own(deps: Deps, person: str, name: str) -> CalendarKey:
    """Find it among the person's calendars; another person's is as if there were none."""
    mine = {str(key): key for key in deps.watched if key.owner == person}
    if name not in mine:
        raise FormRefused({"calendar": "Choose one of your own calendars."})
    return mine[name]


def _checked(form: NewEventForm) -> NewEvent:
    """Give the event to be made; FormRefused names every field that is wrong."""
    errors: dict[str, str] = {}
    title = " ".join(form.title.split())
    if not title:
        errors["title"] = "Give the event a title."
    elif len(title) > MOST_TITLE:
        errors["title"] = f"A title has at most {MOST_TITLE} characters."
    if len(form.description) > MOST_TEXT:
        errors["description"] = f"A description has at most {MOST_TEXT} characters."
    guests = tuple(dict.fromkeys(guest.strip().lower() for guest in form.guests if guest.strip()))
    errors |= dict(_wrong_guests(guests))
    zone = zone_named(form.zone)
    if zone is None:
        raise FormRefused({**errors, "zone": "Choose a time zone, such as Europe/Vienna."})
    errors |= dict(_wrong_times(form.start, form.end, zone))
    if errors:
        raise FormRefused(errors)
    return NewEvent(
        title=title,
        start=_moment(form.start, zone),
        end=_moment(form.end, zone),
        zone=form.zone,
        attendees=guests,
        text=form.description,
    )


def _wrong_guests(guests: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    strange = [guest for guest in guests if not _ADDRESS.fullmatch(guest)]
    if strange:
        yield "guests", f"{strange[0][:100]!r} is no mail address."
    elif len(guests) > MOST_GUESTS:
        yield "guests", f"At most {MOST_GUESTS} guests can be invited here."


def _wrong_times(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    for name, wall in (("start", start), ("end", end)):
        if not _exists(wall, zone):
            yield name, "There is no such time on that day, as the clocks go forward then."
            return
    lasts = _moment(end, zone) - _moment(start, zone)
    if lasts <= timedelta(0):
        yield "end", "It ends before it starts."
    elif lasts > LONGEST:
        yield "end", "It lasts 24 hours at most."


def _exists(wall: datetime, zone: ZoneInfo) -> bool:
    try:
        return _moment(wall, zone).astimezone(zone).replace(tzinfo=None) == _plain(wall)
    except OverflowError:
        return False


def _moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """Give the moment (UTC); of two with the same wall-clock time, the first."""
    return _plain(wall).replace(tzinfo=zone).astimezone(UTC)


def _plain(wall: datetime) -> datetime:
    return wall.replace(tzinfo=None, fold=0)


async def _check_place(deps: Deps, calendar: CalendarKey, kind: ConferenceKind) -> None:
    """Refuse a conference that this calendar cannot have, and a calendar that cannot be written."""

    def look(tx: Tx) -> str:
        must_be_served(tx, calendar)
        return next(c.why_not for c in choices(deps, tx, calendar) if c.kind is kind)

    try:
        why_not = await deps.store.run(look)
    except LookupError as error:
        raise FormRefused({"calendar": f"{str(error).capitalize()}."}) from None
    if why_not:
        raise FormRefused({"kind": f"{why_not.rstrip('.')}."})
    with on_account(calendar.account):
        infos = await deps.calendar(calendar).calendars(calendar.owner)
    if any(info.calendar_id == calendar.calendar_id and not info.can_write for info in infos):
        raise FormRefused({"calendar": "You may only read this calendar; choose another."})


def _key(person: str, calendar: CalendarKey, key: str) -> str:
    """Make the provider's key: nobody's form can lead to an event of somebody else."""
    text = "\n".join((person, str(calendar), key))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _entry(deps: Deps, person: str, event: Event, request_id: str) -> AuditEntry:
    now = deps.clock.now()
    what = "event.made"
    return AuditEntry(at=now, who=person, what=what, about=str(event.ref), request_id=request_id)

"""The events of some days of all of a person's calendars, read as they are now and never kept."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from syncd.core.binding import Binding, BindingState
from syncd.core.conference import ConferenceKind
from syncd.core.event import Event
from syncd.core.ids import AccountKey, CalendarKey, EventRef
from syncd.core.meeting import BASIC_LIMIT
from syncd.core.shown_link import ShownLink, shown_link
from syncd.engine.bond import bond_of, is_host
from syncd.engine.deps import Deps, on_account
from syncd.engine.doors import NEAR, Door, doors
from syncd.engine.menu import Choice, choices
from syncd.ports.errors import ProviderError
from syncd.ports.rows import ChoiceRow, EventRow
from syncd.ports.store import Tx

LONGEST = timedelta(days=62)
"""The longest span that can be asked for."""

LINKED = "linked"
STARTED = "started"
MISSING = "missing"
WAITING = "waiting"
FOREIGN = "foreign"
NONE = "none"

_WITH_LINK = (
    BindingState.LINKED,
    BindingState.REMOVING,
    BindingState.SHARING,
    BindingState.RELEASED,
)
_PRIMARY = "primary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A calendar that could not be read, and what to do about it."""

    about: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event; `start` and `end` are UTC, of an all-day event the midnights of its days.

    `state` is linked, started (its meeting is being held), missing (its meeting is gone), waiting (it
    is to have a link and has none yet: `reason`), foreign (its link is not ours) or none. `choices` are empty where the person can choose nothing. `url` is where
    the event is opened at its provider.
    """

    ref: str
    """As `google:ana@example.com/primary/ID`."""
    calendar: str
    """The name of its calendar."""
    title: str
    start: datetime
    end: datetime
    all_day: bool
    zone: str
    organiser: str
    """Empty for one's own."""
    url: str
    conference: ConferenceKind | None
    join_url: str
    state: str
    reason: str
    remedy: str
    choices: tuple[Choice, ...]
    is_host: bool
    basic_warning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """The events in order of their start. `has_calendar`: whether there is any calendar at all."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    has_calendar: bool


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database has of one event."""

    bond: Binding | None
    row: EventRow | None
    choice: ChoiceRow | None

    @property
    def trouble(self) -> EventRow | None:
        """Why it has no link, or why its meeting does not follow it."""
        return self.row if self.row is not None and self.row.code is not None else None


@dataclass(frozen=True, slots=True)
class _Standing:
    """How an event stands with its conference."""

    state: str
    kind: ConferenceKind | None
    url: str
    reason: str = ""
    remedy: str = ""


async def agenda(deps: Deps, person: str, begin: datetime, end: datetime) -> Agenda:
    """Read the events that touch a span (aware times); ValueError for none, or a too long one.

    A calendar that cannot be read becomes a problem line, and the others are shown.
    """
    if not timedelta(0) < end - begin <= LONGEST:
        raise ValueError("an agenda begins before it ends, and shows two months at most")
    mine = sorted(key for key in deps.watched if key.owner == person)
    accounts = sorted({key.account for key in mine})
    found, named = await asyncio.gather(
        asyncio.gather(*(_read(deps, key, begin, end) for key in mine)),
        asyncio.gather(*(_names(deps, account) for account in accounts)),
    )
    names = {key: name for each in named for key, name in each.items()}
    problems = tuple(each for each in found if isinstance(each, Problem))
    events = [one for each in found if not isinstance(each, Problem) for one in each]
    events.sort(key=lambda one: (one.start, one.end, str(one.ref)))

    bonds = await deps.store.run(lambda tx: _bonds(deps, tx, events))
    held = await doors(deps, bonds)

    def read(tx: Tx) -> tuple[Entry, ...]:
        chosen = {row.ref: row for key in mine for row in tx.choices.in_calendar(key)}
        page = _Page(deps, tx, chosen, names, held)
        return tuple(page.entry(event) for event in events)

    return Agenda(entries=await deps.store.run(read), problems=problems, has_calendar=bool(mine))


def _bonds(deps: Deps, tx: Tx, events: Sequence[Event]) -> list[Binding]:
    """Give what the events are bound to, each once: all occurrences of a series share one."""
    found = (bond_of(deps, tx, event, event.ref.calendar.owner) for event in events)
    return list({bond.id: bond for bond in found if bond is not None}.values())


async def _read(
    deps: Deps, calendar: CalendarKey, begin: datetime, end: datetime
) -> tuple[Event, ...] | Problem:
    try:
        with on_account(calendar.account):
            return await deps.calendar(calendar).between(calendar, begin=begin, end=end)
    except ProviderError as error:
        return Problem(about=str(calendar), reason=error.message, remedy=error.remedy)


async def _names(deps: Deps, account: AccountKey) -> Mapping[CalendarKey, str]:
    """Give the names of an account's calendars; without them they are shown by their ids."""
    try:
        with on_account(account):
            infos = await deps.calendars[account.provider].calendars(account.address)
    except ProviderError:
        # Whatever is wrong with the account is told by its calendars.
        return {}
    return {CalendarKey(account.provider, account.address, i.calendar_id): i.name for i in infos}


@dataclass(frozen=True, slots=True)
class _Page:
    """All that is looked at to show the events that were read."""

    deps: Deps
    tx: Tx
    chosen: Mapping[EventRef, ChoiceRow]
    names: Mapping[CalendarKey, str]
    held: Mapping[int, Door]

    def entry(self, event: Event) -> Entry:
        """Show one event."""
        calendar = event.ref.calendar
        known = self._known(event)
        bond = known.bond
        now = self._at_the_door(event, bond, _standing(event, known))
        return Entry(
            ref=str(event.ref),
            calendar=self.names.get(calendar, _usual_name(calendar)),
            title=event.title,
            start=event.start,
            end=event.end,
            all_day=event.all_day,
            zone=event.zone or "UTC",
            organiser="" if event.is_organiser else event.organiser,
            url=event.url,
            conference=now.kind,
            join_url=now.url,
            state=now.state,
            reason=now.reason,
            remedy=now.remedy,
            choices=self._menu(event, known, now.kind),
            is_host=bond is not None and is_host(self.deps, bond, calendar.owner),
            basic_warning=_basic_warning(self.tx, event, bond),
        )

    def _at_the_door(self, event: Event, bond: Binding | None, now: _Standing) -> _Standing:
        """Tell of a meeting that is being held at the time of this event, or that is gone."""
        door = self.held.get(bond.meeting_id or 0) if bond is not None else None
        if door is None or now.state != LINKED:
            return now
        if door is Door.MISSING:
            reason = "Its meeting is gone at Zoom."
            return replace(now, state=MISSING, reason=reason, remedy="syncd mends it by itself.")
        soon = event.start - NEAR <= self.deps.clock.now() <= event.end
        return replace(now, state=STARTED) if soon else now

    def _known(self, event: Event) -> _Known:
        """Gather it; an occurrence has what its series has, unless something is known of itself."""
        places = [event.ref]
        if event.series_id is not None:
            places.append(EventRef(event.ref.calendar, event.series_id))
        rows = [row for row in map(self.tx.events.get, places) if row is not None]
        return _Known(
            bond=bond_of(self.deps, self.tx, event, event.ref.calendar.owner),
            row=next((row for row in rows if row.code is not None), rows[0] if rows else None),
            choice=next((self.chosen[place] for place in places if place in self.chosen), None),
        )

    def _menu(self, event: Event, known: _Known, kind: ConferenceKind | None) -> tuple[Choice, ...]:
        is_closed = event.special is not None or event.locked or event.private or event.draft
        if is_closed or not (event.is_organiser and event.can_write):
            return ()
        if event.end <= self.deps.clock.now():
            return ()
        chosen = known.choice.kind if known.choice is not None else kind or ConferenceKind.NONE
        return choices(self.deps, self.tx, event.ref.calendar, event=event, chosen=chosen)


def _usual_name(calendar: CalendarKey) -> str:
    return calendar.owner if calendar.calendar_id == _PRIMARY else calendar.calendar_id


def _standing(event: Event, known: _Known) -> _Standing:
    bond, trouble, link = known.bond, known.trouble, shown_link(event)
    if bond is not None and bond.state in _WITH_LINK and _is_shown(bond, link):
        url = bond.join_url or (link.url if link is not None else "")
        reason, remedy = _about_link(bond, trouble)
        return _Standing(LINKED, bond.conference, url, reason, remedy)
    wanted = _wanted(known)
    if trouble is not None:
        return _Standing(WAITING, wanted, "", trouble.reason, trouble.remedy)
    if wanted is not None:
        return _Standing(WAITING, wanted, "", "Its link comes within seconds.")
    if link is not None:
        return _Standing(FOREIGN, link.kind, link.url)
    return _Standing(NONE, None, "")


def _is_shown(bond: Binding, link: ShownLink | None) -> bool:
    """Tell whether people find its link: one let go for good counts only while it is there."""
    if bond.state is BindingState.RELEASED and bond.parted is None:
        return False
    return bond.join_url is not None or (link is not None and link.kind is bond.conference)


def _about_link(bond: Binding, trouble: EventRow | None) -> tuple[str, str]:
    if trouble is not None:
        return trouble.reason, trouble.remedy
    if bond.state is BindingState.REMOVING:
        return "Its link is being taken out.", ""
    if bond.parted is not None:
        return "Its account was disconnected; the link stays as it is.", "Connect it again."
    return "", ""


def _wanted(known: _Known) -> ConferenceKind | None:
    """Give what is on its way to an event, as far as the database knows."""
    bond, choice = known.bond, known.choice
    if bond is not None and bond.state is BindingState.CREATING:
        return bond.conference
    is_due = known.row is not None and known.row.due_at is not None
    if choice is not None and choice.kind is not ConferenceKind.NONE and is_due:
        return choice.kind
    return None


def _basic_warning(tx: Tx, event: Event, bond: Binding | None) -> str:
    if bond is None or bond.meeting_id is None or bond.conference is not ConferenceKind.ZOOM:
        return ""
    known = tx.hosts.get(bond.host)
    if known is None or not known[0].is_basic or event.end - event.start <= BASIC_LIMIT:
        return ""
    return f"{bond.host} has a Basic plan: Zoom ends the meeting after 40 minutes."

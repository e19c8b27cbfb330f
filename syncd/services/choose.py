"""A person chooses what conference one event is to have; that wins over its flags and all rules."""

from __future__ import annotations

from dataclasses import dataclass

from syncd.core.conference import ConferenceKind
from syncd.core.event import Event
from syncd.core.ids import EventRef, Provider
from syncd.engine.choosing import AUTO, Chooser, Wish, note
from syncd.engine.deps import Deps
from syncd.engine.events import read_event
from syncd.engine.find import find, of_person

__all__ = ["AUTO", "Chosen", "choose"]

_NAMES = {
    Provider.GOOGLE: "Google Calendar",
    Provider.MICROSOFT: "Outlook",
    ConferenceKind.GOOGLE_MEET: "Google Meet",
    ConferenceKind.TEAMS: "Teams",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What now stands for an event: a kind of conference, or `auto` for its flags and the rules."""

    calendar: str
    event: str
    choice: str


async def choose(
    deps: Deps, wanted: str, choice: str, *, person: str = "", request_id: str = ""
) -> Chosen:
    """Choose `zoom`, `google_meet`, `teams`, `none` or `auto` for an event, named as for `explain`.

    With a `person` it must be named as `CALENDAR/ID` and stand in a calendar of theirs, and an
    occurrence means its whole series, which has one conference; without, it is the administrator
    who chooses. The daemon looks at the event at once. LookupError says why the choice cannot be
    made; raises the errors of the provider too.
    """
    if choice not in (AUTO, *ConferenceKind):
        words = ", ".join(ConferenceKind)
        raise LookupError(f"{choice!r} cannot be chosen; choose {words} or {AUTO}")
    ref = of_person(deps, person, wanted) if person else await find(deps, wanted)
    event = await _existing(deps, ref)
    if person and event.series_id is not None:
        event = await _existing(deps, EventRef(ref.calendar, event.series_id))
    kind = None if choice == AUTO else ConferenceKind(choice)
    if kind is not None:
        _check(event, kind)
    wish = Wish(key=event.key, ref=event.ref, starts_at=event.start, kind=kind)
    by = Chooser(who=person or "admin", request_id=request_id)
    await deps.store.run(lambda tx: note(deps, tx, wish, by=by))
    return Chosen(str(event.ref.calendar), event.ref.event_id, choice)


async def _existing(deps: Deps, ref: EventRef) -> Event:
    event = await read_event(deps, ref)
    if event is None:
        raise LookupError(f"the event {ref} does not exist")
    return event


def _check(event: Event, kind: ConferenceKind) -> None:
    if not event.is_organiser:
        raise LookupError(
            f"only the organiser's own event can have a link, and {event.organiser or 'another'} "
            "is the organiser of this one"
        )
    here = event.ref.calendar.provider
    if kind.home not in (None, here):
        others = [str(k) for k in ConferenceKind if k.home in (None, here)]
        raise LookupError(
            f"{_NAMES[here]} has no {_NAMES[kind]} meetings; "
            f"choose {', '.join(others[:-1])} or {others[-1]}"
        )

"""A person chooses what conference one event is to have; that wins over its flags and all rules."""

from __future__ import annotations

from dataclasses import dataclass

from syncd.core.conference import ConferenceKind
from syncd.core.event import Event
from syncd.core.ids import EventRef, Provider
from syncd.engine.deps import Deps
from syncd.engine.events import read_event
from syncd.engine.find import find
from syncd.ports.rows import ChoiceRow
from syncd.ports.store import Tx

AUTO = "auto"
"""Takes a choice back: flags and rules decide again."""

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


async def choose(deps: Deps, wanted: str, choice: str) -> Chosen:
    """Choose `zoom`, `google_meet`, `teams`, `none` or `auto` for an event, named as for `explain`.

    The daemon looks at the event at once. LookupError says why the choice cannot be made; raises
    the errors of the provider too.
    """
    if choice not in (AUTO, *ConferenceKind):
        words = ", ".join(ConferenceKind)
        raise LookupError(f"{choice!r} cannot be chosen; choose {words} or {AUTO}")
    ref = await find(deps, wanted)
    event = await read_event(deps, ref)
    if event is None:
        raise LookupError(f"the event {ref} does not exist")
    ref = event.ref
    kind = None if choice == AUTO else ConferenceKind(choice)
    if kind is not None:
        _check(event, kind)
    now = deps.clock.now()

    def note(tx: Tx) -> None:
        _must_be_known(tx, ref)
        if kind is None:
            tx.choices.forget(event.key)
        else:
            tx.choices.set(ChoiceRow(key=event.key, ref=ref, kind=kind, chosen_at=now))
        tx.events.mark_due(ref, due_at=now, starts_at=event.start)
        tx.calendars.hurry(ref.calendar, due_at=now)

    await deps.store.run(note)
    return Chosen(str(ref.calendar), ref.event_id, choice)


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


def _must_be_known(tx: Tx, ref: EventRef) -> None:
    # Without a database the answer would be remembered nowhere.
    if tx.calendars.get(ref.calendar) is None:
        raise LookupError(
            f"syncd has not served {ref.calendar} yet; start it once with `syncd run` or `syncd sync`"
        )

"""Which event a person means who names one by its id."""

from __future__ import annotations

from syncd.core.event import Event
from syncd.core.ids import EventRef
from syncd.engine.deps import Deps
from syncd.ports.errors import NotFound, Permanent, ProviderError
from syncd.ports.store import Tx


async def find(deps: Deps, wanted: str) -> EventRef:
    """Find the event with this id, or `CALENDAR/ID` as `syncd links` shows it.

    Google gives the copies of all guests the same id: the organiser's own goes before them.
    Raises LookupError when no watched calendar has it, and the errors of the provider.
    """
    for calendar in sorted(deps.watched):
        prefix = f"{calendar}/"
        if wanted.startswith(prefix):
            return EventRef(calendar, wanted.removeprefix(prefix))
    known = await deps.store.run(lambda tx: _known(tx, wanted))
    if known is not None:
        return known
    found = await _anywhere(deps, wanted)
    if found is not None:
        return found
    raise LookupError(
        f"no watched calendar has an event {wanted!r}; give its id, or CALENDAR/ID as in `syncd links`"
    )


def of_person(deps: Deps, person: str, wanted: str) -> EventRef:
    """Give the event that `CALENDAR/ID` names, in a calendar of this person's and no other.

    LookupError says the same of another person's calendar as of one that is not served.
    """
    for calendar in sorted(deps.watched):
        event_id = wanted.removeprefix(f"{calendar}/")
        if calendar.owner == person and event_id and event_id != wanted:
            return EventRef(calendar, event_id)
    raise LookupError(f"the event {wanted} does not exist")


async def _anywhere(deps: Deps, event_id: str) -> EventRef | None:
    """Look into every calendar until one has the organiser's own, and be content with a copy."""
    copy: EventRef | None = None
    failures: list[ProviderError] = []
    for calendar in sorted(deps.watched):
        try:
            event = await _event(deps, EventRef(calendar, event_id))
        except ProviderError as error:
            failures.append(error)
            continue
        # A provider may take an id of another form than the one it lists.
        if event is not None and event.is_organiser:
            return event.ref
        copy = copy or (event.ref if event is not None else None)
    if copy is None and failures:
        # The calendar that cannot be read may be the one that has it.
        raise failures[0]
    return copy


def _known(tx: Tx, event_id: str) -> EventRef | None:
    refs = [b.ref for b in tx.bindings.all()] + [row.ref for row in tx.events.waiting()]
    return next((ref for ref in refs if ref.event_id == event_id), None)


async def _event(deps: Deps, ref: EventRef) -> Event | None:
    try:
        return await deps.calendar(ref.calendar).get(ref)
    except (NotFound, Permanent):
        # A provider refuses an id of another provider's form: it is not one of its events.
        return None

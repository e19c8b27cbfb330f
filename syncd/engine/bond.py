"""What stands behind an event that a person looks at, and whether that person hosts it."""

from __future__ import annotations

from syncd.core.binding import Binding, BindingState
from syncd.core.conference import ConferenceKind
from syncd.core.event import Event
from syncd.core.ids import AccountKey, EventRef, Provider
from syncd.engine.departure import Departures
from syncd.engine.deps import Deps
from syncd.ports.store import Tx


def bond_of(deps: Deps, tx: Tx, event: Event, person: str) -> Binding | None:
    """Give the binding of an event in a calendar of this person's, an occurrence by its series.

    An event that is bound by another place tells the host only: whoever copies the identity of an
    event into a calendar of their own learns nothing of its meeting.
    """
    own = tx.bindings.by_ref(event.ref)
    if own is not None and own.state is not BindingState.SHARING:
        return own
    if event.series_id is not None:
        of_series = tx.bindings.by_ref(EventRef(event.ref.calendar, event.series_id))
        return of_series or own
    elsewhere = own or tx.bindings.by_key(event.key)
    is_theirs = elsewhere is not None and is_host(deps, elsewhere, person)
    return elsewhere if own is not None or is_theirs else None


def is_host(deps: Deps, binding: Binding, person: str) -> bool:
    """Tell whether this person is the one who starts the meeting, at Zoom alone."""
    if binding.conference is not ConferenceKind.ZOOM or binding.meeting_id is None:
        return False
    departures = Departures(people=deps.people, keys=deps.keys, clock=deps.clock)
    return binding.host.lower() in departures.hosts_of(AccountKey(Provider.ZOOM, person))

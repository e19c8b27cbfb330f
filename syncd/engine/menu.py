"""Which conferences an event could have, and why it could not have the others: a person's menu."""

from __future__ import annotations

from dataclasses import dataclass

from syncd.core.conference import ConferenceKind
from syncd.core.event import Event
from syncd.core.foreign import carries_teams
from syncd.core.ids import AccountKey, CalendarKey, Provider
from syncd.engine.deps import Deps
from syncd.ports.connections import ConnectionState
from syncd.ports.store import Tx

PLACES = {Provider.GOOGLE: "Google Calendar", Provider.MICROSOFT: "Outlook"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One line of the menu; `connect` is whose account has to be connected first, if that is it."""

    kind: ConferenceKind
    is_available: bool = True
    is_chosen: bool = False
    why_not: str = ""
    connect: Provider | None = None


def choices(
    deps: Deps,
    tx: Tx,
    calendar: CalendarKey,
    *,
    event: Event | None = None,
    chosen: ConferenceKind | None = None,
) -> tuple[Choice, ...]:
    """Give the whole menu of an event, or of a new one in this calendar; `chosen` is what it has."""
    return tuple(
        _choice(deps, tx, calendar, kind, event=event, is_chosen=kind is chosen)
        for kind in ConferenceKind
    )


def _choice(
    deps: Deps,
    tx: Tx,
    calendar: CalendarKey,
    kind: ConferenceKind,
    *,
    event: Event | None,
    is_chosen: bool,
) -> Choice:
    why_not, connect = "", None
    if kind.home not in (None, calendar.provider):
        why_not = f"Only events in {PLACES[kind.home]} can have {kind.label}."
    elif event is not None and carries_teams(event) and kind is not ConferenceKind.TEAMS:
        why_not = "A Teams meeting cannot be taken out of its event."
    elif kind is ConferenceKind.ZOOM:
        why_not, connect = _zoom(deps, tx, calendar.owner)
    return Choice(
        kind=kind,
        is_available=not why_not,
        is_chosen=is_chosen,
        why_not=why_not,
        connect=connect,
    )


def _zoom(deps: Deps, tx: Tx, person: str) -> tuple[str, Provider | None]:
    """Say why a person's events cannot have Zoom, and whether connecting it would help."""
    account = deps.meetings.account(deps.people[person].host)
    row = tx.connections.get(account)
    if row is not None and row.state is ConnectionState.CONNECTED:
        return "", None
    if Provider.ZOOM in deps.by_admin and account.address not in deps.people:
        return "", None
    if account != AccountKey(Provider.ZOOM, person):
        return f"The Zoom account of {account.address} is not connected.", None
    if row is not None:
        return "Zoom is being disconnected.", None
    return "Not connected", Provider.ZOOM

"""One event, as it is now."""

from __future__ import annotations

from syncd.core.event import Event
from syncd.core.ids import EventRef
from syncd.engine.deps import Deps, on_account
from syncd.ports.errors import NotFound


async def read_event(deps: Deps, ref: EventRef) -> Event | None:
    """Read the event itself, never a listing; None when it is gone for certain."""
    with on_account(ref.calendar.account):
        try:
            return await deps.calendar(ref.calendar).get(ref)
        except NotFound:
            return None

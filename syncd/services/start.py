"""The link by which the host starts a meeting: fetched when it is asked for, and kept nowhere."""

from __future__ import annotations

from syncd.core.binding import BindingState
from syncd.core.secret import Secret
from syncd.engine.bond import bond_of, is_host
from syncd.engine.deps import Deps, acting_for
from syncd.engine.events import read_event
from syncd.engine.find import of_person
from syncd.ports.connections import AuditEntry

_STARTS = (BindingState.LINKED, BindingState.CREATING, BindingState.SHARING)


async def start_url(deps: Deps, person: str, wanted: str, *, request_id: str = "") -> Secret:
    """Give it to the host of an event, named as `CALENDAR/ID`, for one redirect.

    LookupError for an event that is not in a calendar of this person's, has no Zoom meeting, or is
    hosted by somebody else; raises the errors of calendar and Zoom too. That it was given is noted.
    """
    ref = of_person(deps, person, wanted)
    event = await read_event(deps, ref)
    if event is None:
        raise LookupError(f"the event {ref} does not exist")
    bond = await deps.store.run(lambda tx: bond_of(deps, tx, event, person))
    is_alive = bond is not None and bond.state in _STARTS
    if bond is None or bond.meeting_id is None or not (is_alive and is_host(deps, bond, person)):
        raise LookupError("only its host can start a meeting, and this is not yours to start")
    with acting_for(deps, bond.host) as zoom:
        url = await zoom.start_url(bond.meeting_id)
    entry = AuditEntry(
        at=deps.clock.now(),
        who=person,
        what="meeting.start_link_given",
        about=str(ref),
        new=str(bond.meeting_id),
        request_id=request_id,
    )
    await deps.store.run(lambda tx: tx.audit.add(entry))
    return url

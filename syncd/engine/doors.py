"""Which Zoom meetings have begun, and which are gone: asked of Zoom now, for the few that are near."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum

from syncd.core.binding import Binding
from syncd.core.conference import ConferenceKind
from syncd.engine.deps import Deps, acting_for
from syncd.engine.doubt import doubt
from syncd.ports.errors import NotFound, ProviderError
from syncd.ports.store import Tx

log = logging.getLogger(__name__)

NEAR = timedelta(hours=24)
"""How far ahead a meeting is asked about; one that is over is not."""

_MOST = 20
_AT_ONCE = 4
# A person waits for the page; without an answer nothing special is shown.
_PATIENCE = 3.0


class Door(StrEnum):
    """How a meeting is at this moment, where there is something to tell."""

    STARTED = "started"
    MISSING = "missing"


async def doors(deps: Deps, bonds: Iterable[Binding]) -> Mapping[int, Door]:
    """Ask about the nearest of these, by meeting id; what Zoom does not answer in time is left out.

    An event whose meeting is gone is due at once: it is told here, and mended by the engine.
    """
    now = deps.clock.now()
    near = [
        bond
        for bond in sorted(bonds, key=lambda one: one.starts_at)
        if bond.conference is ConferenceKind.ZOOM
        and bond.meeting_id is not None
        and bond.starts_at - now <= NEAR
        and bond.ends_at > now
    ][:_MOST]
    found: dict[int, Door] = {}
    lines = asyncio.Semaphore(_AT_ONCE)
    looks = [asyncio.create_task(_look(deps, bond, lines, found)) for bond in near]
    if looks:
        _, late = await asyncio.wait(looks, timeout=_PATIENCE)
        for one in late:
            one.cancel()
    gone = [bond for bond in near if found.get(bond.meeting_id or 0) is Door.MISSING]
    if gone:
        await deps.store.run(lambda tx: _mend(tx, deps, gone))
    return found


async def _look(
    deps: Deps, bond: Binding, lines: asyncio.Semaphore, found: dict[int, Door]
) -> None:
    meeting_id = bond.meeting_id
    assert meeting_id is not None  # noqa: S101 - chosen by it
    async with lines:
        try:
            with acting_for(deps, bond.host) as zoom:
                meeting = await zoom.get(meeting_id)
        except NotFound:
            found[meeting_id] = Door.MISSING
        except ProviderError as error:
            log.info("meeting not looked at", extra={"meeting": meeting_id, "code": error.code})
        else:
            if meeting.has_started:
                found[meeting_id] = Door.STARTED


def _mend(tx: Tx, deps: Deps, gone: Iterable[Binding]) -> None:
    for bond in gone:
        # What was read of it a moment ago may have been replaced since.
        known = tx.bindings.by_meeting(bond.meeting_id or 0)
        if known is not None and known.ref.calendar in deps.watched:
            doubt(tx, known, now=deps.clock.now())

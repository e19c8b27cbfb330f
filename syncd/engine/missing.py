"""A meeting that Zoom does not know is believed to be gone by the second look, a hold-off later (I8).

For events of which nothing is remembered: a binding remembers its first look by itself.
"""

from __future__ import annotations

from datetime import timedelta

from syncd.core.ids import CalendarKey
from syncd.engine.deps import Deps
from syncd.ports.errors import Transient


class NotSureYet(Transient):
    """The meeting may only be unknown for a moment; `look_again` says when to look."""

    def __init__(self, look_again: timedelta) -> None:
        super().__init__(
            "Zoom does not know the meeting whose link stands in the event; it is looked at again",
            code="meeting_unclear",
        )
        self.look_again = look_again


async def believe(deps: Deps, calendar: CalendarKey, meeting_id: int) -> None:
    """Take note that Zoom does not know a meeting; NotSureYet until two looks have agreed.

    One that was deleted here is known to be gone.
    """
    if await deps.store.run(lambda tx: tx.audit.names(str(meeting_id), what="meeting.deleted")):
        return
    now = deps.clock.monotonic()
    first = deps.missing.setdefault(meeting_id, now)
    hold_off = deps.people[calendar.owner].link.hold_off
    left = hold_off - timedelta(seconds=now - first)
    if left > timedelta(0):
        raise NotSureYet(left)


def found(deps: Deps, meeting_id: int) -> None:
    """Take note that Zoom knows it."""
    deps.missing.pop(meeting_id, None)

"""Which calendars may be written, as far as Graph has told.

Events do not say it. A calendar says `canEdit` (Graph, "calendar resource type"), always true in a
mailbox's own first calendar, which is therefore not asked; a write that was refused says it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from syncd.adapters.microsoft import paths
from syncd.adapters.microsoft.client import Graph, Request
from syncd.adapters.microsoft.errors import Purpose
from syncd.core.ids import CalendarKey
from syncd.ports.clock import Clock

_ASK_AGAIN = timedelta(minutes=10)
# An application that lacks the right cannot see that it was given: only another write tells.
_TRY_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Told:
    can_edit: bool
    at: datetime


class Rights:
    """What is known of the rights in all calendars."""

    def __init__(self, graph: Graph, clock: Clock) -> None:
        self._graph = graph
        self._clock = clock
        self._told: dict[CalendarKey, _Told] = {}
        self._refused: dict[CalendarKey, datetime] = {}

    def may_write(self, calendar: CalendarKey) -> bool:
        """Tell whether a write is worth trying; true for what nothing is known of."""
        told, refused_at = self._told.get(calendar), self._refused.get(calendar)
        if told is not None and not told.can_edit:
            return False
        return refused_at is None or self._clock.now() - refused_at >= _TRY_AGAIN

    async def ask(self, calendar: CalendarKey) -> None:
        """Ask for a calendar's rights, unless that was done a moment ago.

        Raises the errors of the ports.
        """
        now, before = self._clock.now(), self._told.get(calendar)
        if calendar.calendar_id == "primary":
            return
        if before is not None and now - before.at < _ASK_AGAIN:
            return
        can_edit = _can_edit(await self._graph.ask(_question(calendar)))
        self._told[calendar] = _Told(can_edit, now)
        if can_edit and before is not None and not before.can_edit:
            self._refused.pop(calendar, None)

    def refused(self, calendar: CalendarKey) -> None:
        """Remember that a write was refused for want of the right."""
        self._refused[calendar] = self._clock.now()


def _question(calendar: CalendarKey) -> Request:
    place = paths.folder(calendar)
    return Request(
        purpose=Purpose.LISTING,
        account=calendar.account,
        path=f"{place.path}?$select=canEdit",
        template=place.template,
    )


def _can_edit(item: Mapping[str, Any]) -> bool:
    """Read the flag; what says nothing forbids nothing."""
    return item.get("canEdit") is not False

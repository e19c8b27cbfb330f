"""Teams meetings as Exchange makes them: whether a calendar may have one, and how one is asked for.

Exchange puts a block of its own into the body when it makes the meeting (Graph, "Create or set an
event as an online meeting"). So as long as there is none, the body may be written together with the
wish: a POST of an event has both, and a PATCH of both was reported to bring back a meeting that
was lost (microsoftgraph/microsoft-graph-docs, issue 9743). Once the meeting is there, a body without
that block disables it (Graph, "Update event"), and the wish is read over.
"""

from __future__ import annotations

import html
from typing import Any

from syncd.adapters.microsoft import conference_errors as errors
from syncd.adapters.microsoft import paths
from syncd.adapters.microsoft.client import Graph, Request
from syncd.adapters.microsoft.errors import Purpose, garbled
from syncd.adapters.microsoft.reading import texts
from syncd.core.event import Event, EventChange, NativeKind
from syncd.core.ids import CalendarKey

_TEAMS = "teamsForBusiness"
_ALLOWED = "allowedOnlineMeetingProviders"
_WISH = {"isOnlineMeeting": True, "onlineMeetingProvider": _TEAMS}


class TeamsWish:
    """Asks for a Teams meeting in an event."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        # Only a yes is kept: an admin may turn a no into one, and asks nobody to restart.
        self._allowing: set[CalendarKey] = set()

    async def fields(self, event: Event, change: EventChange) -> dict[str, Any]:
        """Give what a PATCH needs besides, which is nothing for an event that has the meeting.

        Forbidden `teams_not_allowed` when the calendar may not have one; Permanent
        `teams_untouchable` when the new body would lose the one that is there.
        """
        if _has_teams(event):
            _check_body(event, change)
            return {}
        await self._check_allowed(event.ref.calendar)
        return dict(_WISH)

    async def _check_allowed(self, calendar: CalendarKey) -> None:
        if calendar in self._allowing:
            return
        told = await self._graph.ask(self._question(calendar))
        if not isinstance(told.get(_ALLOWED), list | None):
            raise garbled(Purpose.READ)
        if _TEAMS not in texts(told, _ALLOWED):
            raise errors.teams_not_allowed(calendar.owner)
        self._allowing.add(calendar)

    def _question(self, calendar: CalendarKey) -> Request:
        place = paths.folder(calendar)
        return Request(
            purpose=Purpose.READ,
            account=calendar.account,
            path=f"{place.path}?$select={_ALLOWED}",
            template=place.template,
        )


def check_answer(after: Event) -> None:
    """Judge by the answer: Exchange reads over what it does not want, and says 200.

    Forbidden `teams_refused` when no Teams meeting is there nor being made; whatever else the
    change had is written all the same.
    """
    if not _has_teams(after):
        raise errors.teams_refused(after.ref.calendar.owner)


def _has_teams(event: Event) -> bool:
    native = event.native
    if native is None or native.kind is not NativeKind.TEAMS:
        return False
    return bool(native.url) or native.pending


def _check_body(event: Event, change: EventChange) -> None:
    url = event.native.url if event.native is not None else ""
    if change.body is None or (url and url in html.unescape(change.body.text)):
        return
    raise errors.teams_body()

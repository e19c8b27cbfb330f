"""One row for each of Google Calendar, Outlook, Zoom, Google Meet and Teams."""

from __future__ import annotations

from starlette.responses import Response

from syncd.web.pages.flashes import flash
from syncd.web.visit import Visit


async def show(visit: Visit) -> Response:
    """Show how a person's accounts are."""
    cards = await visit.door.settings(visit.person)
    return visit.page(
        "settings",
        calendars=[card for card in cards if card.service.is_calendar],
        conferences=[card for card in cards if not card.service.is_calendar],
        zone=await visit.door.zone(visit.person),
        flash=flash(visit),
    )

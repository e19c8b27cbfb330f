"""Choosing which calendars of an account are served."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import Response

from syncd.core.ids import Provider
from syncd.web.pages.flashes import flash, told
from syncd.web.texts import text
from syncd.web.visit import Visit


async def show(visit: Visit) -> Response:
    """Show the calendars that the person may write."""
    provider = _provider(visit)
    offered = await visit.door.calendars(visit.person, provider)
    return visit.page("calendars", provider=provider, offered=offered, error="", flash=flash(visit))


async def choose(visit: Visit) -> Response:
    """Serve those that are ticked."""
    provider = _provider(visit)
    offered = await visit.door.calendars(visit.person, provider)
    ticked = frozenset(visit.form.all("calendar"))
    ids = tuple(one.id for one in offered if one.id in ticked)
    if not ids or len(ids) < len(ticked):
        return visit.page(
            "calendars",
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            provider=provider,
            offered=offered,
            error=text("calendars.none_chosen" if not ticked else "calendars.unknown"),
            flash="",
        )
    await visit.door.choose_calendars(visit.person, provider, ids, request_id=visit.request_id)
    return visit.go(told("/settings", "calendars_chosen"))


def _provider(visit: Visit) -> Provider:
    provider = visit.provider
    if provider is Provider.ZOOM:
        raise LookupError("Zoom has no calendars")
    return provider

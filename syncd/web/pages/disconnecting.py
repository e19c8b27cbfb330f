"""Disconnecting, in two steps: what will happen, and then that it does."""

from __future__ import annotations

from starlette.responses import Response

from syncd.web.pages.flashes import told
from syncd.web.visit import Visit


async def show(visit: Visit) -> Response:
    """Say what will happen, and ask."""
    parting = await visit.door.parting(visit.person, visit.provider)
    return visit.page("disconnect", provider=visit.provider, parting=parting)


async def confirm(visit: Visit) -> Response:
    """Do it."""
    removes = visit.form.raw("links") == "remove"
    parting = await visit.door.parting(visit.person, visit.provider)
    is_ended = await visit.door.disconnect(
        visit.person, visit.provider, remove_links=removes, request_id=visit.request_id
    )
    if removes and parting.links:
        return visit.go(told("/settings", "leaving"))
    if not parting.revokes:
        return visit.go(told("/settings", f"erased_{visit.provider}"))
    return visit.go(told("/settings", "disconnected" if is_ended else "not_confirmed"))

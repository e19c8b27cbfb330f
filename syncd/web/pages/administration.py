"""What admins see: accounts, calendars, meetings, budgets, and who did what."""

from __future__ import annotations

from starlette.responses import Response

from syncd.web.pages.flashes import flash, told
from syncd.web.visit import Visit

_ROWS = 100
_LONGEST_NUMBER = 15


async def show(visit: Visit) -> Response:
    """Show how everything is."""
    overview = await visit.door.overview()
    return visit.page("admin", overview=overview, flash=flash(visit))


async def resume(visit: Visit) -> Response:
    """Let the removals of a paused account go ahead."""
    await visit.door.resume(
        visit.form.text("account"), who=visit.person, request_id=visit.request_id
    )
    return visit.go(told("/admin", "resumed"))


async def audit(visit: Visit) -> Response:
    """Show the audit log, the newest first."""
    word = visit.query("before")
    is_number = word.isascii() and word.isdigit() and len(word) <= _LONGEST_NUMBER
    page = await visit.door.audit(before=int(word) if is_number else None, limit=_ROWS)
    older = page.rows[-1].number if len(page.rows) == _ROWS else None
    return visit.page("audit", audit=page, older=older)

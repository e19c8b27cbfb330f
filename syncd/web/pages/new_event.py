"""A new event, saved to Google or Outlook together with its link."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus

from starlette.responses import Response

from syncd.core.zones import zone_named
from syncd.web.door import Refused
from syncd.web.event_form import FIELDS, checked
from syncd.web.pages.flashes import told
from syncd.web.visit import Visit

_SOON = timedelta(hours=1)


async def show(visit: Visit) -> Response:
    """Show an empty form, from the next full hour on."""
    zone = await visit.door.zone(visit.person)
    now = visit.site.clock.now()
    local = now.astimezone(zone_named(zone)) if zone_named(zone) else now
    begin = local.replace(minute=0, second=0, microsecond=0, tzinfo=None) + _SOON
    values = dict.fromkeys(FIELDS, "") | {
        "start": _field(begin),
        "end": _field(begin + _SOON / 2),
        "zone": zone,
        "kind": "zoom",
    }
    return await _form(visit, values, {}, key=secrets.token_urlsafe(16))


async def make(visit: Visit) -> Response:
    """Make it, once for every form however often it is sent."""
    values = {name: visit.form.text(name) for name in FIELDS}
    key = visit.form.text("key")[:64] or secrets.token_urlsafe(16)
    form, errors = checked(values)
    if form is None:
        return await _form(visit, values, errors, key=key)
    if form.calendar not in {one.key for one in await visit.door.writable(visit.person)}:
        raise LookupError("that calendar is not this person's")
    try:
        await visit.door.new_event(visit.person, form, key=key, request_id=visit.request_id)
    except Refused as refusal:
        words = f"{refusal.message} {refusal.remedy}".strip()
        return await _form(visit, values, {refusal.field or "form": words}, key=key)
    day = form.start.date().isoformat()
    return visit.go(told(f"/calendar?date={day}", "event_made"))


async def _form(
    visit: Visit, values: Mapping[str, str], errors: Mapping[str, str], *, key: str
) -> Response:
    return visit.page(
        "new_event",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        calendars=await visit.door.writable(visit.person),
        values=values,
        errors=errors,
        key=key,
    )


def _field(moment: datetime) -> str:
    """Write a moment as a browser's field for dates and times takes it."""
    return f"{moment:%Y-%m-%dT%H:%M}"

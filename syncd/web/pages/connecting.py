"""Connecting an account: what is asked for and why, then the provider's own page, then back."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from starlette.responses import Response

from syncd.core.ids import Provider
from syncd.ports.oauth import ConsentRefused
from syncd.web.browsers import hand_out, new_cookie, session_id
from syncd.web.failures import refused_consent, status_page
from syncd.web.local_paths import local_path
from syncd.web.pages.flashes import told
from syncd.web.texts import PROVIDER_NAMES
from syncd.web.views import Connected
from syncd.web.visit import Visit

_PURPOSE = "connect"


async def show(visit: Visit) -> Response:
    """Explain every permission; without leave of the admin there is nothing to press."""
    offer = await visit.door.offer(visit.person, visit.provider)
    status = HTTPStatus.OK if offer.is_permitted else HTTPStatus.FORBIDDEN
    return visit.page("connect", status=status, offer=offer, next=visit.query("next"))


async def begin(visit: Visit) -> Response:
    """Send the browser to the provider, in the same tab."""
    offer = await visit.door.offer(visit.person, visit.provider)
    if not offer.is_permitted:
        return visit.page("connect", status=HTTPStatus.FORBIDDEN, offer=offer, next="")
    wanted = visit.form.text("next")
    url = await visit.door.begin_connect(
        offer.provider,
        person=visit.person,
        session=visit.session_id,
        redirect_uri=visit.site.settings.redirect_uri(_PURPOSE, offer.provider),
        after=local_path(wanted) if wanted else "/settings",
    )
    return visit.leave(url, to=PROVIDER_NAMES[offer.provider])


async def finish(visit: Visit) -> Response:
    """Take what the provider sent along; the browser's cookie changes with its rights."""
    try:
        came = await visit.door.finish_connect(
            visit.provider,
            person=visit.person,
            session=visit.session_id,
            answer=dict(visit.request.query_params),
            redirect_uri=visit.site.settings.redirect_uri(_PURPOSE, visit.provider),
            request_id=visit.request_id,
        )
    except LookupError:
        return status_page(visit, HTTPStatus.BAD_REQUEST, about="old_consent")
    except ConsentRefused as refusal:
        return refused_consent(visit, refusal)
    answer = visit.go(_onward(came))
    if visit.session is not None:
        cookie = new_cookie()
        row = replace(visit.session, id=session_id(cookie))
        await visit.door.save_session(row, instead_of=visit.session.id)
        hand_out(answer, cookie)
    return answer


def _onward(came: Connected) -> str:
    word = "connected_partly" if came.missing else "connected"
    if came.provider is Provider.ZOOM:
        return told(local_path(came.after), word)
    return told(f"/calendars/{came.provider}", word)

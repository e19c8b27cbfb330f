"""Signing in with Google or Microsoft, and out again."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import Response

from syncd.core.ids import Provider
from syncd.ports.connections import SessionRow
from syncd.ports.oauth import ConsentRefused
from syncd.web.browsers import hand_out, new_cookie, session_id, take_back
from syncd.web.failures import refused_consent, status_page
from syncd.web.local_paths import HOME, local_path
from syncd.web.pages.flashes import flash, told
from syncd.web.texts import PROVIDER_NAMES
from syncd.web.visit import Visit

_PURPOSE = "sign-in"


async def home(visit: Visit) -> Response:
    """Lead to the first page of use."""
    return visit.go(HOME if visit.session else "/sign-in")


async def show(visit: Visit) -> Response:
    """Offer the ways to sign in."""
    after = local_path(visit.query("next"))
    if visit.session:
        return visit.go(after)
    return visit.page(
        "sign_in", providers=visit.site.settings.sign_in, next=after, flash=flash(visit)
    )


async def begin(visit: Visit) -> Response:
    """Send the browser to the provider."""
    provider = _provider(visit)
    url = await visit.door.begin_sign_in(
        provider,
        session=visit.session_id,
        redirect_uri=visit.site.settings.redirect_uri(_PURPOSE, provider),
        after=local_path(visit.form.text("next")),
    )
    return visit.leave(url, to=PROVIDER_NAMES[provider])


async def finish(visit: Visit) -> Response:
    """Take what the provider sent along, and give the browser a session and a new cookie."""
    provider = _provider(visit)
    try:
        came = await visit.door.finish_sign_in(
            provider,
            session=visit.session_id,
            answer=dict(visit.request.query_params),
            redirect_uri=visit.site.settings.redirect_uri(_PURPOSE, provider),
        )
    except LookupError:
        return status_page(visit, HTTPStatus.BAD_REQUEST, about="old_consent")
    except ConsentRefused as refusal:
        return refused_consent(visit, refusal)
    cookie, now = new_cookie(), visit.site.clock.now()
    row = SessionRow(
        id=session_id(cookie),
        person=came.person,
        provider=came.provider,
        begun_at=now,
        seen_at=now,
    )
    await visit.door.save_session(row, instead_of=visit.session_id)
    answer = visit.go(local_path(came.after))
    hand_out(answer, cookie)
    return answer


async def sign_out(visit: Visit) -> Response:
    """End the session for good."""
    await visit.door.end_session(visit.session_id)
    answer = visit.go(told("/sign-in", "signed_out"))
    take_back(answer)
    return answer


def _provider(visit: Visit) -> Provider:
    provider = visit.provider
    if provider not in visit.site.settings.sign_in:
        raise LookupError("nobody signs in there")
    return provider

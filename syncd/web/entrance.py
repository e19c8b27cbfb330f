"""The way in to every page: who is it, may they, and did a form of ours send it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from syncd.ports.connections import SessionRow
from syncd.web.browsers import (
    SEEN_EVERY,
    cookie_of,
    hand_out,
    is_form_token,
    is_over,
    new_cookie,
    session_id,
)
from syncd.web.failures import known_failure, status_page
from syncd.web.forms import read_form
from syncd.web.local_paths import local_path
from syncd.web.origins import is_own_form
from syncd.web.visit import Page, Site, Visit, Who

log = logging.getLogger(__name__)

TOKEN_FIELD = "form_token"  # noqa: S105 - the name of a field


@dataclass(frozen=True, slots=True)
class Entrance:
    """One page behind its checks, as Starlette calls it. What is not allowed here is denied."""

    site: Site
    page: Page

    async def __call__(self, request: Request) -> Response:
        """Answer one request."""
        sent = cookie_of(request)
        visit = Visit(site=self.site, request=request, cookie=sent or new_cookie())
        try:
            if sent is not None:
                visit = replace(visit, session=await _session(self.site, sent))
            answer = await self._answer(visit)
        except Exception as error:
            known = known_failure(visit, error)
            if known is None:
                raise
            answer = known
        # Somebody who is not signed in, and has no cookie, gets one for the forms of this page.
        if sent is None and request.method == "GET" and "set-cookie" not in answer.headers:
            hand_out(answer, visit.cookie)
        return answer

    async def _answer(self, visit: Visit) -> Response:
        is_unsafe = visit.request.method != "GET"
        if is_unsafe and not is_own_form(visit.request, self.site.settings):
            return _refused(visit, self.page, "foreign_form")
        if self.page.who is not Who.ANYBODY and visit.session is None:
            return _sign_in_first(visit)
        if is_unsafe:
            form = await _form(visit, self.page)
            if isinstance(form, Response):
                return form
            visit = form
        if self.page.who is Who.ADMIN and not visit.is_admin:
            return _refused(visit, self.page, "admins_only")
        return await self.page.endpoint(visit)


async def _session(site: Site, cookie: str) -> SessionRow | None:
    row = await site.door.session(session_id(cookie))
    now = site.clock.now()
    if row is None or not row.person:
        return None
    if is_over(row, now):
        await site.door.end_session(row.id)
        return None
    if now - row.seen_at >= SEEN_EVERY:
        row = replace(row, seen_at=now)
        await site.door.save_session(row)
    return row


def _refused(visit: Visit, page: Page, why: str) -> Response:
    """Refuse, and say so in the log: whoever is signed in tried what is not theirs (ASVS 16.3.2)."""
    person = visit.session.person if visit.session else ""
    told = {"why": why, "page": f"{page.method} {page.path}", "person": person}
    log.warning("request refused", extra={**told, "request": visit.request_id})
    return status_page(visit, HTTPStatus.FORBIDDEN, about=why)


async def _form(visit: Visit, page: Page) -> Visit | Response:
    try:
        body = await visit.request.body()
        form = read_form(visit.request.headers.get("content-type", ""), body)
    except ValueError:
        return status_page(visit, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if not is_form_token(visit.cookie, form.raw(TOKEN_FIELD)):
        return _refused(visit, page, "old_form")
    return replace(visit, form=form)


def _sign_in_first(visit: Visit) -> Response:
    url = visit.request.url
    wanted = f"{url.path}?{url.query}" if url.query else url.path
    return visit.page(
        "sign_in",
        status=HTTPStatus.UNAUTHORIZED,
        providers=visit.site.settings.sign_in,
        next=local_path(wanted if visit.request.method == "GET" else ""),
    )

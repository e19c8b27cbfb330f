"""Pages that say why there is no other page: a sentence, a remedy, and an id for support."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import Response

from syncd.ports.errors import AuthLost, Forbidden, NotFound, ProviderError, RateLimited, Transient
from syncd.ports.oauth import ConsentRefused
from syncd.web.door import Refused
from syncd.web.texts import has_text, text
from syncd.web.visit import Visit

_ASK_ADMIN = frozenset(
    {"admin_approval_needed", "app_not_approved", "app_unverified", "not_allowed"}
)
"""Refusals that only an administrator can lift."""


def status_page(visit: Visit, status: HTTPStatus, *, about: str = "") -> Response:
    """Make the page of a status; `about` names more exact words for it."""
    key = f"failure.{about or status.value}"
    known = key if has_text(f"{key}.title") else "failure.other"
    return failure_page(visit, status, title=text(f"{known}.title"), remedy=text(f"{known}.remedy"))


def failure_page(
    visit: Visit,
    status: HTTPStatus,
    *,
    title: str,
    remedy: str = "",
    link: str = "",
    asks_admin: bool = False,
) -> Response:
    """Make a page of one sentence and its remedy."""
    return visit.page(
        "failure", status=status, title=title, remedy=remedy, link=link, asks_admin=asks_admin
    )


def known_failure(visit: Visit, error: Exception) -> Response | None:
    """Make the page of an error that is meant for people; None for a bug."""
    if type(error) is LookupError:
        # A KeyError would be a bug of ours.
        return status_page(visit, HTTPStatus.NOT_FOUND)
    if isinstance(error, ConsentRefused):
        return refused_consent(visit, error)
    if isinstance(error, Refused):
        return failure_page(visit, HTTPStatus.CONFLICT, title=error.message, remedy=error.remedy)
    if isinstance(error, ProviderError):
        return failure_page(visit, _status(error), title=error.message, remedy=error.remedy)
    return None


def refused_consent(visit: Visit, error: ConsentRefused) -> Response:
    """Make the page of a consent that was not given."""
    status = HTTPStatus.FORBIDDEN if error.code == "not_allowed" else HTTPStatus.BAD_REQUEST
    return failure_page(
        visit,
        status,
        title=error.message,
        remedy=error.remedy,
        link=error.link,
        asks_admin=error.code in _ASK_ADMIN,
    )


def _status(error: ProviderError) -> HTTPStatus:
    if isinstance(error, Transient | RateLimited):
        return HTTPStatus.SERVICE_UNAVAILABLE
    if isinstance(error, NotFound):
        return HTTPStatus.NOT_FOUND
    if isinstance(error, AuthLost | Forbidden):
        return HTTPStatus.CONFLICT
    return HTTPStatus.BAD_GATEWAY

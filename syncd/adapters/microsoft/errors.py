"""Graph's refusals as the errors of the ports: the only place that reads them.

Codes are those of the error resource, compared in lower case because Graph's own spelling varies.
Nothing of Graph's messages is passed on: they may quote the event.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from http import HTTPStatus

from syncd.adapters.http import Answer, Garbled, retry_after
from syncd.adapters.microsoft.known_errors import KNOWN, KNOWN_OF_OWN, forbids_writing
from syncd.ports.errors import (
    AuthLost,
    CursorExpired,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    Permanent,
    ProviderError,
    RateLimited,
    Stale,
    Transient,
)


class Purpose(StrEnum):
    """What a call is for; the same answer means different things to each."""

    LISTING = "listing"
    """The first page of a round."""
    DELTA = "delta"
    """A page by a link that Graph gave."""
    READ = "read"
    WRITE = "write"
    CREATE = "create"


# All three are named in the delta query documentation or were met in its place.
_SYNC_LOST = frozenset({"syncstatenotfound", "resyncrequired", "syncstateinvalid"})
_BUSY = frozenset(
    {
        "applicationthrottled",
        "toomanyrequests",
        "activitylimitreached",
        "errorserverbusy",
        "servicenotavailable",
        "serviceunavailable",
    }
)
_WRITES = (Purpose.WRITE, Purpose.CREATE)
_GONE = frozenset({"erroritemnotfound", "itemnotfound"})
# The second answers a POST whose transactionId was used before.
_CONFLICTS = frozenset({"errorirresolvableconflict", "errorduplicatetransactionid"})
_REDIRECTING = range(300, 400)
_REFUSING = range(400, 500)
# 404 and 410 among them: only the codes of a missing item make it certain that it is gone.
_PASSING = frozenset({404, 408, 409, 410, 423, 425})


def refusal(
    answer: Answer, *, purpose: Purpose, now: datetime, is_own: bool = False
) -> ProviderError:
    """Say what an answer without the wanted content means; `now` is aware.

    A write always goes out under If-Match, or makes something new. `is_own` when the call went by
    the person's own consent.
    """
    code = error_code(answer)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS or (
        answer.status == HTTPStatus.SERVICE_UNAVAILABLE and code in _BUSY
    ):
        return RateLimited(
            "Outlook asks to wait.",
            code="rate_limited",
            retry_after=retry_after(answer.headers, now),
        )
    if purpose is Purpose.DELTA and _sync_is_lost(answer.status, code):
        return CursorExpired("Outlook no longer knows this cursor.", code="cursor_expired")
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return KNOWN[code].error() if code in KNOWN else _token_refused(is_own=is_own)
    if (meant := _meant(code, purpose, is_own=is_own)) is not None:
        return meant
    if not (code and answer.status in _REFUSING):
        return _uncertain(answer.status, purpose)
    return _refused(answer.status, code, purpose)


def _meant(code: str, purpose: Purpose, *, is_own: bool) -> ProviderError | None:
    """Give what a code means in a write, or of an account that its owner connected."""
    read_only = forbids_writing(code) if purpose is Purpose.WRITE else None
    own = KNOWN_OF_OWN.get(code) if is_own else None
    return read_only or (own.error() if own is not None else None)


def error_code(answer: Answer) -> str:
    """Give the code in Graph's error body, in lower case; empty when the body is not Graph's."""
    try:
        body = answer.json()
    except Garbled:
        return ""
    error = body.get("error") if isinstance(body, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code.lower() if isinstance(code, str) else ""


def garbled(purpose: Purpose) -> ProviderError:
    """Say that an answer of success cannot be understood: a write has happened all the same."""
    kind = OutcomeUnknown if purpose in _WRITES else Transient
    return kind("Outlook's answer cannot be understood.", code="garbled")


def foreign_link() -> ProviderError:
    """Say that a page links to somewhere else; our token never goes there."""
    return Permanent(
        "Outlook's answer leads to another address.",
        code="redirected",
        remedy="See that microsoft.api_base is the address of Graph itself.",
    )


def endless_round() -> ProviderError:
    """Say that a round of pages does not come to its end."""
    return Transient("Outlook's list of changes does not end.", code="endless_list")


def no_cursor() -> ProviderError:
    """Say that the last page of a round has no deltaLink."""
    return Transient("Outlook's list of changes has no end.", code="no_cursor")


def unreadable_event(problem: str) -> ProviderError:
    """Say that an event as Graph shows it lacks what every event has; `problem` says what."""
    return Permanent(
        f"The event cannot be understood: {problem}.",
        code="unreadable",
        remedy="Open it in Outlook and save it again.",
    )


def _sync_is_lost(status: int, code: str) -> bool:
    # A 400 is about the token in the link, whatever its code: nothing else in it is ours.
    if status == HTTPStatus.GONE:
        return True
    return status in _REFUSING and (code in _SYNC_LOST or status == HTTPStatus.BAD_REQUEST)


def _token_refused(*, is_own: bool) -> ProviderError:
    if is_own:
        return AuthLost(
            "Outlook does not accept the token of this account.",
            code="token_refused",
            remedy="Connect Outlook again; if that does not help, ask the admin of syncd whether "
            "microsoft.login_base and api_base belong together.",
        )
    return AuthLost(
        "Graph does not accept the application's token.",
        code="token_refused",
        remedy="See in Entra that the application is enabled, and that microsoft.tenant, "
        "login_base and api_base belong together.",
    )


def _uncertain(status: int, purpose: Purpose) -> ProviderError:
    """Judge what is no clear word of Graph: server errors, gateways, redirects, other pages."""
    if purpose in _WRITES:
        return OutcomeUnknown(
            f"Outlook's answer to a write was {status}.", code="no_certain_answer"
        )
    if status in _REDIRECTING:
        return Permanent(
            "Outlook's address leads elsewhere.",
            code="redirected",
            remedy="See that microsoft.api_base is the address of Graph itself.",
        )
    return Transient(f"Outlook answered {status}.", code="provider_down")


def _refused(status: int, code: str, purpose: Purpose) -> ProviderError:
    if code in _GONE:
        return _gone(purpose)
    if code in KNOWN:
        return KNOWN[code].error()
    if status == HTTPStatus.PRECONDITION_FAILED or code in _CONFLICTS:
        return _conflict(purpose)
    if status == HTTPStatus.REQUEST_TIMEOUT and purpose in _WRITES:
        return _uncertain(status, purpose)
    if status in _PASSING:
        return Transient(f"Outlook answered {status} ({code}).", code="provider_down")
    kind = Forbidden if status == HTTPStatus.FORBIDDEN else Permanent
    return kind(
        f"Outlook refuses it ({code}).",
        code="refused",
        remedy="See whether the event can be changed in Outlook itself.",
    )


def _gone(purpose: Purpose) -> ProviderError:
    if purpose in (Purpose.LISTING, Purpose.DELTA, Purpose.CREATE):
        return NotFound(
            "The calendar does not exist.",
            code="calendar_gone",
            remedy="Take it out of the configuration, or give its new id.",
        )
    return NotFound("The event does not exist any more.", code="event_gone")


def _conflict(purpose: Purpose) -> ProviderError:
    if purpose in _WRITES:
        return Stale("The event was changed meanwhile.", code="event_changed")
    # Graph has been seen to answer so without any condition in the request.
    return Transient("Outlook reports a conflict.", code="provider_down")

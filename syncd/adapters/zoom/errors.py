"""The one place where Zoom's answers become errors of ports.

Sources: Zoom Meeting API reference (responses of each operation), Rate limits, OAuth error codes.
"""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from syncd.adapters.http import Answer, Garbled, retry_after
from syncd.ports.errors import (
    AuthLost,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    Permanent,
    ProviderError,
    RateLimited,
    Transient,
)

MEETING_OVER = 3007
TOKEN_REFUSED = 124
HOST_UNKNOWN = (1001, 1010)

APP_REMEDY = (
    "Look at the app in the Zoom App Marketplace: is it activated, and do account_id, client_id and "
    "client_secret under zoom: belong to it?"
)
_LOOK_IN_ZOOM = "Look at this meeting in Zoom, and change the event; syncd looks again then."
HOST_REMEDY = "Map the host under people: or invite that user to the Zoom account."

_SCOPES = re.compile(r"does not contain scopes:?\s*\[([^\]]*)\]")
_WEBINAR = re.compile(r"cannot access webinar", re.IGNORECASE)
_DAILY = re.compile(r"daily rate limit|created/updated for a single user in one day", re.IGNORECASE)
_UNIX = re.compile(r"\d{9,11}", re.ASCII)
_LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Problem:
    """Zoom's own JSON error: its code, its text, and the fields it names."""

    code: int
    text: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: type[ProviderError]
    _: KW_ONLY
    code: str
    remedy: str = ""


_RULES = {
    200: _Rule(
        Forbidden,
        code="zoom_no_permission",
        remedy="Give the owner of the app a role in Zoom that may edit the meetings of others.",
    ),
    300: _Rule(
        Permanent,
        code="zoom_invalid",
        remedy="Change what Zoom names in the event; syncd looks again then.",
    ),
    1120: _Rule(
        Forbidden, code="zoom_host_unknown", remedy="Have that user accept Zoom's invitation mail."
    ),
    3000: _Rule(Permanent, code="zoom_refused", remedy=_LOOK_IN_ZOOM),
    3001: _Rule(NotFound, code="zoom_meeting_gone"),
    3002: _Rule(
        Transient,
        code="zoom_meeting_running",
        remedy="It is tried again until the meeting is over.",
    ),
    3003: _Rule(Permanent, code="zoom_not_host", remedy="Look at who hosts this meeting in Zoom."),
    3161: _Rule(
        Forbidden,
        code="zoom_host_not_allowed",
        remedy="Allow that user to schedule meetings in Zoom.",
    ),
    4700: _Rule(AuthLost, code="zoom_auth", remedy=APP_REMEDY),
}


def read_problem(answer: Answer) -> Problem | None:
    """Read Zoom's JSON error; None when the body is something else."""
    try:
        body = answer.json()
    except Garbled:
        return None
    if not isinstance(body, dict):
        return None
    # Some of Zoom's services say errorCode and errorMessage.
    code = body.get("code", body.get("errorCode"))
    if not isinstance(code, int) or isinstance(code, bool):
        return None
    text = body.get("message", body.get("errorMessage", ""))
    return Problem(code, tidy(text), _fields(body.get("errors")))


def token_refused(answer: Answer) -> bool:
    """Whether Zoom says that the access token is no longer good: nothing was done."""
    problem = read_problem(answer)
    if problem is None or not _is_refusal(answer.status):
        return False
    return answer.status == HTTPStatus.UNAUTHORIZED or problem.code == TOKEN_REFUSED


def error_of(answer: Answer, *, now: datetime, host: str = "the host") -> ProviderError:
    """Say what an answer that is not the expected one means; `host` is whom the call was for."""
    problem = read_problem(answer)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS or _is_daily_cap(answer, problem):
        return _limited(answer, problem, now)
    if problem is not None and _is_refusal(answer.status):
        return _refused(answer.status, problem, host)
    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
        return Permanent(
            "Zoom's address leads elsewhere.",
            code="redirected",
            remedy="See that zoom.api_base and zoom.oauth_base are the addresses of Zoom itself.",
        )
    is_down = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return Transient(
        f"Zoom gave no usable answer (status {answer.status}).",
        code="zoom_unavailable" if is_down else "garbled",
    )


def create_error_of(answer: Answer, *, now: datetime, host: str) -> ProviderError:
    """Say what an answer to a create means: whatever is not a certain no may have happened."""
    problem = read_problem(answer)
    limited = answer.status == HTTPStatus.TOO_MANY_REQUESTS or _is_daily_cap(answer, problem)
    if limited or (problem is not None and _is_refusal(answer.status)):
        return error_of(answer, now=now, host=host)
    return outcome_unknown(answer.status)


def outcome_unknown(status: int) -> OutcomeUnknown:
    """Say that a meeting may have been made."""
    return OutcomeUnknown(
        f"Zoom did not say whether the meeting was made (status {status}).", code="zoom_unclear"
    )


def garbled(what: str) -> Transient:
    """Say that an answer lacks what Zoom documents."""
    return Transient(f"Zoom's answer cannot be understood: {what}.", code="garbled")


def auth_lost(text: str) -> AuthLost:
    """Say that the app's credentials or its token are no longer accepted."""
    return AuthLost(f"Zoom does not accept the app: {text}", code="zoom_auth", remedy=APP_REMEDY)


def host_elsewhere(host: str) -> Forbidden:
    """Say that a person's own account does not act for this host."""
    return Forbidden(
        f"Zoom: {host} is not whose own account is connected.",
        code="zoom_host_unknown",
        remedy="Have that host connect Zoom, or map another one under people:.",
    )


def host_unknown(host: str) -> Forbidden:
    """Say that this host is nobody in the account."""
    text = f"Zoom: {host} is not a user of this Zoom account."
    return Forbidden(text, code="zoom_host_unknown", remedy=HOST_REMEDY)


def scope_missing(listed: str) -> Forbidden:
    """Say which scopes the app, or a person's consent to it, does not have; `,` between them."""
    scopes = ", ".join(part.strip() for part in listed.split(",") if part.strip())
    return Forbidden(
        f"Zoom: the app lacks a scope: {scopes or 'Zoom does not say which'}.",
        code="zoom_scope_missing",
        remedy="Add it under Scopes of the app in the Zoom App Marketplace; "
        "whoever connected Zoom themselves connects it again.",
    )


def not_connected() -> AuthLost:
    """Say that nobody let us act for this host."""
    return AuthLost(
        "Zoom is not connected.",
        code="zoom_not_connected",
        remedy="Connect it on the page, or with `syncd accounts connect zoom`.",
    )


def tidy(text: object) -> str:
    """Make a foreign text fit for one line that a person reads."""
    printable = "".join(each if each.isprintable() else " " for each in str(text))
    return " ".join(printable.split())[:_LONGEST_TEXT] or "no reason given."


def _is_refusal(status: int) -> bool:
    return HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR


def _is_daily_cap(answer: Answer, problem: Problem | None) -> bool:
    # The cap of a host has been answered with 429 and with 300.
    known = answer.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.MULTIPLE_CHOICES)
    said = problem is not None and _DAILY.search(problem.text) is not None
    return known and (said or answer.headers.get("x-ratelimit-type", "").lower() == "daily-limit")


def _limited(answer: Answer, problem: Problem | None, now: datetime) -> RateLimited:
    if _is_daily_cap(answer, problem):
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return RateLimited(
            "Zoom: the limit of this day is used up.",
            code="zoom_daily_limit",
            remedy="It ends at 00:00 UTC; syncd goes on by itself.",
            retry_after=midnight - now,
        )
    wait = retry_after(answer.headers, now) or _reset(answer, now) or timedelta(seconds=1)
    return RateLimited("Zoom asks to go slower.", code="zoom_rate_limit", retry_after=wait)


def _reset(answer: Answer, now: datetime) -> timedelta | None:
    """Read X-RateLimit-Reset, seconds of Unix time, of limits per second; an hour at most."""
    text = answer.headers.get("x-ratelimit-reset", "").strip()
    if not _UNIX.fullmatch(text):
        return None
    wait = timedelta(seconds=int(text) - now.timestamp())
    return min(wait, timedelta(hours=1)) if wait > timedelta(0) else None


def _refused(status: int, problem: Problem, host: str) -> ProviderError:
    if (missing := _SCOPES.search(problem.text)) or problem.code == 4711:  # noqa: PLR2004 - Zoom's
        return scope_missing(missing[1] if missing else "")
    if status == HTTPStatus.UNAUTHORIZED or problem.code == TOKEN_REFUSED:
        return auth_lost(problem.text)
    if problem.code in HOST_UNKNOWN:
        return host_unknown(host)
    return _by_rule(_special(problem) or _general(status, problem), problem)


def _special(problem: Problem) -> _Rule | None:
    """Name a refusal that somebody waits for: codes 300 and 3000 stand for many things."""
    if problem.code == 3000 and _WEBINAR.search(problem.text):  # noqa: PLR2004 - Zoom's
        return _Rule(Permanent, code="zoom_is_webinar", remedy=_LOOK_IN_ZOOM)
    if problem.code != 300:  # noqa: PLR2004 - Zoom's
        return None
    if "timezone" in problem.fields:
        return _Rule(Permanent, code="zoom_timezone", remedy="Choose another time zone.")
    if any(field.partition(".")[0] == "recurrence" for field in problem.fields):
        return _Rule(
            Permanent, code="zoom_recurrence", remedy="Choose another way for it to repeat."
        )
    if "`occurrence_id`" in problem.text:
        return _Rule(Permanent, code="zoom_occurrence_gone", remedy=_LOOK_IN_ZOOM)
    return None


def _general(status: int, problem: Problem) -> _Rule:
    rule = _RULES.get(problem.code, _RULES[3000])
    is_certain = rule.kind is not NotFound or status == HTTPStatus.NOT_FOUND
    return rule if is_certain else _RULES[3000]


def _by_rule(rule: _Rule, problem: Problem) -> ProviderError:
    named = f" ({', '.join(problem.fields)})" if problem.fields else ""
    return rule.kind(f"Zoom: {problem.text}{named}", code=rule.code, remedy=rule.remedy)


def _fields(errors: Any) -> tuple[str, ...]:
    if not isinstance(errors, list):
        return ()
    return tuple(
        tidy(each["field"]) for each in errors if isinstance(each, dict) and each.get("field")
    )

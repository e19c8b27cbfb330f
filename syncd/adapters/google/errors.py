"""The one place where Google's refusals become the errors of ports.

Reasons and what to do about them: Google Calendar API, "Handle API errors" and "Manage quotas". A
refusal of a write counts as one only if Google itself wrote it; anything in between may have come
after the deed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Literal

from syncd.adapters.google.refusal import (
    Refusal,
    TokenRefusal,
    refusal_in,
    token_refusal_in,
)
from syncd.adapters.http import Answer, retry_after
from syncd.core.ids import CalendarKey
from syncd.core.read_only import READ_ONLY, REASON, REMEDY
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

SCOPE = "https://www.googleapis.com/auth/calendar.events"

CONFERENCE_REFUSED = "conference_refused"
"""The code of a refusal that is about conference data."""

# Google does not say how long; its spam limits last for hours, the daily ones until the next day.
_LONG_REST = timedelta(hours=1)

_REDIRECTS = range(300, 400)
_REFUSALS = range(400, 500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request was for, as far as the meaning of an error depends on it."""

    calendar: CalendarKey
    target: Literal["calendar", "event"]
    writes: bool = False

    @property
    def owner(self) -> str:
        """The person in whose name it was asked."""
        return self.calendar.owner


def error_of(answer: Answer, asked: Asked, *, now: datetime) -> ProviderError:
    """Name an answer of the Calendar API that is no success by what is to be done about it."""
    wait = retry_after(answer.headers, now)
    refusal = refusal_in(answer)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _rate_limited(wait)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return _token_refused(asked)
    if refusal is None or answer.status not in _REFUSALS:
        return _no_refusal(answer.status, asked)
    return _refused(answer.status, refusal, asked, wait)


def no_event(asked: Asked) -> ProviderError:
    """Name a success whose body is not what was asked for."""
    if asked.writes:
        return OutcomeUnknown("Google wrote, but its answer cannot be read.", code="garbled")
    return Transient("Google's answer cannot be read.", code="garbled")


def elsewhere() -> Permanent:
    """Say that Google's calendar cannot make a Teams meeting."""
    return Permanent(
        "Teams can only be chosen in Outlook.",
        code="conference_elsewhere",
        remedy="Ask for Zoom or Google Meet in this event.",
    )


def no_meet(owner: str) -> Forbidden:
    """Say that Google makes no Meet in this person's calendar."""
    return Forbidden(
        f"Google makes no Google Meet in the calendar of {owner}.",
        code="meet_not_allowed",
        remedy=f"Turn on Google Meet for {owner} in the Google Admin console, or ask for Zoom.",
    )


def _token_refused(asked: Asked) -> AuthLost:
    return AuthLost(
        f"Google does not accept a new access token for {asked.owner}.",
        code="token_refused",
        remedy=(
            "See in the Google Cloud console that the service account is enabled; whoever connected"
            " by a consent connects Google again. syncd asks again by itself, twice an hour."
        ),
    )


def _no_refusal(status: int, asked: Asked) -> ProviderError:
    if asked.writes:
        return OutcomeUnknown(f"Google answered a write with {status}.", code="no_certain_answer")
    if status in _REDIRECTS:
        return Permanent(
            f"Google's address redirects elsewhere ({status}).",
            code="redirected",
            remedy="Check google.api_base.",
        )
    return Transient(f"Google answered {status}.", code="provider_down")


def _refused(status: int, refusal: Refusal, asked: Asked, wait: timedelta | None) -> ProviderError:
    match status:
        case 403:
            return _forbidden(refusal, asked, wait)
        case 404:
            return _not_found(asked)
        case 409 | 412:
            return Stale("The event was changed meanwhile.", code="event_changed")
        case 410:
            return _gone(refusal, asked)
        case 400 if "syncToken" in refusal.locations:
            return CursorExpired("Google does not know this sync token.", code="cursor_expired")
        case _:
            return _bad_request(status, refusal)


def _bad_request(status: int, refusal: Refusal) -> Permanent:
    if status == HTTPStatus.BAD_REQUEST and refusal.about_conference:
        return Permanent(
            f"Google refuses the conference ({refusal}).",
            code=CONFERENCE_REFUSED,
            remedy="See whether a conference can be added to the event in Google Calendar itself.",
        )
    return Permanent(
        f"Google refuses the request ({refusal}).",
        code="refused",
        remedy="See whether the event can be changed in Google Calendar itself.",
    )


def _not_found(asked: Asked) -> ProviderError:
    if asked.target == "event":
        return NotFound("Google knows no such event.", code="event_gone")
    return NotFound(
        "Google knows no such calendar.",
        code="calendar_gone",
        remedy=f"Check that {asked.owner} can see the calendar, or take it out of the configuration.",
    )


def _gone(refusal: Refusal, asked: Asked) -> ProviderError:
    if asked.writes and asked.target == "calendar":
        return _not_found(asked)
    if asked.target == "event" and not refusal.names("fullSyncRequired", "updatedMinTooLongAgo"):
        return NotFound("The event was deleted.", code="event_gone")
    return CursorExpired("Google wants the calendar read anew.", code="cursor_expired")


def _forbidden(refusal: Refusal, asked: Asked, wait: timedelta | None) -> ProviderError:
    if refusal.names("userRateLimitExceeded", "rateLimitExceeded"):
        return _rate_limited(wait)
    if refusal.names("quotaExceeded", "dailyLimitExceeded"):
        return _out_of_quota(refusal, asked, wait)
    if refusal.names("accessNotConfigured", "SERVICE_DISABLED"):
        return AuthLost(
            "The Google Calendar API is not enabled in syncd's Google Cloud project.",
            code="api_disabled",
            remedy="Enable the Google Calendar API in the Google Cloud console (APIs & Services).",
        )
    if refusal.names("insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"):
        return AuthLost(
            f"The access to {asked.owner}'s calendar does not cover its events.",
            code="scope_missing",
            remedy=(
                f"Grant the scope {SCOPE} to the service account; whoever connected by a consent"
                " connects again and leaves every box ticked."
            ),
        )
    return _no_right(refusal, asked)


def _rate_limited(wait: timedelta | None) -> RateLimited:
    return RateLimited("Google asks for a rest.", code="rate_limited", retry_after=wait)


def _out_of_quota(refusal: Refusal, asked: Asked, wait: timedelta | None) -> RateLimited:
    if refusal.names("quotaExceeded"):
        return RateLimited(
            f"Google has paused changes by {asked.owner}: its calendar usage limits are exceeded.",
            code="writes_paused",
            remedy="Wait some hours; fewer invitations to people outside keep it from recurring.",
            retry_after=wait or _LONG_REST,
        )
    return RateLimited(
        "The Google Cloud project has used up its calls of today.",
        code="project_quota",
        remedy="Raise the quota of the Google Calendar API, or the poll interval.",
        retry_after=wait or _LONG_REST,
    )


def _no_right(refusal: Refusal, asked: Asked) -> Forbidden:
    if asked.writes and refusal.names("requiredAccessLevel"):
        return Forbidden(REASON, code=READ_ONLY, remedy=REMEDY)
    if refusal.names("forbiddenForNonOrganizer"):
        return Forbidden(
            "Only the organiser may change this event.",
            code="not_organiser",
            remedy="Ask the organiser to mark the event.",
        )
    if refusal.names("notACalendarUser"):
        return Forbidden(
            f"{asked.owner} does not use Google Calendar.",
            code="no_calendar",
            remedy="Turn on Google Calendar for this person in the Google Admin console.",
        )
    return Forbidden(
        f"{asked.owner} may not do this with the {asked.target} ({refusal}).",
        code="forbidden",
        remedy=f"See whether {asked.owner} can change events of this calendar in Google Calendar.",
    )


def token_error_of(answer: Answer, *, owner: str, client_id: str, now: datetime) -> ProviderError:
    """Name an answer of the token endpoint that brought no token."""
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _rate_limited(retry_after(answer.headers, now))
    refusal = token_refusal_in(answer) if answer.status in _REFUSALS else None
    if refusal is None:
        return _no_token(answer.status)
    match refusal.error:
        case "unauthorized_client":
            return AuthLost(
                "Domain-wide delegation is not granted to the service account.",
                code="delegation_missing",
                remedy=(
                    "In the Google Admin console, at Security > Access and data control > API"
                    " controls > Domain-wide delegation, add the client id"
                    f" {client_id} with the scope {SCOPE}."
                ),
            )
        case "invalid_grant":
            return _invalid_grant(refusal, owner)
        case _:
            return AuthLost(
                f"Google gives no access to {owner}'s calendar ({refusal.error}).",
                code="sign_in_refused",
                remedy="Check the service account and the API access rules of the Workspace.",
            )


def _no_token(status: int) -> ProviderError:
    if status in _REDIRECTS:
        return Permanent(
            f"Google's token address redirects elsewhere ({status}).",
            code="redirected",
            remedy="Check google.oauth_base.",
        )
    return Transient("Google gives no access tokens at the moment.", code="sign_in_unavailable")


def _invalid_grant(refusal: TokenRefusal, owner: str) -> ProviderError:
    """Tell the causes apart by Google's sentence: they share one code."""
    said = refusal.description.lower()
    if any(words in said for words in ("signature", "account not found", "audience")):
        return AuthLost(
            "Google does not accept the service account or its key.",
            code="key_refused",
            remedy="Make a new key of the service account and put it in place of the old one.",
        )
    if "reasonable timeframe" in said or "short-lived" in said:
        return Transient(
            "Google finds the time of this machine wrong.",
            code="clock_wrong",
            remedy="Set the clock of this machine.",
        )
    return AuthLost(
        f"{owner} is not a user of this Google Workspace, or suspended.",
        code="unknown_user",
        remedy="Correct the address in the configuration, or restore the user.",
    )

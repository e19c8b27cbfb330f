"""Refusals of Zoom's API and of its OAuth service, in their own codes and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

FieldError = tuple[str, str]
"""A field's path, with dots, and what is wrong with it."""

INVALID = "Invalid field."


class ZoomError(Exception):
    """A refusal of the API: HTTP status, Zoom's code and message, fields and headers."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.headers = dict(headers or {})
        self.body: dict[str, Any] = {"code": code, "message": message}
        if errors:
            self.body["errors"] = [{"field": field, "message": text} for field, text in errors]


class OAuthError(Exception):
    """A refusal of the token service: `reason`, `error` and, where one is known, Zoom's code."""

    def __init__(self, reason: str, error: str, *, code: int | None = None) -> None:
        super().__init__(f"{error}: {reason}")
        self.body: dict[str, Any] = {"reason": reason, "error": error}
        if code is not None:
            self.body["errorCode"] = code


def invalid_token() -> ZoomError:
    """Say that the bearer token is missing, unknown, revoked, or not for this path."""
    return ZoomError(401, 124, "Invalid access token.")


def expired_token() -> ZoomError:
    """Say that the bearer token was good once."""
    return ZoomError(401, 124, "Access token is expired.")


def missing_scope(scope: str) -> ZoomError:
    """Say which scopes would have opened the operation; Zoom answers 400 here, not 403."""
    wanted = f"[{scope}, {scope}:admin]"
    return ZoomError(400, 4711, f"Invalid access token, does not contain scopes:{wanted}.")


def validation_failed(errors: Sequence[FieldError]) -> ZoomError:
    """Say which fields of the request cannot be kept."""
    return ZoomError(400, 300, "Validation Failed.", errors=errors)


def bad_request(message: str) -> ZoomError:
    """Say in one sentence what Zoom cannot read (code 300)."""
    return ZoomError(400, 300, message)


def not_allowed(message: str) -> ZoomError:
    """Say that this meeting cannot be what was asked (code 3000)."""
    return ZoomError(400, 3000, message)


def is_webinar() -> ZoomError:
    """Say that the meeting was made a webinar, which these operations do not serve."""
    return not_allowed("Cannot access webinar info.")


def not_host() -> ZoomError:
    """Say that a user's token reaches for somebody else's meeting."""
    return ZoomError(400, 3003, "You are not the meeting host.")


def pmi_stays() -> ZoomError:
    """Say that a personal meeting room cannot be deleted."""
    return ZoomError(400, 3018, "Not allowed to delete PMI.")


def in_progress() -> ZoomError:
    """Say that a running meeting cannot be deleted."""
    return ZoomError(400, 3002, "You cannot delete this meeting since it is in progress.")


def no_meeting(meeting_id: int) -> ZoomError:
    """Say that the meeting was never there, is deleted, or has expired."""
    return ZoomError(404, 3001, f"Meeting does not exist: {meeting_id}.")


def no_user(user_id: str) -> ZoomError:
    """Say that the account has no such user."""
    return ZoomError(404, 1001, f"User does not exist: {user_id}.")


def day_spent(limit: int) -> ZoomError:
    """Say that the host's creates and updates of this UTC day are used up.

    As seen in the field: no Retry-After and no X-RateLimit-Type come with it.
    """
    return ZoomError(
        429,
        429,
        f"You have exceeded the daily rate limit ({limit}) of Meeting Create/Update API requests "
        "permitted for this particular user. You may resume these requests at GMT 00:00:00.",
    )


def busy_deleting() -> ZoomError:
    """Say that another DELETE of the same user is still under way."""
    return ZoomError(
        429,
        429,
        "Too many concurrent requests. A request to delete a meeting of this user has already "
        "been made.",
    )


def bad_client() -> OAuthError:
    """Say that the Basic credentials are of no app."""
    return OAuthError("Invalid client_id or client_secret", "invalid_client")


def bad_grant_type() -> OAuthError:
    """Say that this app cannot sign in this way."""
    return OAuthError("unsupported grant type", "unsupported_grant_type")


def bad_oauth_request() -> OAuthError:
    """Say that a parameter is missing or is not of this app."""
    return OAuthError("Bad request", "invalid_request")


def spent_token(*, code: int | None = None) -> OAuthError:
    """Say that a token is unknown, rotated, revoked (4741) or too old."""
    return OAuthError("Invalid Token!", "invalid_grant", code=code)

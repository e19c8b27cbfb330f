"""Refusals of the Calendar API, in Google's JSON shape and with Google's reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

_INSUFFICIENT = "Request had insufficient authentication scopes."
_UNAUTHENTICATED = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie "
    "or other valid authentication credential."
)


class GoogleError(Exception):
    """A refusal: HTTP status, reason and message, and where in the request the fault lies."""

    def __init__(
        self, status: int, reason: str, message: str, *, location: str = "", kind: str = "parameter"
    ) -> None:
        super().__init__(f"{status} {reason}: {message}")
        self.status = status
        self.reason = reason
        self.message = message
        self.location = {"locationType": kind, "location": location} if location else {}
        self.domain = "calendar" if reason in _CALENDAR_REASONS else "global"
        self.more: Mapping[str, Any] = {}
        self.headers: Mapping[str, str] = {}

    def response(self) -> Response:
        """Give the answer that carries this refusal."""
        item = {"domain": self.domain, "reason": self.reason, "message": self.message}
        errors = [{**item, **self.location}]
        error = {"errors": errors, "code": self.status, "message": self.message, **self.more}
        return JSONResponse(
            {"error": error}, status_code=self.status, headers=dict(self.headers) or None
        )


_CALENDAR_REASONS = (
    "fullSyncRequired",
    "updatedMinTooLongAgo",
    "forbiddenForNonOrganizer",
    "requiredAccessLevel",
    "cannotChangeOrganizer",
    "cannotChangeOrganizerOfInstance",
)


def invalid(message: str, *, location: str = "") -> GoogleError:
    """Say that a value of the request makes no sense."""
    return GoogleError(400, "invalid", message, location=location)


def invalid_parameter(name: str, message: str) -> GoogleError:
    """Say that a query parameter has a value it cannot have."""
    return GoogleError(400, "invalidParameter", message, location=name)


def required(message: str) -> GoogleError:
    """Say that the body lacks a field."""
    return GoogleError(400, "required", message)


def unauthenticated() -> GoogleError:
    """Say that the bearer token is missing, unknown or too old."""
    error = GoogleError(401, "authError", "Invalid Credentials", location="Authorization")
    error.location["locationType"] = "header"
    error.more = {"message": _UNAUTHENTICATED, "status": "UNAUTHENTICATED"}
    error.headers = {
        "WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
    }
    return error


def insufficient_scope(method_id: str) -> GoogleError:
    """Say that the token's scopes do not reach as far as this method."""
    error = GoogleError(403, "insufficientPermissions", "Insufficient Permission")
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
        "metadata": {"service": "calendar-json.googleapis.com", "method": method_id},
    }
    error.more = {"message": _INSUFFICIENT, "status": "PERMISSION_DENIED", "details": [info]}
    return error


def forbidden_for_non_organiser() -> GoogleError:
    """Say that only the organiser's copy takes this change."""
    return GoogleError(
        403,
        "forbiddenForNonOrganizer",
        "Shared properties can only be changed by the organizer of the event.",
    )


def no_writer_access() -> GoogleError:
    """Say that the caller may only read this calendar."""
    return GoogleError(
        403, "requiredAccessLevel", "You need to have writer access to this calendar."
    )


def cannot_change_organiser() -> GoogleError:
    """Say that only the organiser's copy can be moved to another calendar."""
    return GoogleError(400, "cannotChangeOrganizer", "Cannot change the organizer of the event.")


def cannot_change_organiser_of_instance() -> GoogleError:
    """Say that a series moves as a whole or not at all."""
    message = "Cannot change the organizer of an instance."
    return GoogleError(400, "cannotChangeOrganizerOfInstance", message)


def not_found() -> GoogleError:
    """Say that there is no such thing, or none that this caller may see."""
    return GoogleError(404, "notFound", "Not Found")


def duplicate() -> GoogleError:
    """Say that the chosen event id is taken in this calendar."""
    return GoogleError(409, "duplicate", "The requested identifier already exists.")


def deleted() -> GoogleError:
    """Say that the event to delete is deleted already."""
    return GoogleError(410, "deleted", "Resource has been deleted")


def full_sync_required() -> GoogleError:
    """Say that the sync token is too old."""
    message = "Sync token is no longer valid, a full sync is required."
    return GoogleError(410, "fullSyncRequired", message, location="syncToken")


def updated_min_too_long_ago() -> GoogleError:
    """Say that `updatedMin` reaches back behind what is remembered of deletions."""
    message = "The requested minimum modification time lies too far in the past."
    return GoogleError(410, "updatedMinTooLongAgo", message, location="updatedMin")


def condition_not_met() -> GoogleError:
    """Say that If-Match names another version of the event."""
    return GoogleError(
        412, "conditionNotMet", "Precondition Failed", location="If-Match", kind="header"
    )


def not_implemented(method_id: str) -> GoogleError:
    """Say that Google has this method but the sandbox has not."""
    return GoogleError(501, "notImplemented", f"{method_id} is not part of this sandbox.")

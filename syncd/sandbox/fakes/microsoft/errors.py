"""Refusals of Microsoft Graph, in Graph's own words and codes."""

from __future__ import annotations

from collections.abc import Mapping


class GraphError(Exception):
    """A refusal: HTTP status, Graph's error code, its message, and headers to send along."""

    def __init__(
        self, status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


def unauthorised(message: str) -> GraphError:
    """Say that the bearer token is missing, unknown or too old."""
    return GraphError(
        401, "InvalidAuthenticationToken", message, headers={"WWW-Authenticate": "Bearer"}
    )


def denied() -> GraphError:
    """Say that this caller may not do this to this mailbox."""
    return GraphError(
        403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."
    )


def item_not_found() -> GraphError:
    """Say that the mailbox holds no such item."""
    return GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def malformed_id() -> GraphError:
    """Say that the id can be none of this service."""
    return GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.")


def irresolvable_conflict() -> GraphError:
    """Say that If-Match names an older version of the item."""
    return GraphError(
        412,
        "ErrorIrresolvableConflict",
        "The send or update operation could not be performed because the change key passed in the "
        "request does not match the current change key for the item.",
    )


def invalid_property(message: str) -> GraphError:
    """Say that a property has a value the service cannot keep."""
    return GraphError(400, "ErrorPropertyValidationFailure", message)


def unreadable(message: str) -> GraphError:
    """Say that the body does not fit the type of the resource."""
    return GraphError(400, "RequestBodyRead", message)


def bad_query(message: str) -> GraphError:
    """Say that a query option cannot be parsed or is not for this resource."""
    return GraphError(400, "RequestBroker--ParseUri", message)


def unsupported_zone(name: str) -> GraphError:
    """Say that a time zone is missing or unknown."""
    return GraphError(
        400,
        "TimeZoneNotSupportedException",
        "A valid TimeZone value must be specified. "
        f"The following TimeZone value is not supported: '{name}'.",
    )


def throttled(seconds: int) -> GraphError:
    """Say that the mailbox answers as many requests at once as it ever does."""
    return GraphError(
        429,
        "ApplicationThrottled",
        "Application is over its MailboxConcurrency limit.",
        headers={"Retry-After": str(seconds)},
    )

"""Refusals of the Microsoft identity platform, with their AADSTS numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class LoginError(Exception):
    """A refusal of a login endpoint, as OAuth names it and as Microsoft numbers it."""

    def __init__(
        self, error: str, number: int, text: str, *, status: int = 400, suberror: str | None = None
    ) -> None:
        super().__init__(f"AADSTS{number}: {text}")
        self.error = error
        self.number = number
        self.status = status
        self.suberror = suberror

    def as_json(self, *, trace: str, correlation: str, at: str) -> dict[str, Any]:
        """Write the body of the answer; `at` is a UTC time such as 2026-11-21 06:00:00Z."""
        shown: dict[str, Any] = {
            "error": self.error,
            "error_description": f"{self} Trace ID: {trace} Correlation ID: {correlation} "
            f"Timestamp: {at}",
            "error_codes": [self.number],
            "timestamp": at,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={self.number}",
        }
        return shown | ({"suberror": self.suberror} if self.suberror else {})


def needed(form: Mapping[str, str], name: str) -> str:
    """Give a parameter; raise LoginError 900144 when it is missing."""
    if not form.get(name):
        text = f"The request body must contain the following parameter: '{name}'."
        raise LoginError("invalid_request", 900144, text)
    return form[name]


def unknown_client(client: str) -> LoginError:
    """Say that no such application is registered in the tenant."""
    text = f"Application with identifier '{client}' was not found in the directory."
    return LoginError("unauthorized_client", 700016, text)


def invalid_client(number: int, text: str) -> LoginError:
    """Say that the application did not prove who it is."""
    return LoginError("invalid_client", number, text, status=401)


def invalid_grant(number: int, text: str, *, suberror: str | None = None) -> LoginError:
    """Say that a code or refresh token is worth nothing."""
    return LoginError("invalid_grant", number, text, suberror=suberror)

"""Refusals of Google's token endpoint: `error` and `error_description`."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response


class OAuthError(Exception):
    """A refusal of the token endpoint."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.status = status
        self.error = error
        self.description = description

    def response(self) -> Response:
        """Give the answer that carries this refusal."""
        content = {"error": self.error, "error_description": self.description}
        return JSONResponse(content, status_code=self.status)


def invalid_grant(description: str) -> OAuthError:
    """Say that a code, a refresh token or an assertion is worth nothing."""
    return OAuthError(400, "invalid_grant", description)


def invalid_request(description: str) -> OAuthError:
    """Say that a parameter is missing or wrong."""
    return OAuthError(400, "invalid_request", description)


def invalid_client() -> OAuthError:
    """Say that client id or secret are wrong."""
    return OAuthError(401, "invalid_client", "Unauthorized")


def unauthorised_client() -> OAuthError:
    """Say that the domain's admin gave the service account not these scopes."""
    return OAuthError(
        401,
        "unauthorized_client",
        "Client is unauthorized to retrieve access tokens using this method, or client not "
        "authorized for any of the scopes requested.",
    )

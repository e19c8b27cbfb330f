"""Where the stand-ins are reached, and as which apps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """Where each provider's API and sign-in are, below one base URL."""

    google: Mapping[str, str]
    microsoft: Mapping[str, str]
    zoom: Mapping[str, str]


def endpoints(base: str) -> Endpoints:
    """Give the endpoints of the sandbox at `base`, a URL without a trailing slash."""
    return Endpoints(
        google={
            "api_base": f"{base}/google/calendar/v3/",
            "oauth_base": f"{base}/google/oauth",
        },
        microsoft={
            "api_base": f"{base}/microsoft/v1.0",
            "login_base": f"{base}/microsoft/login",
        },
        zoom={"api_base": f"{base}/zoom/v2", "oauth_base": f"{base}/zoom/oauth"},
    )


@dataclass(frozen=True, kw_only=True)
class Apps:
    """The apps that a client may be at each provider, with their secrets."""

    google_service_account: Mapping[str, Any]
    """The key file of the service account, its token_uri the sandbox's."""
    google_client_secret: str
    microsoft_tenant: str
    microsoft_client_id: str
    microsoft_client_secret: str
    zoom_account_id: str
    zoom_client_id: str
    zoom_client_secret: str
    zoom_scopes: Sequence[str]
    """What a token of the account's own app carries."""
    zoom_user_client_id: str
    zoom_user_client_secret: str
    zoom_webhook_secret: str

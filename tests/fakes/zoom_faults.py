"""What can go wrong with Zoom in memory, as errors of the port."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from syncd.ports.errors import (
    AuthLost,
    Forbidden,
    OutcomeUnknown,
    Permanent,
    ProviderError,
    RateLimited,
    Transient,
)

Kind = Literal[
    "not_sent",
    "lost_request",
    "lost_answer",
    "late",
    "server_error",
    "refused",
    "rate_limited",
    "daily_limit",
    "auth_lost",
    "scope_missing",
]
HOST_REMEDY = "Map the host under people: or invite that user to the Zoom account."


def unknown_host(address: str) -> str:
    """Say that this address is nobody in the account."""
    return f"Zoom: {address} is not a user of this Zoom account."


def struck(kind: Kind, *, unknown: bool) -> ProviderError:
    """Give the error of a fault; `unknown` says that silence leaves the effect open."""
    if kind in ("lost_request", "lost_answer", "late", "server_error"):
        silence = OutcomeUnknown if unknown else Transient
        return silence("Zoom gave no usable answer.", code="no_answer")
    return {
        "not_sent": Transient("Zoom cannot be reached.", code="unreachable"),
        "refused": Permanent("Zoom: Validation Failed.", code="zoom_invalid"),
        "rate_limited": RateLimited(
            "Slower.", code="zoom_rate_limit", retry_after=timedelta(seconds=5)
        ),
        "daily_limit": RateLimited(
            "Enough.", code="zoom_daily_limit", retry_after=timedelta(hours=6)
        ),
        "auth_lost": AuthLost("Zoom refuses the app.", code="zoom_auth", remedy="Look there."),
        "scope_missing": Forbidden("Zoom: the app lacks a scope.", code="zoom_scope_missing"),
    }[kind]

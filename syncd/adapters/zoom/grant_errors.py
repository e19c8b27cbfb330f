"""What the token service's refusals mean; pure.

Told by their JSON alone, never by a status: a failing server must not end a consent. Sources: Zoom
OAuth error codes; the same refusal came as 401 `invalid_request` in former years.
"""

from __future__ import annotations

import re
from typing import Any

from syncd.adapters.http import Answer
from syncd.adapters.zoom.access import oauth_error
from syncd.adapters.zoom.consent import consent_broken
from syncd.adapters.zoom.errors import APP_REMEDY, auth_lost, tidy
from syncd.ports.errors import AuthLost
from syncd.ports.oauth import ConsentRefused

CONSENT_GONE = "consent_gone"

_EXPIRED = 4733
_APP_REFUSED = (4702, 4704, 4706, 4717)
_SWITCHED_OFF = 4738
# The owner is gone, the authentication is not found, it was revoked, the token is none of ours.
_GONE = (4735, 4737, 4741, 4711)
_INVALID_TOKEN = re.compile(r"invalid token", re.IGNORECASE)


def refresh_refused(answer: Answer, body: dict[str, Any]) -> AuthLost | None:
    """Say whether the grant is gone or the app is refused; None when it says nothing of either."""
    error = oauth_error(answer, body)
    if not error:
        return None
    code, reason = _code(body), tidy(body.get("reason", error))
    if error == "invalid_client" or code in _APP_REFUSED:
        return auth_lost(f"{reason} ({tidy(error)})")
    if code == _SWITCHED_OFF:
        return AuthLost(
            "Zoom: the app was switched off by the administrator of this Zoom account.",
            code="zoom_app_switched_off",
            remedy="Have that administrator allow the app again in the Zoom App Marketplace.",
        )
    if error == "invalid_grant" or code in _GONE or _INVALID_TOKEN.search(reason):
        return unusable()
    return auth_lost(f"{reason} ({tidy(error)})")


def code_refused(answer: Answer, body: dict[str, Any]) -> ConsentRefused | None:
    """Say why a code was not redeemed; None when it says nothing of it."""
    error = oauth_error(answer, body)
    if not error:
        return None
    code, reason = _code(body), tidy(body.get("reason", error))
    if code == _EXPIRED or "expired" in reason.lower():
        return ConsentRefused(
            "Zoom was not connected: it took too long.",
            code="code_expired",
            remedy="Connect it again, and allow it within five minutes.",
        )
    said = f"Zoom says {reason.rstrip('.')} ({tidy(error)})"
    if error == "invalid_client" or code in _APP_REFUSED:
        return consent_broken(said, remedy=APP_REMEDY)
    return consent_broken(said)


def unusable() -> AuthLost:
    """Say that the consent is no more."""
    return AuthLost(
        "Zoom: the consent was withdrawn, or the app was removed.",
        code=CONSENT_GONE,
        remedy="Connect Zoom again on the page, or with `syncd accounts connect zoom`.",
    )


def _code(body: dict[str, Any]) -> int | None:
    code = body.get("errorCode", body.get("code"))
    return code if isinstance(code, int) and not isinstance(code, bool) else None

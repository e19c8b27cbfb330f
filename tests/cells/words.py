"""How each provider words a refusal; sources as in the adapters' own tables of errors."""

from __future__ import annotations

from enum import Enum
from typing import Any

from tests.cells.stage import Row, Tongue


class Said(Enum):
    """What a refusal says; the value is the usual status."""

    INVALID = 400
    UNAUTHORISED = 401
    FORBIDDEN = 403
    RATE = 4031
    QUOTA = 4032
    SCOPE = 4033
    MISSING = 404
    CONFLICT = 409
    GONE = 410
    CHANGED = 412
    TOO_MANY = 429
    FAILED = 500
    BUSY = 503


_GOOGLE = {
    Said.INVALID: "invalid",
    Said.UNAUTHORISED: "authError",
    Said.FORBIDDEN: "forbidden",
    Said.RATE: "rateLimitExceeded",
    Said.QUOTA: "quotaExceeded",
    Said.SCOPE: "insufficientPermissions",
    Said.MISSING: "notFound",
    Said.CONFLICT: "duplicate",
    Said.GONE: "fullSyncRequired",
    Said.CHANGED: "conditionNotMet",
    Said.TOO_MANY: "rateLimitExceeded",
    Said.FAILED: "backendError",
    Said.BUSY: "backendError",
}
_GRAPH = {
    Said.INVALID: "ErrorInvalidRequest",
    Said.UNAUTHORISED: "InvalidAuthenticationToken",
    Said.FORBIDDEN: "ErrorAccessDenied",
    Said.QUOTA: "ErrorQuotaExceeded",
    Said.SCOPE: "NoPermissionsInAccessToken",
    Said.MISSING: "ErrorItemNotFound",
    Said.CONFLICT: "ErrorIrresolvableConflict",
    Said.GONE: "SyncStateNotFound",
    Said.CHANGED: "ErrorIrresolvableConflict",
    Said.TOO_MANY: "ApplicationThrottled",
    Said.FAILED: "InternalServerError",
    Said.BUSY: "ErrorServerBusy",
}
_ZOOM = {
    Said.INVALID: (300, "Validation Failed."),
    Said.UNAUTHORISED: (124, "Invalid access token."),
    Said.FORBIDDEN: (200, "No permission."),
    Said.SCOPE: (4711, "Invalid access token, does not contain scopes:[meeting:read:meeting]."),
    Said.MISSING: (3001, "Meeting does not exist."),
    Said.CONFLICT: (3000, "Conflict."),
    Said.GONE: (3000, "Gone."),
    Said.CHANGED: (3000, "Precondition failed."),
    Said.TOO_MANY: (429, "You have reached the maximum per-second rate limit for this API."),
    Said.FAILED: (500, "Internal error."),
    Said.BUSY: (503, "Busy."),
}
_OAUTH = {
    Said.INVALID: "invalid_grant",
    Said.UNAUTHORISED: "invalid_client",
    Said.FORBIDDEN: "access_denied",
    Said.MISSING: "invalid_request",
    Said.TOO_MANY: "temporarily_unavailable",
    Said.FAILED: "server_error",
    Said.BUSY: "temporarily_unavailable",
}
_NUMBERS = {Said.INVALID: 70000, Said.UNAUTHORISED: 7000215}


def worded(row: Row, said: Said) -> tuple[int, Any] | None:
    """Give status and body of a refusal; None where this provider has no word for it."""
    status = said.value if said.value < 1000 else 403
    tongue = row.tongue
    match tongue:
        case Tongue.GOOGLE:
            is_event = said is Said.GONE and not row.lists
            reason = "deleted" if is_event else _GOOGLE[said]
            told = {"domain": "global", "reason": reason, "message": "No."}
            return status, {"error": {"code": status, "message": "No.", "errors": [told]}}
        case Tongue.GRAPH:
            code = _GRAPH.get(said)
            return None if code is None else (status, {"error": {"code": code, "message": "No."}})
        case Tongue.ZOOM:
            return _zooms(status, said)
        case Tongue.GOOGLE_OAUTH | Tongue.ENTRA | Tongue.ZOOM_OAUTH:
            return _oauths(tongue, status, said)
        case Tongue.PLAIN:
            return None if said in (Said.RATE, Said.QUOTA, Said.SCOPE) else (status, {})


def _zooms(status: int, said: Said) -> tuple[int, Any] | None:
    if said not in _ZOOM:
        return None
    code, message = _ZOOM[said]
    return (400 if said is Said.SCOPE else status), {"code": code, "message": message}


def _oauths(tongue: Tongue, status: int, said: Said) -> tuple[int, Any] | None:
    error = _OAUTH.get(said)
    if error is None:
        return None
    if tongue is Tongue.ZOOM_OAUTH:
        return status, {"error": error, "reason": "No."}
    body: dict[str, Any] = {"error": error, "error_description": "No."}
    if tongue is Tongue.ENTRA and said in _NUMBERS:
        body |= {
            "error_codes": [_NUMBERS[said]],
            "error_description": f"AADSTS{_NUMBERS[said]}: No.",
        }
    return status, body

"""What a meeting can do without: when Zoom refuses one of them, the rest is asked for alone; pure."""

from __future__ import annotations

from typing import Any

from syncd.core.meeting import MeetingKind
from syncd.ports.errors import Permanent, ProviderError

_FIXED_TIMES = ("start_time", "timezone", "recurrence")


def without_refused(
    body: dict[str, Any], error: ProviderError, *, creating: bool
) -> tuple[dict[str, Any], str] | None:
    """Give the body without what was refused, and the name of that; None when all is needed.

    Zoom has no code of its own for alternative hosts (a Basic user, one of another account), so
    whatever it refuses for good is asked for once more without them. Every call takes something away.
    """
    if error.code in ("zoom_timezone", "zoom_recurrence") and "recurrence" in body:
        return _without_fixed_times(body, creating=creating), "fixed times"
    if error.code == "zoom_timezone" and "timezone" in body:
        # It only serves for showing, as the start is in UTC.
        return _without(body, "timezone"), "time zone"
    may_be_theirs = isinstance(error, Permanent) or error.code == "zoom_host_unknown"
    if may_be_theirs and body.get("settings", {}).get("alternative_hosts"):
        return _without_alternative_hosts(body), "alternative hosts"
    return None


def _without_fixed_times(body: dict[str, Any], *, creating: bool) -> dict[str, Any]:
    left = _without(body, "type", *_FIXED_TIMES)
    return left | ({"type": int(MeetingKind.NO_FIXED_TIME)} if creating else {})


def _without_alternative_hosts(body: dict[str, Any]) -> dict[str, Any]:
    settings = _without(body["settings"], "alternative_hosts")
    if set(settings) <= {"alternative_hosts_email_notification"}:
        return _without(body, "settings")
    return body | {"settings": settings}


def _without(body: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in names}

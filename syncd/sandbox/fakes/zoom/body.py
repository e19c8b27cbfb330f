"""What POST and PATCH may say about a meeting; every limit is the API reference's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from syncd.sandbox.fakes.zoom.checks import (
    Check,
    field_errors,
    flag,
    list_of,
    one_of,
    shape,
    text,
    whole,
)
from syncd.sandbox.fakes.zoom.errors import FieldError, not_allowed, validation_failed
from syncd.sandbox.fakes.zoom.meeting import (
    FIXED_SERIES,
    INSTANT,
    KINDS,
    OPEN_SERIES,
    SCHEDULED,
    Meeting,
)
from syncd.sandbox.fakes.zoom.moments import is_start, is_zone
from syncd.sandbox.fakes.zoom.recurrence import rule_errors
from syncd.sandbox.fakes.zoom.settings import setting_errors

_BOTH: Mapping[str, Check] = {
    "topic": text(200),
    "agenda": text(2000),
    "password": text(10),
    "duration": whole(1),
    "start_time": is_start,
    "timezone": is_zone,
    "schedule_for": text(),
    "template_id": text(),
    "pre_schedule": flag,
    "tracking_fields": list_of(
        shape({"field": text(), "value": text()}, required=("field",)),
    ),
}
_CREATE: Mapping[str, Check] = {
    **_BOTH,
    "type": one_of(*KINDS),
    "default_password": flag,
}
_UPDATE: Mapping[str, Check] = {**_BOTH, "type": one_of(*KINDS)}


def check_create(body: Mapping[str, Any]) -> None:
    """Refuse a new meeting that Zoom would refuse; raises ZoomError 400."""
    errors = _errors(body, _CREATE, updating=False)
    if body.get("type") == FIXED_SERIES:
        errors += [
            (name, "This field is required.")
            for name in ("recurrence", "start_time")
            if name not in body
        ]
    _refuse(errors)
    if body.get("type") == INSTANT and body.get("schedule_for"):
        raise not_allowed(
            "Instant meetings do not support the `schedule_for` parameter, and you can't schedule "
            "an instant meeting for another user."
        )


def check_update(body: Mapping[str, Any], meeting: Meeting) -> None:
    """Refuse a change that Zoom would refuse; raises ZoomError 400.

    A series with fixed times gets a new start only together with its recurrence.
    """
    errors = _errors(body, _UPDATE, updating=True)
    kind = body.get("type", meeting.kind)
    if not errors:
        errors = [(name, "This field is required.") for name in _missing(body, meeting, kind)]
    _refuse(errors)
    if body.get("pre_schedule") and kind not in {SCHEDULED, OPEN_SERIES}:
        raise not_allowed(
            "Prescheduling is only available for scheduled meetings (type 2) and recurring "
            "meetings with no fixed time (type 3)."
        )


def check_date(body: Mapping[str, Any]) -> None:
    """Refuse a change of one date of a series that Zoom would refuse; raises ZoomError 400."""
    _refuse(_errors(body, _UPDATE, updating=True))


def _missing(body: Mapping[str, Any], meeting: Meeting, kind: int) -> Iterator[str]:
    if kind in {SCHEDULED, FIXED_SERIES} and meeting.start is None and "start_time" not in body:
        yield "start_time"
    laid_out_anew = meeting.recurrence is None or "start_time" in body
    if kind == FIXED_SERIES and laid_out_anew and "recurrence" not in body:
        yield "recurrence"


def _errors(
    body: Mapping[str, Any], checks: Mapping[str, Check], *, updating: bool
) -> list[FieldError]:
    errors = field_errors(body, checks)
    if "settings" in body:
        errors += setting_errors(body["settings"], updating=updating)
    if "recurrence" in body:
        errors += rule_errors(body["recurrence"])
    return errors


def _refuse(errors: list[FieldError]) -> None:
    if errors:
        raise validation_failed(errors)

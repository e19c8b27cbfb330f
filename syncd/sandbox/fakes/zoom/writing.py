"""From what a caller asks to the meeting that Zoom makes of it."""

from __future__ import annotations

import base64
import string
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from syncd.sandbox.fakes.world import Person
from syncd.sandbox.fakes.zoom.account import Account
from syncd.sandbox.fakes.zoom.errors import INVALID, validation_failed
from syncd.sandbox.fakes.zoom.meeting import (
    FIXED_SERIES,
    INSTANT,
    OPEN_SERIES,
    SCHEDULED,
    UNLISTED,
    Meeting,
    Occurrence,
)
from syncd.sandbox.fakes.zoom.moments import read_start
from syncd.sandbox.fakes.zoom.recurrence import expand
from syncd.sandbox.fakes.zoom.settings import changed, fresh, of_occurrence, secured

_LOWEST_ID, _HIGHEST_ID = 5 * 10**9, 10**11
_USUAL_MINUTES = 60
_SCHEDULE = ("type", "start_time", "timezone", "duration", "recurrence")


def new_meeting(
    account: Account,
    host: Person,
    body: Mapping[str, Any],
    *,
    source: Literal["open_api", "web_portal"],
) -> Meeting:
    """Make a meeting of a checked body, not yet on the shelf."""
    now = account.now().replace(microsecond=0)
    kind = _kind(body)
    zone = body.get("timezone", account.account_timezone)
    password = _password(account, body)
    meeting = Meeting(
        id=_new_id(account),
        uuid=base64.b64encode(account.world.random.randbytes(16)).decode(),
        host_id=host.zoom_id,
        host_email=host.email,
        topic=body.get("topic", "Zoom Meeting"),
        kind=kind,
        start=_first_start(body, kind, zone, now),
        duration=body.get("duration", _USUAL_MINUTES),
        timezone=zone,
        agenda=body.get("agenda", ""),
        password=password,
        settings=secured(_settings(account, host, body), password),
        created=now,
        used=now,
        source=source,
        recurrence=body["recurrence"] if kind == FIXED_SERIES else None,
        tracking_fields=tuple(body.get("tracking_fields", ())),
        pre_schedule=body.get("pre_schedule", False),
    )
    return _dated(meeting)


def changed_meeting(meeting: Meeting, body: Mapping[str, Any], now: datetime) -> Meeting:
    """Apply a checked PATCH: only named fields change, a start in the past does not."""
    password = body.get("password", meeting.password)
    kind = body.get("type", meeting.kind)
    meeting = replace(
        meeting,
        topic=body.get("topic", meeting.topic),
        agenda=body.get("agenda", meeting.agenda),
        duration=body.get("duration", meeting.duration),
        password=password,
        settings=secured(changed(meeting.settings, body.get("settings", {})), password),
        tracking_fields=tuple(body.get("tracking_fields", meeting.tracking_fields)),
        pre_schedule=body.get("pre_schedule", meeting.pre_schedule),
        kind=kind,
        timezone=body.get("timezone", meeting.timezone),
        recurrence=body.get("recurrence", meeting.recurrence) if kind == FIXED_SERIES else None,
        used=now.replace(microsecond=0),
    )
    if not any(name in body for name in _SCHEDULE):
        return meeting
    return _dated(replace(meeting, start=_moved_start(meeting, body, now)))


def changed_date(
    meeting: Meeting, occurrence: Occurrence, body: Mapping[str, Any], now: datetime
) -> Meeting:
    """Apply a checked PATCH to one date: agenda, start, duration and seven of the settings."""
    start = occurrence.start
    if "start_time" in body:
        asked = read_start(body["start_time"], body.get("timezone", meeting.timezone))
        start = asked if asked > now else start
    settings = {**occurrence.settings, **of_occurrence(body.get("settings", {}))}
    return _with_date(
        meeting,
        replace(
            occurrence,
            start=start,
            duration=body.get("duration", occurrence.duration),
            agenda=body.get("agenda", occurrence.agenda),
            settings=settings,
        ),
    )


def without_date(meeting: Meeting, occurrence: Occurrence) -> Meeting:
    """Cancel one date of a series; its place stays in the list as deleted."""
    return _with_date(meeting, replace(occurrence, status="deleted"))


def _with_date(meeting: Meeting, occurrence: Occurrence) -> Meeting:
    dates = tuple(occurrence if one.id == occurrence.id else one for one in meeting.occurrences)
    return replace(meeting, occurrences=dates)


def _dated(meeting: Meeting) -> Meeting:
    """Lay out the dates of a series anew; moved and cancelled ones are forgotten."""
    if meeting.kind != FIXED_SERIES or meeting.recurrence is None or meeting.start is None:
        return replace(meeting, occurrences=())
    starts = expand(meeting.recurrence, meeting.start, meeting.timezone)
    if not starts:
        raise validation_failed([("recurrence.end_date_time", INVALID)])
    dates = tuple(
        Occurrence(id=str(int(start.timestamp() * 1000)), start=start, duration=meeting.duration)
        for start in starts
    )
    return replace(meeting, occurrences=dates, start=starts[0])


def _kind(body: Mapping[str, Any]) -> int:
    kind: int = body.get("type", SCHEDULED)
    return INSTANT if kind == SCHEDULED and "start_time" not in body else kind


def _first_start(body: Mapping[str, Any], kind: int, zone: str, now: datetime) -> datetime | None:
    if kind == OPEN_SERIES:
        return None
    if kind in UNLISTED:
        return now
    return max(read_start(body["start_time"], zone), now)


def _moved_start(meeting: Meeting, body: Mapping[str, Any], now: datetime) -> datetime | None:
    if meeting.kind == OPEN_SERIES:
        return None
    if "start_time" not in body:
        return meeting.start
    asked = read_start(body["start_time"], meeting.timezone)
    return asked if asked > now else meeting.start or now.replace(microsecond=0)


def _settings(account: Account, host: Person, body: Mapping[str, Any]) -> dict[str, Any]:
    asked = body.get("settings", {})
    return {
        "contact_name": host.name,
        "contact_email": host.email,
        "global_dial_in_countries": list(account.dial_in_countries),
        **fresh(asked),
    }


def _password(account: Account, body: Mapping[str, Any]) -> str:
    asked: str = body.get("password", "")
    if asked or not body.get("default_password", True):
        return asked
    letters = string.ascii_letters + string.digits
    return "".join(account.world.random.choice(letters) for _ in range(6))


def _new_id(account: Account) -> int:
    meeting_id = account.world.random.randrange(_LOWEST_ID, _HIGHEST_ID)
    while account.shelf.knows(meeting_id):
        meeting_id = account.world.random.randrange(_LOWEST_ID, _HIGHEST_ID)
    return meeting_id

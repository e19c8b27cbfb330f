"""A meeting as JSON: whole, as a row of a list, and as the text of an invitation."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from syncd.sandbox.fakes.zoom.dialin import numbers
from syncd.sandbox.fakes.zoom.meeting import Meeting, Occurrence
from syncd.sandbox.fakes.zoom.moments import stamp
from syncd.sandbox.fakes.zoom.settings import secured

_AGENDA_IN_LISTS = 250
_START_URL_LIFE = timedelta(hours=2)


def whole(meeting: Meeting, *, running: bool = False) -> dict[str, Any]:
    """Give all fields of a meeting but the host's own `start_url` and `pmi`."""
    answer = _head(meeting, meeting.start) | {
        "host_email": meeting.host_email,
        "status": "started" if running else "waiting",
        "agenda": meeting.agenda,
        "password": meeting.password,
        "h323_password": meeting.dial_code,
        "pstn_password": meeting.dial_code,
        "encrypted_password": meeting.key,
        "settings": _settings(meeting.settings),
        "creation_source": meeting.source,
        "pre_schedule": meeting.pre_schedule,
    }
    if meeting.tracking_fields:
        answer["tracking_fields"] = [dict(field) for field in meeting.tracking_fields]
    if meeting.recurrence is not None:
        answer["recurrence"] = dict(meeting.recurrence)
        answer["occurrences"] = [_occurrence(one) for one in meeting.occurrences]
    return answer


def start_url(meeting: Meeting, now: datetime) -> str:
    """Give the host's link: its key says when it dies, two hours from now."""
    until = int((now + _START_URL_LIFE).timestamp())
    claims = json.dumps({"sub": meeting.host_id, "mnum": meeting.id, "exp": until})
    return meeting.start_url(base64.urlsafe_b64encode(claims.encode()).decode())


def item(meeting: Meeting, shown: datetime | None) -> dict[str, Any]:
    """Give a row of a list: no passcode, no settings, the agenda cut to 250 characters."""
    return _head(meeting, shown) | {"agenda": meeting.agenda[:_AGENDA_IN_LISTS]}


def on_date(meeting: Meeting, occurrence: Occurrence) -> Meeting:
    """Give the series as it is on one of its dates."""
    return replace(
        meeting,
        start=occurrence.start,
        duration=occurrence.duration,
        agenda=meeting.agenda if occurrence.agenda is None else occurrence.agenda,
        settings=secured({**meeting.settings, **occurrence.settings}, meeting.password),
    )


def invitation(meeting: Meeting, host_name: str) -> dict[str, Any]:
    """Give the text that a host would mail to guests."""
    lines = [
        f"{host_name} is inviting you to a scheduled Zoom meeting.",
        "",
        f"Topic: {meeting.topic}",
        *([] if meeting.start is None else [f"Time: {stamp(meeting.start)} ({meeting.timezone})"]),
        "",
        "Join Zoom Meeting",
        meeting.join_url,
        "",
        f"Meeting ID: {meeting.id}",
        *([f"Passcode: {meeting.password}"] if meeting.password else []),
    ]
    return {"invitation": "\r\n".join(lines), "sip_links": [f"{meeting.id}@zoomcrc.com"]}


def _head(meeting: Meeting, start: datetime | None) -> dict[str, Any]:
    head: dict[str, Any] = {
        "uuid": meeting.uuid,
        "id": meeting.id,
        "host_id": meeting.host_id,
        "topic": meeting.topic,
        "type": meeting.kind,
        "duration": meeting.duration,
        "timezone": meeting.timezone,
        "created_at": stamp(meeting.created),
        "join_url": meeting.join_url,
    }
    return head if start is None else head | {"start_time": stamp(start)}


def _settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    answer = copy.deepcopy(dict(settings))
    answer["global_dial_in_numbers"] = numbers(settings["global_dial_in_countries"])
    return answer


def _occurrence(one: Occurrence) -> dict[str, Any]:
    return {
        "occurrence_id": one.id,
        "start_time": stamp(one.start),
        "duration": one.duration,
        "status": one.status,
    }

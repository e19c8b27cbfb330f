"""Zoom's meeting JSON to core and back; pure.

Shapes after Zoom's Meeting API reference. Reading is strict: `Misshapen` for every wrong type.
Unknown fields are left alone, as Zoom adds some every month.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from syncd.core.conference import PhoneNumber
from syncd.core.meeting import Host, ListedMeeting, Meeting, MeetingChange, MeetingSpec
from syncd.core.stamps import read_time

SCHEDULED = 2
BASIC = 1
MOST_TOPIC = 200
MOST_AGENDA = 2000

T = TypeVar("T")


class Misshapen(ValueError):
    """Something Zoom documents is missing or of another type; the text names it."""


def meeting_body(spec: MeetingSpec) -> dict[str, Any]:
    """Write the body of a create."""
    return {
        "type": SCHEDULED,
        "topic": spec.topic[:MOST_TOPIC],
        "agenda": spec.agenda[:MOST_AGENDA],
        "start_time": _moment(spec.start),
        "timezone": spec.zone,
        "duration": spec.duration_minutes,
        "default_password": True,
        "settings": _settings(spec),
    }


def change_body(change: MeetingChange) -> dict[str, Any]:
    """Write the body of an update: the given fields and no others."""
    body: dict[str, Any] = {}
    if change.topic is not None:
        body["topic"] = change.topic[:MOST_TOPIC]
    if change.start is not None:
        body["start_time"] = _moment(change.start)
    if change.zone is not None:
        body["timezone"] = change.zone
    if change.duration_minutes is not None:
        body["duration"] = change.duration_minutes
    if change.invitees is not None:
        body["settings"] = {"meeting_invitees": _invitees(change.invitees)}
    return body


def read_meeting(body: Any) -> Meeting:
    """Read a created or fetched meeting. Its start link is not read: it is the host's secret."""
    settings = _part(body, "settings", dict, {})
    return Meeting(
        id=_identity(body),
        host_id=_part(body, "host_id", str, ""),
        topic=_part(body, "topic", str, ""),
        start=_time(body, "start_time"),
        duration_minutes=_part(body, "duration", int, 0),
        zone=_part(body, "timezone", str, ""),
        join_url=_join_url(body),
        passcode=_part(body, "password", str, ""),
        agenda=_part(body, "agenda", str, ""),
        invitees=tuple(
            _part(each, "email", str).lower()
            for each in _part(settings, "meeting_invitees", list, [])
        ),
        phone_numbers=tuple(map(_phone, _part(settings, "global_dial_in_numbers", list, []))),
        waiting_room=_part(settings, "waiting_room", bool, False),
        join_before_host=_part(settings, "join_before_host", bool, False),
        created_at=_time(body, "created_at"),
    )


def read_page(body: Any) -> tuple[list[ListedMeeting], str]:
    """Read one page of a listing and the token of the next; empty on the last page."""
    return (
        [read_listed(each) for each in _part(body, "meetings", list)],
        _part(body, "next_page_token", str, ""),
    )


def read_listed(item: Any) -> ListedMeeting:
    """Read one item of a listing."""
    return ListedMeeting(_identity(item), _part(item, "agenda", str, ""), _time(item, "created_at"))


def read_host(body: Any, *, address: str) -> Host:
    """Read a user; `address` is the one asked for, in lower case."""
    return Host(
        address=address,
        user_id=_part(body, "id", str),
        is_basic=_part(body, "type", int) == BASIC,
    )


def _settings(spec: MeetingSpec) -> dict[str, Any]:
    return {
        "use_pmi": False,
        # Zoom would write into the calendar as well.
        "push_change_to_calendar": False,
        "waiting_room": spec.waiting_room,
        # Zoom switches it off beside a waiting room; saying so keeps the answer as asked.
        "join_before_host": spec.join_before_host and not spec.waiting_room,
        "jbh_time": 0,
        "meeting_authentication": spec.sign_in_only,
        "meeting_invitees": _invitees(spec.invitees),
        "email_notification": False,
        "alternative_hosts_email_notification": False,
    }


def _invitees(addresses: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"email": address} for address in addresses]


def _moment(moment: datetime) -> str:
    # A year before 1000 keeps its zeros, which strftime leaves out.
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="seconds") + "Z"


def _part(body: Any, name: str, kind: type[T], default: T | None = None) -> T:
    """Give one field; absent or null it is the default, or Misshapen without one."""
    if not isinstance(body, Mapping):
        raise Misshapen(f"{name} stands in no object")
    value = body.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Misshapen(f"{name} is {type(value).__name__}")
    return value


def _identity(body: Any) -> int:
    number = _part(body, "id", int)
    if number <= 0:
        raise Misshapen("id is no meeting's")
    return number


def _join_url(body: Any) -> str:
    url = _part(body, "join_url", str)
    if not url.startswith("https://") or not url.isprintable() or " " in url:
        raise Misshapen("join_url is no link")
    return url


def _time(body: Any, name: str) -> datetime | None:
    text = _part(body, name, str, "")
    if not text:
        return None
    try:
        moment = read_time(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as exc:
        raise Misshapen(f"{name} is no time") from exc


def _phone(item: Any) -> PhoneNumber:
    names = ("city", "country_name", "country")
    places = [place for name in names if (place := _part(item, name, str, ""))]
    return PhoneNumber(_part(item, "number", str), places[0] if places else "")

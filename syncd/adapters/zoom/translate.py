"""Zoom's meeting JSON to core and back; pure.

Shapes after Zoom's Meeting API reference. Reading is strict: `Misshapen` for every wrong type.
Unknown fields are left alone, as Zoom adds some every month.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from syncd.adapters.zoom import fixed_times
from syncd.adapters.zoom.origins import is_of_zoom
from syncd.adapters.zoom.reading import Misshapen, moment, part, time
from syncd.core.conference import PhoneNumber
from syncd.core.meeting import (
    Host,
    ListedMeeting,
    Meeting,
    MeetingChange,
    MeetingKind,
    MeetingSpec,
)
from syncd.core.secret import Secret
from syncd.ports.oauth import Identity

BASIC = 1
MOST_TOPIC = 200
MOST_AGENDA = 2000
MOST_NAME = 320
# Zoom's `id` is an int64.
_GREATEST_ID = 2**63 - 1


def meeting_body(spec: MeetingSpec) -> dict[str, Any]:
    """Write the body of a create."""
    return {
        "topic": spec.topic[:MOST_TOPIC],
        "agenda": spec.agenda[:MOST_AGENDA],
        **_schedule(spec),
        "duration": spec.duration_minutes,
        "default_password": True,
        "settings": _settings(spec),
    }


def change_body(change: MeetingChange) -> dict[str, Any]:
    """Write the body of an update: the given fields and no others."""
    body = _texts(change) | _times(change)
    if change.duration_minutes is not None:
        body["duration"] = change.duration_minutes
    settings: dict[str, Any] = {}
    if change.invitees is not None:
        settings["meeting_invitees"] = _invitees(change.invitees)
    if change.alternative_hosts is not None:
        settings |= _alternative_hosts(change.alternative_hosts)
    if change.waiting_room:
        # Zoom switches the other off beside it; saying so keeps the answer as asked.
        settings |= {"waiting_room": True, "join_before_host": False}
    if change.sign_in_only:
        settings["meeting_authentication"] = True
    return body | ({"settings": settings} if settings else {})


def occurrence_body(start: datetime, duration_minutes: int) -> dict[str, Any]:
    """Write the body of an update of one time of a meeting with fixed times."""
    return {"start_time": moment(start), "duration": duration_minutes}


def read_meeting(body: Any) -> Meeting:
    """Read a created or fetched meeting. Its start link is not read: it is the host's secret."""
    settings = part(body, "settings", dict, {})
    occurrences = fixed_times.read_occurrences(body)
    return Meeting(
        id=_identity(body),
        host_id=part(body, "host_id", str, ""),
        topic=part(body, "topic", str, ""),
        start=time(body, "start_time") or fixed_times.first_start(occurrences),
        duration_minutes=part(body, "duration", int, 0),
        zone=part(body, "timezone", str, ""),
        join_url=_join_url(body),
        passcode=part(body, "password", str, ""),
        agenda=part(body, "agenda", str, ""),
        invitees=tuple(
            part(each, "email", str).lower()
            for each in part(settings, "meeting_invitees", list, [])
        ),
        phone_numbers=tuple(map(_phone, part(settings, "global_dial_in_numbers", list, []))),
        waiting_room=part(settings, "waiting_room", bool, False),
        join_before_host=part(settings, "join_before_host", bool, False),
        created_at=time(body, "created_at"),
        sign_in_only=part(settings, "meeting_authentication", bool, False),
        repeats=fixed_times.read_repeats(body),
        occurrences=occurrences,
        alternative_hosts=_addresses(part(settings, "alternative_hosts", str, "")),
        has_started=part(body, "status", str, "") == "started",
    )


def read_invitation(body: Any) -> str:
    """Read Zoom's own text of the invitation."""
    return part(body, "invitation", str)


def read_start_url(body: Any) -> Secret:
    """Read the host's own link; a browser is sent there, so it must be an address of Zoom's."""
    url = part(body, "start_url", str)
    if not url.isascii() or not url.isprintable() or " " in url or not is_of_zoom(url):
        raise Misshapen("start_url is no link of Zoom's")
    return Secret(url)


def read_page(body: Any) -> tuple[list[ListedMeeting], str]:
    """Read one page of a listing and the token of the next; empty on the last page."""
    return (
        [read_listed(each) for each in part(body, "meetings", list)],
        part(body, "next_page_token", str, ""),
    )


def read_listed(item: Any) -> ListedMeeting:
    """Read one item of a listing."""
    return ListedMeeting(
        _identity(item),
        part(item, "agenda", str, ""),
        time(item, "created_at"),
        part(item, "join_url", str, ""),
    )


def read_host(body: Any, *, address: str) -> Host:
    """Read a user; `address` is the one asked for, in lower case."""
    return Host(
        address=address,
        user_id=part(body, "id", str),
        is_basic=part(body, "type", int) == BASIC,
    )


def read_identity(body: Any) -> Identity:
    """Read the user that a token belongs to; nothing else of the profile is taken."""
    names = (part(body, name, str, "").strip() for name in ("first_name", "last_name"))
    name = part(body, "display_name", str, "") or " ".join(filter(None, names))
    return Identity(
        subject=_told(body, "id"),
        tenant=part(body, "account_id", str, "")[:MOST_NAME],
        address=_told(body, "email").lower(),
        name=" ".join(name.split())[:MOST_NAME],
        is_verified=part(body, "verified", int, 0) == 1,
    )


def _told(body: Any, name: str) -> str:
    text = part(body, name, str)
    if not text.isprintable() or not 0 < len(text) <= MOST_NAME:
        raise Misshapen(f"{name} is none")
    return text


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
        **(_alternative_hosts(spec.alternative_hosts) if spec.alternative_hosts else {}),
    }


def _schedule(spec: MeetingSpec) -> dict[str, Any]:
    """Say when it takes place; without a zone that is known no times can be fixed."""
    if spec.start is not None and spec.repeats is None:
        start = {"start_time": moment(spec.start), "timezone": spec.zone}
        return {"type": int(MeetingKind.ONCE)} | start
    if spec.start is not None and spec.repeats is not None:
        times = fixed_times.schedule(spec.start, spec.zone, spec.repeats)
        if times is not None:
            return {"type": int(MeetingKind.FIXED_TIMES)} | times
    return {"type": int(MeetingKind.NO_FIXED_TIME)}


def _texts(change: MeetingChange) -> dict[str, Any]:
    return {} if change.topic is None else {"topic": change.topic[:MOST_TOPIC]}


def _times(change: MeetingChange) -> dict[str, Any]:
    body: dict[str, Any] = {} if change.kind is None else {"type": int(change.kind)}
    if change.repeats is not None:
        if change.start is None or change.zone is None:
            raise ValueError("repeats are changed together with start and zone")
        times = fixed_times.schedule(change.start, change.zone, change.repeats)
        return {} if times is None else body | times
    if change.start is not None:
        body["start_time"] = moment(change.start)
    if change.zone is not None:
        body["timezone"] = change.zone
    return body


def _alternative_hosts(addresses: tuple[str, ...]) -> dict[str, Any]:
    # Said again beside every change: a person may have switched the mails on meanwhile.
    if not addresses:
        return {"alternative_hosts": ""}
    return {
        "alternative_hosts": ";".join(addresses),
        "alternative_hosts_email_notification": False,
    }


def _addresses(text: str) -> tuple[str, ...]:
    """Read a list as Zoom writes it: by semicolons, in former versions by commas."""
    names = (name.strip().lower() for name in text.replace(",", ";").split(";"))
    return tuple(sorted({name for name in names if name}))


def _invitees(addresses: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"email": address} for address in addresses]


def _identity(body: Any) -> int:
    number = part(body, "id", int)
    if not 0 < number <= _GREATEST_ID:
        raise Misshapen("id is no meeting's")
    return number


def _join_url(body: Any) -> str:
    url = part(body, "join_url", str)
    is_plain = url.isascii() and url.isprintable() and " " not in url
    if not url.startswith("https://") or not is_plain:
        raise Misshapen("join_url is no link")
    return url


def _phone(item: Any) -> PhoneNumber:
    names = ("city", "country_name", "country")
    places = [place for name in names if (place := part(item, name, str, ""))]
    return PhoneNumber(part(item, "number", str), places[0] if places else "")

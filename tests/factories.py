"""Small makers of the values of the rules: each gives an ordinary one, changed as asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from syncd.core.binding import Binding, BindingState
from syncd.core.conference import JoinInfo
from syncd.core.event import Body, BodyFormat, Event, EventChange, EventShape
from syncd.core.ids import CalendarKey, EventKey, EventRef, Provider
from syncd.core.look import Context
from syncd.core.marks import MarkKeys, mark_of, marker_of
from syncd.core.meeting import Meeting, MeetingSpec
from syncd.core.policy import PersonPolicy
from syncd.core.writeback import link_change

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MEETING_ID = 85746065432
CALENDAR = CalendarKey(Provider.GOOGLE, "ana@example.com", "primary")
REF = EventRef(CALENDAR, "event1")
KEY = EventKey(Provider.GOOGLE, "uid1@google.com")


def url_of(meeting_id: int = MEETING_ID, *, passcode: str = "abc.1") -> str:
    """Give the join link of a meeting, as Zoom writes it."""
    return f"https://us05web.zoom.us/j/{meeting_id}?pwd={passcode}"


def keys() -> MarkKeys:
    """Give the keys of an installation: one in use, one of former days."""
    return MarkKeys("abcdefghij", (b"new key" * 4, b"old key" * 4))


def event(**changes: Any) -> Event:
    """Give Ana's single event of tomorrow, without a flag."""
    plain = Event(
        ref=REF,
        key=KEY,
        version="v1",
        changed_at=NOW - timedelta(minutes=1),
        shape=EventShape.SINGLE,
        title="Lunch",
        location="",
        body=Body("", BodyFormat.TEXT),
        start=NOW + timedelta(days=1),
        end=NOW + timedelta(days=1, minutes=30),
        zone="Europe/Vienna",
        all_day=False,
        organiser="ana@example.com",
        is_organiser=True,
        can_write=True,
        cancelled=False,
        draft=False,
        locked=False,
        private=False,
        special=None,
        attendees=(),
        categories=(),
        mark=None,
        native=None,
        url="https://calendar.google.com/event?eid=1",
    )
    return replace(plain, **changes)


def text(content: str) -> Body:
    """Give a text as Google has it."""
    return Body(content, BodyFormat.TEXT)


def markup(content: str) -> Body:
    """Give a text as Outlook has it."""
    return Body(content, BodyFormat.HTML)


def person(**changes: Any) -> PersonPolicy:
    """Give Ana's policy: all defaults."""
    return replace(PersonPolicy(email="ana@example.com", host="ana@example.com"), **changes)


def context(**changes: Any) -> Context:
    """Give what a plan needs, with Ana as the person."""
    return replace(Context(person=person(), keys=keys(), now=NOW), **changes)


def binding(**changes: Any) -> Binding:
    """Give the bond of Ana's event: linked, last seen with the link and a text tag."""
    linked = Binding(
        id="binding1",
        key=KEY,
        ref=REF,
        state=BindingState.LINKED,
        host="ana@example.com",
        starts_at=NOW + timedelta(days=1),
        ends_at=NOW + timedelta(days=1, minutes=30),
        meeting_id=MEETING_ID,
        join_url=url_of(),
        spec_digest=spec().digest(),
        version="v1",
        changed_at=NOW - timedelta(minutes=1),
        flags_seen=("text_tag:#zoom",),
    )
    return replace(linked, **changes)


def spec(**changes: Any) -> MeetingSpec:
    """Give the meeting that Ana's event wants."""
    wanted = MeetingSpec(
        topic="Lunch",
        start=NOW + timedelta(days=1),
        duration_minutes=30,
        zone="Europe/Vienna",
        invitees=(),
        agenda=marker_of(keys(), KEY),
        waiting_room=False,
        join_before_host=True,
        sign_in_only=False,
    )
    return replace(wanted, **changes)


def meeting(**changes: Any) -> Meeting:
    """Give Ana's meeting as Zoom tells it, in step with her event."""
    alive = Meeting(
        id=MEETING_ID,
        host_id="host1",
        topic="Lunch",
        start=NOW + timedelta(days=1),
        duration_minutes=30,
        zone="Europe/Vienna",
        join_url=url_of(),
        passcode="123456",
        agenda=marker_of(keys(), KEY),
        invitees=(),
        phone_numbers=(),
        waiting_room=False,
        join_before_host=True,
        created_at=NOW - timedelta(hours=1),
    )
    return replace(alive, **changes)


def info(**changes: Any) -> JoinInfo:
    """Give how to join Ana's meeting."""
    return replace(JoinInfo(MEETING_ID, url_of(), "123456"), **changes)


def written(before: Event, change: EventChange) -> Event:
    """Give the event as a provider keeps it after a write."""
    return replace(
        before,
        title=before.title if change.title is None else change.title,
        location=before.location if change.location is None else change.location,
        body=before.body if change.body is None else change.body,
        mark=before.mark if change.mark is None else change.mark or None,
        native=None if change.drop_native else before.native,
    )


def linked(before: Event, join: JoinInfo | None = None) -> Event:
    """Give the event with the link of a meeting in it, as syncd writes it."""
    join = join or info()
    mark = mark_of(keys(), before.key, join.meeting_id)
    return written(before, link_change(before, join, mark=mark, flags=person().flags))

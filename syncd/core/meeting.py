"""A Zoom meeting: as wanted, as it is, and what must change between the two."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Literal

from syncd.core.conference import JoinInfo, PhoneNumber

# The hosts of Zoom's Basic plan are cut off after this time.
BASIC_LIMIT = timedelta(minutes=40)

_MOST_ID = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class MeetingKind(IntEnum):
    """When a meeting takes place, by Zoom's numbers of its types."""

    ONCE = 2
    NO_FIXED_TIME = 3
    FIXED_TIMES = 8


class Repeat(IntEnum):
    """In what steps a meeting with fixed times repeats, by Zoom's numbers."""

    DAILY = 1
    WEEKLY = 2
    MONTHLY = 3


class Stricter(StrEnum):
    """What a wish may ask of a meeting that is there already."""

    WAITING_ROOM = "waiting_room"
    SIGN_IN_ONLY = "sign_in_only"


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedTimes:
    """A recurrence in Zoom's terms (meeting type 8): `count` or `until` (UTC), or neither.

    `weekdays` count from Sunday, 1, to Saturday, 7. A monthly meeting has either `month_day`, or
    `month_week` (1 to 4, -1 for the last) with one weekday.
    """

    repeat: Repeat
    every: int = 1
    weekdays: tuple[int, ...] = ()
    month_day: int | None = None
    month_week: int | None = None
    count: int | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlannedTime:
    """One time that a meeting with fixed times is to have; moments in UTC.

    `original_start` is where the rule puts it. Without a `start` it does not take place.
    """

    original_start: datetime
    start: datetime | None
    duration_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingSpec:
    """A meeting as the event wants it; `start` in UTC, `zone` an IANA name.

    Without a start it has no fixed time (type 3, a series); with `repeats` it has one for every
    occurrence (type 8); else it takes place once (type 2).
    """

    topic: str
    start: datetime | None
    duration_minutes: int
    zone: str
    invitees: tuple[str, ...]
    agenda: str
    """Its first line is our marker: Zoom's list shows only the first 250 characters."""
    waiting_room: bool
    join_before_host: bool
    sign_in_only: bool
    repeats: FixedTimes | None = None
    times: tuple[PlannedTime, ...] = ()
    """All times of a meeting with fixed ones, past ones too; of a series that has begun, `start` and
    `repeats` say only what is still to come."""
    alternative_hosts: tuple[str, ...] | None = None
    """Addresses of other users of the account who may start the meeting, sorted; None leaves them
    to the people at Zoom."""
    stricter: tuple[Stricter, ...] = ()
    """What a wish asks for; all other settings of a meeting that is made are left to the people."""

    @property
    def kind(self) -> MeetingKind:
        """When it takes place."""
        return _kind(self.start, self.repeats)

    def digest(self) -> str:
        """Hash what follows the event, so that an unchanged event costs no call at Zoom."""
        # With time, less and less of a series is to come: only all its times stay the same.
        start = self.times[0].original_start if self.times else self.start
        parts = [self.topic, str(start and start.isoformat()), str(self.duration_minutes)]
        parts += [self.zone, *self.invitees]
        if self.repeats is not None:
            parts.append(repr(self.times or self.repeats))
        if self.alternative_hosts:
            parts += ["alternative hosts", *self.alternative_hosts]
        if self.stricter:
            parts += ["stricter", *self.stricter]
        text = "\0".join(parts)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def as_laid_out(self) -> MeetingSpec:
        """Give what Zoom makes of it at first: every time where the rule puts it."""
        minutes = self.duration_minutes
        times = tuple(
            PlannedTime(time.original_start, time.original_start, minutes) for time in self.times
        )
        return replace(self, times=times)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingOccurrence:
    """One time of a meeting with fixed times; `id` is Zoom's, `start` in UTC."""

    id: str
    start: datetime
    duration_minutes: int
    deleted: bool = False

    @property
    def original_start(self) -> datetime:
        """Where its rule put it, in UTC: Zoom's id is that moment in milliseconds since 1970."""
        if not (self.id.isascii() and self.id.isdigit() and len(self.id) < _MOST_ID):
            return self.start
        try:
            return _EPOCH + timedelta(milliseconds=int(self.id))
        except OverflowError:
            return self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting as Zoom tells it; `start` in UTC, None for one without a fixed time.

    With `repeats` it is the start of the first occurrence, as it was laid out.
    """

    id: int
    host_id: str
    topic: str
    start: datetime | None
    duration_minutes: int
    zone: str
    join_url: str
    passcode: str
    agenda: str
    invitees: tuple[str, ...]
    phone_numbers: tuple[PhoneNumber, ...]
    waiting_room: bool
    join_before_host: bool
    created_at: datetime | None
    sign_in_only: bool = False
    repeats: FixedTimes | None = None
    occurrences: tuple[MeetingOccurrence, ...] = ()
    alternative_hosts: tuple[str, ...] = ()
    has_started: bool = field(default=False, compare=False)
    """Whether it is being held; says how it is now, not what it is."""

    @property
    def kind(self) -> MeetingKind:
        """When it takes place."""
        return _kind(self.start, self.repeats)

    def join_info(self, *, phone_numbers: int) -> JoinInfo:
        """Give what people need to join, with at most so many phone numbers."""
        return JoinInfo(self.id, self.join_url, self.passcode, self.phone_numbers[:phone_numbers])


@dataclass(frozen=True, slots=True)
class ListedMeeting:
    """What Zoom's list says of a meeting: enough to recognise and adopt it."""

    id: int
    agenda: str
    created_at: datetime | None
    join_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingChange:
    """The differences one PATCH sets; None leaves a field alone.

    Beside `repeats` stand `start` and `zone` as well: Zoom lays out all times anew. Another `kind`
    keeps the id, the passcode and the link.
    """

    kind: MeetingKind | None = None
    topic: str | None = None
    start: datetime | None = None
    duration_minutes: int | None = None
    zone: str | None = None
    invitees: tuple[str, ...] | None = None
    repeats: FixedTimes | None = None
    alternative_hosts: tuple[str, ...] | None = None
    waiting_room: Literal[True] | None = None
    """With it nobody joins before the host."""
    sign_in_only: Literal[True] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the meeting is already as wanted."""
        return self == MeetingChange()

    def fields(self) -> tuple[str, ...]:
        """Name what changes, for reasons and logs."""
        return tuple(name for name in self.__slots__ if getattr(self, name) is not None)


def whole_minutes(start: datetime, end: datetime) -> int:
    """Give a length as Zoom takes it: whole minutes, rounded up, at least one."""
    return max(1, -(-(end - start) // timedelta(minutes=1)))


def difference(meeting: Meeting, spec: MeetingSpec) -> MeetingChange:
    """Compare a meeting with what is wanted; only differences are sent."""
    change = _other_times(meeting, spec)
    return replace(
        change,
        topic=None if meeting.topic == spec.topic else spec.topic,
        duration_minutes=(
            None if meeting.duration_minutes == spec.duration_minutes else spec.duration_minutes
        ),
        invitees=None if set(meeting.invitees) == set(spec.invitees) else spec.invitees,
        alternative_hosts=(spec.alternative_hosts if _others_may_start(meeting, spec) else None),
        waiting_room=_switched_on(Stricter.WAITING_ROOM, spec, meeting.waiting_room),
        sign_in_only=_switched_on(Stricter.SIGN_IN_ONLY, spec, meeting.sign_in_only),
    )


def without_past_start(change: MeetingChange, *, now: datetime) -> MeetingChange:
    """Leave out a start in the past: of an update, Zoom ignores it or refuses all.

    A meeting with fixed times keeps it, since its start goes with its recurrence.
    """
    if change.repeats is not None or change.start is None or change.start > now:
        return change
    return replace(change, start=None)


def _switched_on(setting: Stricter, spec: MeetingSpec, is_on: bool) -> Literal[True] | None:
    """A wish makes a meeting stricter; nothing here makes one less strict."""
    return True if setting in spec.stricter and not is_on else None


def _others_may_start(meeting: Meeting, spec: MeetingSpec) -> bool:
    wanted = spec.alternative_hosts
    return wanted is not None and set(meeting.alternative_hosts) != set(wanted)


def _other_times(meeting: Meeting, spec: MeetingSpec) -> MeetingChange:
    kind = None if meeting.kind is spec.kind else spec.kind
    if spec.start is None:
        return MeetingChange(kind=kind)
    if spec.repeats is not None:
        wanted = (spec.start, spec.zone, spec.repeats)
        if (meeting.start, meeting.zone, meeting.repeats) == wanted:
            return MeetingChange()
        return MeetingChange(kind=kind, start=spec.start, zone=spec.zone, repeats=spec.repeats)
    return MeetingChange(
        kind=kind,
        start=None if meeting.start == spec.start else spec.start,
        zone=None if meeting.zone == spec.zone else spec.zone,
    )


def _kind(start: datetime | None, repeats: FixedTimes | None) -> MeetingKind:
    if repeats is not None:
        return MeetingKind.FIXED_TIMES
    return MeetingKind.NO_FIXED_TIME if start is None else MeetingKind.ONCE


@dataclass(frozen=True, slots=True)
class Host:
    """A Zoom user who can host; `is_basic` users are cut off after 40 minutes."""

    address: str
    user_id: str
    is_basic: bool

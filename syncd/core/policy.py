"""The tunables of the rules, as the config gives them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class OnEventDeleted(StrEnum):
    """What becomes of the meeting when its event is deleted or cancelled."""

    DELETE = "delete"
    KEEP = "keep"


class OnMeetingDeleted(StrEnum):
    """What becomes of the event when its meeting was deleted at Zoom."""

    RECREATE = "recreate"
    UNLINK = "unlink"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagPolicy:
    """What counts as a flag; every text is compared without regard to case."""

    words: tuple[str, ...] = ("zoom", "@zoom", "zoom meeting")
    tags: tuple[str, ...] = ("zoom",)
    no_tags: tuple[str, ...] = ("nozoom", "nolink")
    categories: tuple[str, ...] = ("Zoom",)
    strip_title_tag: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPolicy:
    """How meetings are made."""

    waiting_room: bool = False
    join_before_host: bool = True
    phone_numbers: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPolicy:
    """When links come and go."""

    on_event_deleted: OnEventDeleted = OnEventDeleted.DELETE
    on_meeting_deleted: OnMeetingDeleted = OnMeetingDeleted.RECREATE
    horizon: timedelta = timedelta(days=180)
    hold_off: timedelta = timedelta(seconds=30)
    """Time between the two looks that must agree before a meeting is deleted."""
    replace_meet: bool = True
    keep: timedelta = timedelta(days=30)
    """How long after its event a binding is remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPolicy:
    """All that applies to the events of one person."""

    email: str
    host: str
    """The Zoom user who hosts: an address."""
    meeting: MeetingPolicy = field(default_factory=MeetingPolicy)
    flags: FlagPolicy = field(default_factory=FlagPolicy)
    link: LinkPolicy = field(default_factory=LinkPolicy)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Full-jitter back-off after passing faults."""

    first: timedelta = timedelta(seconds=1)
    most: timedelta = timedelta(minutes=5)

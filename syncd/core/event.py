"""An event as syncd sees it, the same for every provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from syncd.core.ids import EventKey, EventRef


class EventShape(StrEnum):
    """How an event stands to a series."""

    SINGLE = "single"
    SERIES = "series"
    OCCURRENCE = "occurrence"


class BodyFormat(StrEnum):
    """How the long text of an event is written."""

    TEXT = "text"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Body:
    """The long text of an event (Google: description; Outlook: body), byte for byte as read."""

    text: str
    format: BodyFormat


@dataclass(frozen=True, slots=True)
class Attendee:
    """An invited address, in lower case; `is_resource` for rooms and equipment."""

    address: str
    is_resource: bool = False


class NativeKind(StrEnum):
    """The provider's own conference in an event."""

    GOOGLE_MEET = "google_meet"
    TEAMS = "teams"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class NativeConference:
    """Conference data the provider keeps beside location and text; `url` may be empty."""

    kind: NativeKind
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event as read at one moment.

    `start` and `end` are aware, in UTC; for an all-day event the midnights of its first day and of
    the day after its last. `zone` is the IANA name the event was made in, if it is known.
    `version` is the provider's etag, sent back in If-Match; `changed_at` (UTC) orders versions.
    """

    ref: EventRef
    key: EventKey
    version: str
    changed_at: datetime
    shape: EventShape
    title: str
    location: str
    body: Body
    start: datetime
    end: datetime
    zone: str | None
    all_day: bool
    organiser: str
    is_organiser: bool
    can_write: bool
    cancelled: bool
    draft: bool
    locked: bool
    private: bool
    special: str | None
    """What it is when it is no ordinary event: `outOfOffice`, `birthday`, ...; else None."""
    attendees: tuple[Attendee, ...]
    categories: tuple[str, ...]
    mark: str | None
    """The text of our private property, unchecked."""
    native: NativeConference | None
    url: str
    """Where a person opens it in a browser; may be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventChange:
    """What one write sets; None leaves a field alone."""

    title: str | None = None
    location: str | None = None
    body: Body | None = None
    mark: str | None = None
    """The new private property; an empty text takes it out."""
    drop_native: bool = False
    """Takes the provider's own conference out (Google Meet)."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all would be written."""
        return self == EventChange()

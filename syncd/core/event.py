"""An event as syncd sees it, the same for every provider."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from syncd.core.conference import JoinInfo
from syncd.core.ids import EventKey, EventRef
from syncd.core.recurrence import Recurrence


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
    """Conference data the provider keeps beside location and text; `url` may be empty.

    `pending` while the provider is still making it.
    """

    kind: NativeKind
    url: str
    pending: bool = False


@dataclass(frozen=True, slots=True)
class AskMeet:
    """Ask Google for a Meet; the same `request_id` again asks for nothing new."""

    request_id: str


@dataclass(frozen=True, slots=True)
class AskTeams:
    """Ask Exchange for a Teams meeting; it can never be taken out again."""


@dataclass(frozen=True, slots=True)
class ShowZoom:
    """Show the Zoom meeting as Google's own "Join" button, where Google takes that."""

    info: JoinInfo


NativeWish = AskMeet | AskTeams | ShowZoom


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
    recurrence: Recurrence | None = None
    """How a series repeats; None for every other shape."""
    series_id: str | None = None
    """The provider's id of the series an occurrence belongs to, in the same calendar."""
    mark_shown: bool = field(default=True, compare=False)
    """Whether it was read where marks are shown: without, `mark` is None whatever it is. Says how it was
    read, not what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventChange:
    """What one write sets; None leaves a field alone."""

    title: str | None = None
    location: str | None = None
    body: Body | None = None
    mark: str | None = None
    """The new private property; an empty text takes it out."""
    drop_native: bool = False
    """Takes the provider's own conference out (Google Meet, or what `ShowZoom` put in)."""
    native: NativeWish | None = None
    """Asks for a conference of the provider's own, in place of any there is."""
    quiet: bool = False
    """Mail nobody about it, where the provider can be asked not to; sets nothing by itself."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all would be written."""
        return self in (EventChange(), EventChange(quiet=True))

"""The closed set of things that can be done about an event, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from syncd.core.binding import BindingState
from syncd.core.conference import ConferenceKind
from syncd.core.ids import EventRef
from syncd.core.meeting import MeetingChange, MeetingSpec

NOT_CHANGED = "meeting_not_changed"
"""The code of a Wait of events whose meeting may not be changed; their link is as it should be."""


class Afterwards(StrEnum):
    """What is remembered once a meeting is deleted."""

    FORGET = "forget"
    DECLINE = "decline"
    """That a person took the link out: it stays out until flagged anew."""
    STAND = "stand"
    """All else of the binding: another conference has taken the meeting's place."""


@dataclass(frozen=True, slots=True)
class CreateMeeting:
    """Make the meeting: intent first, one request, outcome after; a former one is retired."""

    host: str
    spec: MeetingSpec
    reason: str
    pool: tuple[str, ...] = ()
    """One of these hosts instead, whoever is free when the intent is committed."""


@dataclass(frozen=True, slots=True)
class WriteLink:
    """Put the link of the meeting into the event, in one write.

    For another kind than Zoom the calendar's provider makes the conference in that same write, and
    what stood there of ours goes.
    """

    reason: str
    kind: ConferenceKind = ConferenceKind.ZOOM


@dataclass(frozen=True, slots=True)
class UpdateMeeting:
    """Bring the meeting in step with its event."""

    change: MeetingChange
    spec: MeetingSpec
    reason: str


@dataclass(frozen=True, slots=True)
class UpdateOccurrence:
    """Move one time of a meeting with fixed times; `start` in UTC."""

    occurrence_id: str
    start: datetime
    duration_minutes: int
    reason: str


@dataclass(frozen=True, slots=True)
class DeleteOccurrence:
    """Take one time out of a meeting with fixed times; the meeting and its link stay."""

    occurrence_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class RemoveLink:
    """Take the link out of the event, in one write."""

    reason: str


@dataclass(frozen=True, slots=True)
class ShareLink:
    """Put the link of the series' meeting into an occurrence, in one write."""

    reason: str


@dataclass(frozen=True, slots=True)
class UnshareLink:
    """Take the link of the series' meeting out of an occurrence, in one write; the meeting stays.

    `forget` leaves no memory of it, so that the occurrence gets the link as if it were new.
    """

    reason: str
    forget: bool


@dataclass(frozen=True, slots=True)
class Follow:
    """Note how an occurrence stands to its series: `SHARING` with the link it shows, or `DECLINED`."""

    state: BindingState
    join_url: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class LookAtOccurrences:
    """Have occurrences of a series looked at; `until` (UTC) is how long the series waits for them."""

    occurrences: tuple[EventRef, ...]
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class DeleteMeeting:
    """Delete the meeting at Zoom; no event may show it any more."""

    meeting_id: int
    reason: str
    afterwards: Afterwards


@dataclass(frozen=True, slots=True)
class Adopt:
    """Bind the event to the meeting its own mark names: our database had forgotten it."""

    meeting_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class TakeUp:
    """Take the binding up again: the account that it was released with is connected again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Settle:
    """Note the event as it was seen; nothing outside changes.

    `spec_digest` is what the meeting was found to be, None where it was not compared.
    """

    reason: str
    spec_digest: str | None = None
    kind: ConferenceKind | None = None
    """The provider's own conference that was seen, if it is that which stands there."""


@dataclass(frozen=True, slots=True)
class HoldOff:
    """Want the meeting gone; a second look must find the same to be lacking, `GONE` or `MISSED`."""

    since: datetime
    until: datetime
    reason: str
    lacks: str | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """Let the event be changed further before anything follows it; `since` is its first change."""

    since: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Look once more at `until`; nothing is wrong."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Decline:
    """Note that a person took the provider's conference out: it stays out until flagged anew."""

    reason: str


@dataclass(frozen=True, slots=True)
class GiveUpKind:
    """Note that the provider made no conference; the meeting it was to replace is back in force."""

    kind: ConferenceKind
    reason: str


@dataclass(frozen=True, slots=True)
class Revive:
    """Put a meeting that was to be replaced back in force."""

    reason: str


@dataclass(frozen=True, slots=True)
class NoteReason:
    """Write this location into the event, and mail nobody: its flag word and why it waits.

    An empty reason takes the note out.
    """

    location: str
    reason: str


@dataclass(frozen=True, slots=True)
class Release:
    """Let the meeting be: its event is gone and policy keeps it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Forget:
    """Drop a binding that has no meeting."""

    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Tell why there is no link. `until` None waits for a change of the event."""

    code: str
    reason: str
    remedy: str
    until: datetime | None


Action = (
    CreateMeeting
    | WriteLink
    | UpdateMeeting
    | UpdateOccurrence
    | DeleteOccurrence
    | RemoveLink
    | ShareLink
    | UnshareLink
    | Follow
    | LookAtOccurrences
    | DeleteMeeting
    | Adopt
    | TakeUp
    | Settle
    | HoldOff
    | Rest
    | LookAgain
    | Decline
    | GiveUpKind
    | Revive
    | NoteReason
    | Release
    | Forget
    | Wait
)

# What is done outside, and so is shown in a plan.
Effect = (
    CreateMeeting
    | WriteLink
    | UpdateMeeting
    | UpdateOccurrence
    | DeleteOccurrence
    | RemoveLink
    | ShareLink
    | UnshareLink
    | DeleteMeeting
    | NoteReason
)

_KINDS: dict[type[Effect], str] = {
    CreateMeeting: "create_meeting",
    WriteLink: "write_link",
    UpdateMeeting: "update_meeting",
    UpdateOccurrence: "update_occurrence",
    DeleteOccurrence: "delete_occurrence",
    RemoveLink: "remove_link",
    ShareLink: "write_link",
    UnshareLink: "remove_link",
    DeleteMeeting: "delete_meeting",
    NoteReason: "note_reason",
}


def kind_of(effect: Effect) -> str:
    """Name an effect, stably, for machines."""
    return _KINDS[type(effect)]

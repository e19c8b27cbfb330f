"""The closed set of things that can be done about an event, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from syncd.core.meeting import MeetingChange, MeetingSpec


class Afterwards(StrEnum):
    """What is remembered once a meeting is deleted."""

    FORGET = "forget"
    DECLINE = "decline"
    """That a person took the link out: it stays out until flagged anew."""


@dataclass(frozen=True, slots=True)
class CreateMeeting:
    """Make the meeting: intent first, one request, outcome after."""

    host: str
    spec: MeetingSpec
    reason: str
    pool: tuple[str, ...] = ()
    """One of these hosts instead, whoever is free when the intent is committed."""


@dataclass(frozen=True, slots=True)
class WriteLink:
    """Put the link of the meeting into the event, in one write."""

    reason: str


@dataclass(frozen=True, slots=True)
class UpdateMeeting:
    """Bring the meeting in step with its event."""

    change: MeetingChange
    spec: MeetingSpec
    reason: str


@dataclass(frozen=True, slots=True)
class RemoveLink:
    """Take the link out of the event, in one write."""

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
class Settle:
    """Note the event as it was seen; nothing outside changes.

    `spec_digest` is what the meeting was found to be, None where it was not compared.
    """

    reason: str
    spec_digest: str | None = None


@dataclass(frozen=True, slots=True)
class HoldOff:
    """Want the meeting gone since the first look, and look once more before it is deleted."""

    since: datetime
    until: datetime
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
    | RemoveLink
    | DeleteMeeting
    | Adopt
    | Settle
    | HoldOff
    | Release
    | Forget
    | Wait
)

# What is done outside, and so is shown in a plan.
Effect = CreateMeeting | WriteLink | UpdateMeeting | RemoveLink | DeleteMeeting

_KINDS: dict[type[Effect], str] = {
    CreateMeeting: "create_meeting",
    WriteLink: "write_link",
    UpdateMeeting: "update_meeting",
    RemoveLink: "remove_link",
    DeleteMeeting: "delete_meeting",
}


def kind_of(effect: Effect) -> str:
    """Name an effect, stably, for machines."""
    return _KINDS[type(effect)]

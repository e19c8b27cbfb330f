"""The bond between an event and its meeting, and the intents that change it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from syncd.core.conference import ConferenceKind
from syncd.core.ids import EventKey, EventRef, Provider


class BindingState(StrEnum):
    """Where the bond stands. A legal life reads from top to bottom."""

    CREATING = "creating"
    """A meeting is being made, or is made and its link not yet written."""
    LINKED = "linked"
    """The link stood in the event when we last looked."""
    REMOVING = "removing"
    """The link goes out, then the meeting is deleted."""
    DECLINED = "declined"
    """A person took the link out; the event stays without until it is flagged anew."""
    SHARING = "sharing"
    """An occurrence changed by itself that goes with its series: `join_url` is the link of the series'
    meeting as it shows it, None while it shows none. It has no meeting of its own."""
    RELEASED = "released"
    """No longer ours to change: the event is gone and the meeting was kept by policy, or its account
    was disconnected (then `parted` says which) and it is taken up again once that is back."""


LIVING = (BindingState.CREATING, BindingState.LINKED, BindingState.REMOVING)
"""The states in which there is a meeting of ours, or may be."""


DOUBTED = ""
"""The `spec_digest` of a meeting that seems to have been changed at Zoom: it is to be read again."""

GONE, MISSED = "gone", "missed"
"""The `version` after a first look that did not find the event, or its meeting at Zoom. A second one
agrees only if it lacks the same: two things that were out of sight once are not gone."""


@dataclass(frozen=True, slots=True)
class RetiredMeeting:
    """A meeting that another has taken the place of, since `at` (UTC)."""

    meeting_id: int
    join_url: str
    at: datetime
    host: str = ""
    """Who hosts it; empty for whoever hosts the other one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One event and its meeting. Times are UTC. Never holds a title or a text of the event."""

    id: str
    key: EventKey
    ref: EventRef
    state: BindingState
    host: str
    starts_at: datetime
    ends_at: datetime
    conference: ConferenceKind = ConferenceKind.ZOOM
    """What it is bound to; only a Zoom meeting has a `meeting_id`."""
    meeting_id: int | None = None
    join_url: str | None = None
    spec_digest: str | None = None
    """What the meeting was last told; None when that is not known, or `DOUBTED`."""
    version: str | None = None
    """The event's version after our last look; the same version again needs no look. Or `GONE`, or
    `MISSED`, which are nobody's version."""
    changed_at: datetime | None = None
    """When that version was made; an older one is a stale read and never acted on."""
    flag_taken: bool = False
    """Nothing in the event has to ask for it any more: our write took the flag out (word in the
    location, tag in the title), or a rule gave the link, which never takes one away."""
    wishes: tuple[str, ...] = ()
    """What the flags asked for when the link was written; a meeting made anew keeps to it."""
    flags_seen: tuple[str, ...] = ()
    """The flags that stood in the event when a person took the link out."""
    removal_since: datetime | None = None
    """First look that wanted the meeting gone; a second one must agree a hold-off later."""
    retired_meeting_id: int | None = None
    """The meeting that stood here before; deleted once no guest can still find its link."""
    retired_url: str | None = None
    retired_at: datetime | None = None
    retired_host: str | None = None
    """Who hosts it, where that may be another than `host`."""
    failed_at: datetime | None = None
    """When the calendar's provider last failed to make a conference of its own."""
    repeats: bool = False
    """It is a series with times still to come; `starts_at` and `ends_at` are those of the next."""
    parted: Provider | None = None
    """Whose account was disconnected, so that it is `RELEASED` although its event has the link."""
    made_by: str | None = None
    """Which Zoom user made the meeting, as `host_print` of marks gives it; None when not known."""
    inexact: str | None = None
    """Why a series has no fixed times at Zoom although policy asks for them; a sentence."""

    @property
    def retired(self) -> RetiredMeeting | None:
        """The former meeting, while it is still to be deleted."""
        if self.retired_meeting_id is None or self.retired_at is None:
            return None
        return RetiredMeeting(
            self.retired_meeting_id,
            self.retired_url or "",
            self.retired_at,
            self.retired_host or "",
        )


def with_retired(binding: Binding, former: RetiredMeeting | None) -> Binding:
    """Give the binding with this former meeting, or with none."""
    return replace(
        binding,
        retired_meeting_id=former.meeting_id if former is not None else None,
        retired_url=former.join_url if former is not None else None,
        retired_at=former.at if former is not None else None,
        retired_host=former.host or None if former is not None else None,
    )


def is_draft(binding: Binding) -> bool:
    """Tell whether its first meeting was never made: what stood in the event before is not known."""
    is_first = binding.retired is None and binding.meeting_id is None
    return binding.state is BindingState.CREATING and is_first


class IntentKind(StrEnum):
    """What is about to be done outside; committed before it is done."""

    CREATE = "create"
    LINK = "link"
    UPDATE = "update"
    UNLINK = "unlink"
    DELETE = "delete"


class Outcome(StrEnum):
    """How an intent ended."""

    DONE = "done"
    NOT_DONE = "not_done"
    """It certainly had no effect."""
    ADOPTED = "adopted"
    """Its effect was found afterwards by the marker."""
    GIVEN_UP = "given_up"
    """Nothing of it was found in its time; what surfaces later is surplus, and is swept."""
    SUPERSEDED = "superseded"
    """Whether it had an effect is seen by looking again; nothing rests on this record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One effect written down before it happens; at most one is open per binding."""

    id: str
    binding_id: str
    kind: IntentKind
    host: str
    marker: str
    """The marker of a create, by which its meeting is found again."""
    meeting_id: int | None
    opened_at: datetime
    epoch: int
    """The lease under which it was written."""

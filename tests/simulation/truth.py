"""What people want, event by event: the measure of everything that syncd does."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from syncd.sandbox.fakes.microsoft import ids
from syncd.sandbox.fakes.zoom.meeting import Meeting
from tests.simulation.stage import Stage

AppName = Literal["google", "outlook"]
Kind = Literal["zoom", "own"]
"""What an event is marked for; own is what its calendar's provider makes: Google Meet, or Teams."""
PENDING = "pending"
LINK = re.compile(r"https://[a-z0-9.]+/j/([0-9]+)")
MARKER = re.compile(r"syncd:[a-z2-7]+:[a-z2-7]{26}")

# How long it takes at most until every event was read again after the database was lost.
_ADOPTED_WITHIN = 120.0


@dataclass(kw_only=True)
class Wish:
    """One event, and what its person wants of it."""

    app: AppName
    owner: str
    id: str
    title: str
    start: datetime
    mark: Literal["tag", "word", "title", "category", "none"]
    kind: Kind = "zoom"
    series: bool = False
    gone: bool = False
    copied_from: int | None = None
    """The meeting whose link it came with."""
    renewed: int = 0
    """How often a fresh meeting was asked for in place of the one it has."""
    outworn: frozenset[int] = frozenset()
    """The meetings that it had then."""
    replaced: set[int] = field(default_factory=set)
    """The meetings in whose place a conference of its own provider was asked for."""
    taken_out: bool = False
    """Whether a person took a Meet out; marked again before syncd sees that, it would stay out."""
    wanted: list[tuple[float, bool]] = field(default_factory=list)
    """When it began to be wanted, and when it ended."""

    @property
    def word(self) -> str:
        """What people call what they want."""
        if self.kind == "zoom":
            return "zoom"
        return "meet" if self.app == "google" else "teams"

    @property
    def is_wanted(self) -> bool:
        return self.wanted[-1][1]

    def set(self, now: float, *, wanted: bool) -> None:
        if wanted != self.is_wanted:
            self.wanted.append((now, wanted))

    def was_unwanted(self, before: float) -> bool:
        """Tell whether it was unwanted at some instant until then."""
        return any(since <= before and not wanted for since, wanted in self.wanted)


@dataclass(frozen=True, slots=True)
class Shown:
    """An event as it stands in the calendar."""

    title: str
    location: str
    text: str
    cancelled: bool
    conference: str = ""
    """The link of its provider's own conference; `PENDING` while that is being made."""

    @property
    def untagged(self) -> str:
        """The title without any tag."""
        return self.title.partition(" #")[0]

    @property
    def meetings(self) -> set[int]:
        """The ids of the meetings whose links it shows."""
        return {
            int(found) for found in LINK.findall(f"{self.location}\n{html.unescape(self.text)}")
        }


class Truth:
    """All wishes, and the calendars and meetings as they really are."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.wishes: list[Wish] = []
        self.deleted_by_people: set[int] = set()
        self.tolerated: set[int] = set()
        """Meetings whose only record was lost with the database: reported, and at most a surplus one day."""
        self.own_was_refused = False
        """Whether Google once made no Meet that was asked for: it is asked again an hour later."""
        self.forgotten_at: list[float] = []
        """When the database was lost."""

    def is_lost_since(self, moment: float) -> bool:
        """Tell whether the database was lost after a moment, and with it what was asked for then."""
        return any(lost > moment for lost in self.forgotten_at)

    def wish(self, event_id: str) -> Wish | None:
        """Find the wish of an event."""
        return next((one for one in self.wishes if one.id == event_id), None)

    def shown(self, wish: Wish) -> Shown | None:
        """Give the event as it stands; None when it is deleted."""
        raw = self.raw(wish)
        if raw is None:
            return None
        if wish.app == "google":
            return Shown(
                raw.get("summary", ""),
                raw.get("location", ""),
                raw.get("description", ""),
                raw.get("status") == "cancelled",
                _meet(raw),
            )
        return Shown(
            raw.get("subject", ""),
            (raw.get("location") or {}).get("displayName", ""),
            (raw.get("body") or {}).get("content", ""),
            bool(raw.get("isCancelled")),
            _teams(raw),
        )

    def raw(self, wish: Wish) -> dict[str, Any] | None:
        """Give the stored event; None when it is deleted."""
        if wish.app == "google":
            calendar = self._stage.google._core.calendars.get(wish.owner)
            event = calendar.find(wish.id) if calendar is not None else None
            return None if event is None or event.get("status") == "cancelled" else event
        mailbox = self._stage.outlook.exchange.mailboxes[wish.owner]
        item = mailbox.items.get(ids.decode(wish.id).key)
        return None if item is None or item.deleted else dict(item.fields)

    def meetings(self) -> dict[int, Meeting]:
        """Give the living meetings that carry a marker of ours."""
        living = self._stage.zoom.shelf.living(self._stage.world.now())
        return {one.id: one for one in living if MARKER.match(one.agenda)}

    def problems(self) -> list[str]:
        """Tell what is not yet as people want it (L1); nothing when all is."""
        found: list[str] = []
        meetings, shown = self.meetings(), set[int]()
        for wish in self.wishes:
            event = None if wish.gone else self.shown(wish)
            if event is None or event.cancelled:
                continue
            shown |= event.meetings
            found += self._of_wish(wish, event, meetings)
        if left := sorted(meetings.keys() - shown - self.tolerated):
            found.append(f"L1 meetings without event: {left}")
        if begun := self._stage.begun():
            found.append(f"L1 begun and not ended: {', '.join(begun)}")
        return found

    def _was_forgotten(self, wish: Wish) -> bool:
        """Tell whether its mark went while nothing knew any more that there had been one.

        A linked event without a flag looks like one whose flag word the link has replaced.
        """
        since = wish.wanted[-1][0]
        return any(lost >= since - _ADOPTED_WITHIN for lost in self.forgotten_at)

    def _of_wish(self, wish: Wish, event: Shown, meetings: dict[int, Meeting]) -> list[str]:
        name = f"{wish.app} {wish.id[-12:]}"
        if not wish.is_wanted:
            return self._of_unwanted(wish, event, name)
        if wish.kind == "own":
            return self._of_own(event, name, meetings)
        return self._of_zoom(wish, event, name, meetings)

    def _of_zoom(
        self, wish: Wish, event: Shown, name: str, meetings: dict[int, Meeting]
    ) -> list[str]:
        if event.conference:
            return [f"L1 {name}: a conference of its provider beside what is wanted"]
        if len(event.meetings) != 1:
            return [f"L1 {name}: {len(event.meetings)} links"]
        [meeting_id] = event.meetings
        is_copied = meeting_id == wish.copied_from and not self.forgotten_at
        if is_copied or meeting_id in wish.outworn:
            return [f"L1 {name}: the link that was to be replaced"]
        if (meeting := meetings.get(meeting_id)) is None:
            is_unknown = self._is_unknown(wish, meeting_id)
            return [] if is_unknown else [f"L1 {name}: its link leads nowhere"]
        found: list[str] = []
        # A tag that came while the link stood already stays in the title.
        if meeting.topic != (title := event.untagged):
            found.append(f"L1 {name}: the meeting is called {meeting.topic!r}, not {title!r}")
        if not wish.series and meeting.start != wish.start:
            found.append(f"L1 {name}: the meeting is at {meeting.start}, not {wish.start}")
        return found

    def _of_own(self, event: Shown, name: str, meetings: dict[int, Meeting]) -> list[str]:
        if not event.conference and self.own_was_refused:
            # What was to be replaced stays in force.
            dead = event.meetings - meetings.keys() - self.deleted_by_people
            return [f"L1 {name}: its link leads nowhere"] if dead else []
        if event.conference in {"", PENDING}:
            return [f"L1 {name}: no {event.conference or 'conference'} of its provider's own"]
        return [f"L1 {name}: a link beside it"] if event.meetings else []

    def _is_unknown(self, wish: Wish, meeting_id: int) -> bool:
        """Tell whether nothing says any more whose dead link was copied along: Outlook copies no mark."""
        return bool(self.forgotten_at) and (wish.app, wish.copied_from) == ("outlook", meeting_id)

    def _of_unwanted(self, wish: Wish, event: Shown, name: str) -> list[str]:
        # A copy that asks for nothing is a person's own text, its link included.
        if event.meetings == {wish.copied_from} or self._was_forgotten(wish):
            return []
        # Teams stays where it is: Exchange takes it out for nobody.
        stands = event.meetings or (event.conference and wish.app == "google")
        return [f"L1 {name}: a link that nobody wants"] if stands else []


def _meet(raw: dict[str, Any]) -> str:
    """Give the Meet of an event; one that could not be made is none."""
    request = raw.get("conferenceData", {}).get("createRequest", {})
    is_pending = request.get("status", {}).get("statusCode") == PENDING
    return raw.get("hangoutLink") or (PENDING if is_pending else "")


def _teams(raw: dict[str, Any]) -> str:
    if raw["onlineMeeting"] is None:
        return PENDING if raw["isOnlineMeeting"] else ""
    return str(raw["onlineMeeting"]["joinUrl"])

"""What the sandbox shows of itself: every event with the links in it, every meeting."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_LINK = re.compile(r"https://[a-z0-9.]+/j/[0-9]+[^\s<>\"';,]*")
_MARKER = re.compile(r"syncd:[a-z2-7]+:[a-z2-7]{26}")


@dataclass(frozen=True, kw_only=True)
class ShownEvent:
    """An event that is not deleted, as everybody sees it."""

    id: str
    title: str
    text: str
    start: datetime
    links: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class LivingMeeting:
    """A meeting that is not deleted; `marker` is empty for one that syncd did not make."""

    id: int
    link: str
    marker: str
    topic: str
    start: datetime


@dataclass(frozen=True)
class Seen:
    """One look at the sandbox."""

    events: dict[str, ShownEvent]
    meetings: tuple[LivingMeeting, ...]

    @property
    def by_marker(self) -> dict[str, list[LivingMeeting]]:
        """Give the meetings that syncd made, by their markers."""
        found: defaultdict[str, list[LivingMeeting]] = defaultdict(list)
        for meeting in self.meetings:
            if meeting.marker:
                found[meeting.marker].append(meeting)
        return found


def read(state: dict[str, Any]) -> Seen:
    """Read what `GET state` gave."""
    events = {event.id: event for event in (*_google(state), *_outlook(state))}
    return Seen(events, tuple(_meeting(raw) for raw in state["zoom"]["meetings"]))


def _google(state: dict[str, Any]) -> Iterator[ShownEvent]:
    for calendar in state["google"]["calendars"].values():
        for raw in calendar["events"]:
            if raw["status"] != "cancelled":
                slots = (raw.get("location", ""), raw.get("description", ""))
                start = raw["start"]["dateTime"]
                yield _event(raw["id"], raw.get("summary", ""), slots, start)


def _outlook(state: dict[str, Any]) -> Iterator[ShownEvent]:
    for calendar in state["microsoft"]["calendars"].values():
        for raw in calendar["events"]:
            if not raw.get("deleted"):
                slots = (raw["location"]["displayName"], raw["body"]["content"])
                yield _event(raw["id"], raw["subject"], slots, raw["start"]["dateTime"])


def _event(event_id: str, title: str, slots: tuple[str, str], start: str) -> ShownEvent:
    links = _LINK.findall("\n".join(html.unescape(slot) for slot in slots))
    return ShownEvent(
        id=event_id, title=title, text=slots[1], start=_moment(start), links=frozenset(links)
    )


def _meeting(raw: dict[str, Any]) -> LivingMeeting:
    marker = _MARKER.match(raw.get("agenda", ""))
    return LivingMeeting(
        id=raw["id"],
        link=raw["join_url"],
        marker=marker.group() if marker else "",
        topic=raw["topic"],
        start=_moment(raw["start_time"]),
    )


def _moment(text: str) -> datetime:
    """Read a time with its offset, or in UTC without one, with however many decimals."""
    found = datetime.fromisoformat(re.sub(r"\.\d+", "", text))
    return found if found.tzinfo else found.replace(tzinfo=UTC)

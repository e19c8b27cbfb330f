"""What must hold at every death, and what when all is settled. Pure: two looks in, sentences out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from tests.acceptance.kill.kept import Kept
from tests.acceptance.kill.people import TITLE_MARK, Entry
from tests.acceptance.kill.seen import LivingMeeting, Seen

Promise = Literal["second meeting", "dead link", "second link", "orphan", "damaged database"]


class Breach(NamedTuple):
    """A promise that is broken, and where."""

    promise: Promise
    text: str


def broken(seen: Seen, kept: Kept | None) -> list[Breach]:
    """Name what is wrong at the death of a daemon; `kept` is None before there was a database."""
    return [*_of_links(seen), *_of_meetings(seen, kept), *_of_database(kept)]


def _of_links(seen: Seen) -> Iterator[Breach]:
    living = {meeting.link for meeting in seen.meetings}
    for event in seen.events.values():
        if not event.links <= living:
            yield Breach("dead link", f"event {event.id} shows a dead link")
        if len(event.links) > 1:
            yield Breach("second link", f"event {event.id} shows {len(event.links)} links")


def _of_meetings(seen: Seen, kept: Kept | None) -> Iterator[Breach]:
    former = frozenset[int]() if kept is None else kept.former
    for marker, meetings in seen.by_marker.items():
        if sum(meeting.id not in former for meeting in meetings) > 1:
            yield Breach(
                "second meeting", f"{len(meetings)} meetings live with the marker {marker}"
            )
        for meeting in meetings:
            if not is_accounted(meeting, kept):
                yield Breach("orphan", f"meeting {meeting.id} is not known to the database")


def is_accounted(meeting: LivingMeeting, kept: Kept | None) -> bool:
    """Tell whether a meeting has a binding, or an intent by which it will be found."""
    if kept is None or meeting.marker not in kept.markers:
        return False
    return meeting.id in kept.bound or any(
        intent.meeting_id == meeting.id
        or (intent.kind == "create" and intent.marker == meeting.marker)
        for intent in kept.intents
    )


def _of_database(kept: Kept | None) -> Iterator[Breach]:
    if kept is not None and kept.damage:
        yield Breach("damaged database", f"the database is damaged: {kept.damage}")


def unsettled(seen: Seen, entries: Sequence[Entry]) -> list[str]:
    """Name what is not yet, or no more, as people asked for it."""
    ours = [meeting for meeting in seen.meetings if meeting.marker]
    by_link = {meeting.link: meeting for meeting in ours}
    problems = [one for entry in entries for one in _of_entry(entry, seen, by_link)]
    wanted = sum(entry.is_wanted for entry in entries)
    if len(ours) != wanted:
        problems.append(f"{len(ours)} meetings live for {wanted} marked events")
    shown = [link for event in seen.events.values() for link in event.links]
    if len(set(shown)) != len(shown):
        problems.append("two events show the same link")
    return problems


def _of_entry(entry: Entry, seen: Seen, by_link: dict[str, LivingMeeting]) -> Iterator[str]:
    event = seen.events.get(entry.id)
    if event is None or entry.is_deleted:
        if entry.is_deleted != (event is None):
            yield f"event {entry.number} is {'gone' if event is None else 'still there'}"
        return
    # Whoever writes the mark again into a title that has its link finds it left alone.
    if event.title.removesuffix(TITLE_MARK) != entry.title:
        yield f"event {entry.number} is named {event.title!r} instead of {entry.title!r}"
    if entry.own_text not in event.text:
        yield f"event {entry.number} has lost its own text"
    if bool(event.links) != entry.is_wanted:
        yield f"event {entry.number} ({entry.app}, {entry.style}) shows {len(event.links)} links"
    for meeting in (by_link[link] for link in event.links & by_link.keys()):
        if (meeting.topic, meeting.start) != (entry.title, event.start):
            yield f"the meeting of event {entry.number} has not followed it"

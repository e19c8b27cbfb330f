"""All meetings of the account, each with the version before its last change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from syncd.sandbox.fakes.zoom.errors import no_meeting
from syncd.sandbox.fakes.zoom.meeting import Meeting


class Shelf:
    """Meetings by id; deleted ones stay, out of sight of the API.

    A stale reader sees the world before the last change of each meeting: a new one is not there
    yet, a deleted one still is.
    """

    def __init__(self) -> None:
        self._meetings: dict[int, Meeting] = {}
        self._previous: dict[int, Meeting | None] = {}

    def put(self, meeting: Meeting) -> None:
        """Keep a version of a meeting."""
        self._previous[meeting.id] = self._meetings.get(meeting.id)
        self._meetings[meeting.id] = meeting

    def delete(self, meeting: Meeting, now: datetime) -> None:
        """Take a meeting out of sight."""
        self.put(replace(meeting, deleted=now))

    def in_trash(self, meeting_id: int) -> Meeting:
        """Find a deleted meeting; raises ZoomError 404 with code 3001."""
        meeting = self._meetings.get(meeting_id)
        if meeting is None or meeting.deleted is None:
            raise no_meeting(meeting_id)
        return meeting

    def recover(self, meeting_id: int) -> None:
        """Bring a deleted meeting back into sight as it was."""
        self.put(replace(self.in_trash(meeting_id), deleted=None))

    def get(self, meeting_id: int, now: datetime, *, stale: bool = False) -> Meeting:
        """Find a living meeting; raises ZoomError 404 with code 3001."""
        kept = self._previous if stale else self._meetings
        meeting = kept.get(meeting_id)
        if meeting is None or not _alive(meeting, now):
            raise no_meeting(meeting_id)
        return meeting

    def knows(self, meeting_id: int) -> bool:
        """Tell whether an id was ever given out."""
        return meeting_id in self._meetings

    def living(self, now: datetime, *, stale: bool = False) -> Iterator[Meeting]:
        """Go through all meetings that are neither deleted nor expired."""
        for meeting_id, meeting in self._meetings.items():
            seen = self._previous[meeting_id] if stale else meeting
            if seen is not None and _alive(seen, now):
                yield seen

    def deleted(self) -> Iterator[Meeting]:
        """Go through all meetings that somebody deleted."""
        return (meeting for meeting in self._meetings.values() if meeting.deleted is not None)


def _alive(meeting: Meeting, now: datetime) -> bool:
    return meeting.deleted is None and now < meeting.expires()

"""What Zoom's list tells of bound meetings, and of meetings that no event is bound to.

A list proves nothing: it only says which meetings to look at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from syncd.core.binding import Binding, BindingState
from syncd.core.marks import MarkKeys, is_marker_of_ours, marker_in
from syncd.core.meeting import ListedMeeting, Meeting

# Far longer than any request is on its way.
MAY_SURFACE = timedelta(days=1)
"""How long after a create was given up its meeting may still be found."""


def is_followed(binding: Binding, now: datetime) -> bool:
    """Tell whether a binding has a meeting that people are still to join; `now` is UTC.

    Zoom forgets meetings 30 days after their date, so those of events that are over are no alarm.
    """
    has_link = binding.state is BindingState.LINKED and binding.meeting_id is not None
    return has_link and binding.ends_at > now


def has_drifted(binding: Binding, listed: ListedMeeting | None) -> bool:
    """Tell whether a bound meeting must be looked at: it is missing, or has another link."""
    if listed is None:
        return True
    return bool(listed.join_url) and listed.join_url != binding.join_url


def unaccounted(
    listed: Iterable[ListedMeeting], keys: MarkKeys, *, in_making: Collection[str], before: datetime
) -> list[ListedMeeting]:
    """Choose the meetings that carry our marker and were made `before` then (UTC), in the list's order.

    `in_making` are the markers of creates whose outcome is not known yet. Which of them are bound
    is for the caller to say.
    """

    def is_settled(meeting: ListedMeeting) -> bool:
        marker = marker_in(meeting.agenda)
        if marker is None or marker in in_making or not is_marker_of_ours(keys, marker):
            return False
        return meeting.created_at is None or meeting.created_at < before

    return [meeting for meeting in listed if is_settled(meeting)]


def is_over(meeting: Meeting, now: datetime) -> bool:
    """Tell whether a meeting has ended (`now` is UTC); one without a fixed time never has."""
    if meeting.start is None:
        return False
    living = [one for one in meeting.occurrences if not one.deleted]
    if living:
        return all(one.start + timedelta(minutes=one.duration_minutes) <= now for one in living)
    return meeting.start + timedelta(minutes=meeting.duration_minutes) <= now

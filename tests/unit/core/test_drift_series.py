"""A meeting with fixed times is over when the last of them is."""

from datetime import timedelta

from syncd.core.drift import is_over
from syncd.core.meeting import MeetingOccurrence
from tests.factories import NOW, meeting


def occurrence(days: int, *, deleted: bool = False) -> MeetingOccurrence:
    start = NOW + timedelta(days=days)
    return MeetingOccurrence(id=str(days), start=start, duration_minutes=30, deleted=deleted)


def test_it_goes_on_while_one_is_to_come():
    begun = {"start": NOW - timedelta(days=7)}
    assert not is_over(meeting(occurrences=(occurrence(-7), occurrence(1)), **begun), NOW)
    assert is_over(meeting(occurrences=(occurrence(-7), occurrence(-1)), **begun), NOW)


def test_a_deleted_one_counts_for_nothing():
    begun = {"start": NOW - timedelta(days=7)}
    times = (occurrence(-7), occurrence(1, deleted=True))
    assert is_over(meeting(occurrences=times, **begun), NOW)

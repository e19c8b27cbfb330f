"""Whether a reason is written behind the flag word, and when it goes again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.actions import Action, CreateMeeting, NoteReason, Wait
from syncd.core.event import Event
from syncd.core.ids import CalendarKey, EventRef, Provider
from syncd.core.look import Observed
from syncd.core.noting import NOT_BEFORE, note_of
from syncd.core.plan import make_plan
from syncd.core.policy import LinkPolicy
from tests.factories import NOW, context, event, person, text

NOTING = context(person=person(link=LinkPolicy(reason_in_event=True)))
FAR = {"start": NOW + timedelta(days=365), "end": NOW + timedelta(days=365, hours=1)}
OUTLOOK = CalendarKey(Provider.MICROSOFT, "ana@example.com", "primary")
MINUTE = timedelta(minutes=1)


def plan(seen: Event, **fields: object) -> tuple[Action, ...]:
    observed = Observed(ref=seen.ref, event=seen, binding=None, **fields)  # type: ignore[arg-type]  # any field
    return make_plan(observed, NOTING).actions


def test_a_reason_stands_behind_the_word():
    wait, note = plan(event(location="Zoom", **FAR))
    assert isinstance(wait, Wait)
    assert isinstance(note, NoteReason)
    assert note.location == f"Zoom (waiting: {wait.reason})"
    assert note.reason == wait.reason


def test_the_same_reason_is_not_written_again_and_still_waits():
    _, note = plan(event(location="zoom", **FAR))
    assert isinstance(note, NoteReason)
    (wait,) = plan(event(location=note.location, **FAR), noted_at=NOW - MINUTE)
    assert isinstance(wait, Wait)
    assert wait.until == FAR["start"] - LinkPolicy().horizon


def test_another_reason_takes_its_place_after_an_hour_and_not_before():
    old = event(location="zoom (waiting: Zoom is away)", **FAR)
    (wait,) = plan(old, noted_at=NOW - MINUTE)
    assert isinstance(wait, Wait)
    assert wait.until == NOW - MINUTE + NOT_BEFORE
    _, note = plan(old, noted_at=NOW - NOT_BEFORE)
    assert isinstance(note, NoteReason)
    assert "Zoom is away" not in note.location


@pytest.mark.parametrize(
    "seen",
    [
        event(title="#zoom", **FAR),
        event(title="#zoom", location="Room 1", **FAR),
        event(location="zoom", ref=EventRef(OUTLOOK, "event1"), **FAR),
        event(location="zoom", can_write=False, **FAR),
    ],
    ids=["a tag", "a tag beside a room", "on Outlook", "read only"],
)
def test_nothing_is_noted(seen):
    assert not any(isinstance(action, NoteReason) for action in plan(seen))


def test_nothing_is_noted_unless_policy_says_so():
    assert note_of(event(location="zoom"), "why", NOTING) is not None
    assert note_of(event(location="zoom"), "why", context()) is None


def test_a_word_with_a_note_asks_as_before():
    create, _ = plan(event(location="zoom (waiting: Zoom is away)"), noted_at=NOW)
    assert isinstance(create, CreateMeeting)


def test_our_note_goes_when_nothing_waits_any_more():
    refused = event(location="zoom (waiting: Zoom is away)", title="Lunch #nozoom")
    (note,) = plan(refused, noted_at=NOW - MINUTE)
    assert note == NoteReason("zoom", "")
    assert plan(replace(refused, location="zoom"), noted_at=NOW) == ()


def test_what_a_person_wrote_in_brackets_stays():
    assert plan(event(location="zoom (waiting: for Bo)", body=text("#nozoom"))) == ()
    assert plan(event(location="Room (waiting: for Bo)")) == ()

"""What is looked at after a death tells what is wrong, and only that."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.acceptance.kill import invariants
from tests.acceptance.kill.kept import Kept, OpenIntent
from tests.acceptance.kill.people import Entry
from tests.acceptance.kill.seen import LivingMeeting, Seen, ShownEvent
from tests.acceptance.kill.tally import Tally

NINE = datetime(2030, 5, 6, 9, tzinfo=UTC)
LINK = "https://zoom.example/j/1"
MEETING = LivingMeeting(id=1, link=LINK, marker="syncd:a", topic="Talk 0.0", start=NINE)
SECOND = replace(MEETING, id=2, link="https://zoom.example/j/2")
EVENT = ShownEvent(
    id="e", title="Talk 0.0", text="Please read draft 0.", start=NINE, links=frozenset({LINK})
)
ENTRY = Entry(person=0, app="google", style="location", number=0, id="e")
CREATE = OpenIntent(kind="create", marker="syncd:a", meeting_id=None, opened_at=NINE)
KEPT = Kept(
    bound=frozenset({1}),
    former=frozenset(),
    intents=(),
    markers=frozenset({"syncd:a"}),
    creates=1,
    damage="",
)


def seen(*meetings: LivingMeeting, event: ShownEvent = EVENT) -> Seen:
    return Seen({event.id: event}, meetings)


def test_a_meeting_that_is_known_and_shown_breaks_nothing():
    assert invariants.broken(seen(MEETING), KEPT) == []
    half_done = replace(KEPT, bound=frozenset(), intents=(CREATE,))
    assert invariants.broken(seen(MEETING), half_done) == []
    replaced = replace(KEPT, bound=frozenset({1, 2}), former=frozenset({1}))
    assert invariants.broken(seen(MEETING, SECOND), replaced) == []


@pytest.mark.parametrize(
    ("promise", "look", "kept"),
    [
        ("dead link", seen(), KEPT),
        (
            "second link",
            seen(
                MEETING,
                replace(SECOND, marker=""),
                event=replace(EVENT, links=frozenset({LINK, SECOND.link})),
            ),
            KEPT,
        ),
        ("second meeting", seen(MEETING, SECOND), replace(KEPT, bound=frozenset({1, 2}))),
        ("orphan", seen(MEETING), replace(KEPT, bound=frozenset())),
        ("orphan", seen(MEETING), replace(KEPT, markers=frozenset())),
        ("orphan", seen(MEETING), None),
        ("damaged database", seen(MEETING), replace(KEPT, damage="row 7 is missing")),
    ],
)
def test_every_promise_is_told_by_its_name(promise: str, look: Seen, kept: Kept | None):
    told = {breach.promise for breach in invariants.broken(look, kept)}
    assert promise in told
    tally = Tally()
    tally.wrong("here", promise)
    assert f"{promise}s 1" in tally.told(database="sqlite", seed=1, seconds=0.0)


@pytest.mark.parametrize(
    ("look", "entry"),
    [
        (seen(event=replace(EVENT, links=frozenset())), ENTRY),
        (seen(MEETING), replace(ENTRY, is_wanted=False)),
        (seen(MEETING), replace(ENTRY, is_deleted=True, is_wanted=False)),
        (seen(MEETING), replace(ENTRY, name=1)),
        (seen(MEETING, event=replace(EVENT, text="")), ENTRY),
        (seen(MEETING, SECOND), ENTRY),
        (seen(replace(MEETING, topic="Other")), ENTRY),
    ],
)
def test_what_people_asked_for_and_did_not_get_is_told(look: Seen, entry: Entry):
    assert invariants.unsettled(seen(MEETING), [ENTRY]) == []
    assert invariants.unsettled(look, [entry]) != []

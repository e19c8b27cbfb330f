"""The reason behind the flag word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.event import EventChange
from syncd.core.policy import FlagPolicy
from syncd.core.reason_note import LIMIT, noted, word_of
from syncd.core.rules import FlagSource, decide
from syncd.core.text import folded
from syncd.core.writeback import link_change, takes_flag, takes_location
from tests.factories import event, info, person, url_of

FLAGS = FlagPolicy()
NOTE = "zoom (waiting: reconnect at https://syncd.example/connect)"
WORDS = st.sampled_from(["zoom", "Zoom Meeting", "@zoom", "zoom (big)", "会議"])
REASONS = st.text(max_size=300) | st.lists(
    st.sampled_from(["(", ")", " ", "\n", "reason", "(waiting: ", "x" * 90, "…"])
).map("".join)


def test_the_reason_stands_in_brackets_behind_the_word():
    assert noted("zoom", "reconnect at https://syncd.example/connect") == NOTE
    assert noted(" Zoom ", "a\r\n b\t(c) \u202e") == "Zoom (waiting: a b (c))"


@pytest.mark.parametrize(("word", "reason"), [("zoom", ""), ("zoom", " \n"), ("", "why")])
def test_without_a_word_or_a_reason_there_is_no_note(word, reason):
    assert noted(word, reason) == word


def test_a_long_word_leaves_no_room_for_a_note():
    assert noted("x" * 180, "why") == "x" * 180


@pytest.mark.parametrize("reason", ["a) b", "a (b", ")(", "((x)", "y" * 150 + "(" + "z" * 60 + ")"])
def test_brackets_that_do_not_close_are_left_out(reason):
    note = noted("zoom", reason)
    assert note.count("(") == note.count(")") == 1
    assert word_of(note) == "zoom"


@given(WORDS, REASONS)
def test_a_note_is_one_short_line_and_the_word_is_read_back(word, reason):
    note = noted(word, reason)
    assert len(note) <= LIMIT
    assert note.splitlines() == [note]
    assert word_of(note) == word
    assert note == word or note.endswith(")")


@given(WORDS, REASONS, REASONS)
def test_a_new_note_takes_the_place_of_the_old_one(word, old, new):
    assert noted(noted(word, old), new) == noted(word, new)
    assert noted(noted(word, new), new) == noted(word, new)


@pytest.mark.parametrize(
    "location",
    [
        "",
        "zoom",
        " zoom ",
        "Room 4 (big)",
        "zoom (waiting room)",
        "zoom(waiting: x)",
        "zoom (waiting: x) Room 4",
        "zoom (waiting: x))",
        ")",
        "(waiting: x)",
        "(((",
    ],
)
def test_any_other_location_is_given_as_it_is(location):
    assert word_of(location) == location


@pytest.mark.parametrize("location", [NOTE, NOTE + " \n", "ZOOM (waiting: a (b) c)"])
def test_a_word_with_a_note_is_still_a_flag_and_a_free_place(location):
    flagged = event(location=location)
    flag = decide(flagged, person()).flag
    assert flag is not None
    assert flag.source is FlagSource.LOCATION_WORD
    assert str(flag) == "location_word:zoom"
    assert takes_location(flagged, FLAGS)
    assert takes_flag(decide(flagged, person()), FLAGS)
    assert link_change(flagged, info(), mark="m", flags=FLAGS).location == url_of()


def test_a_room_with_a_note_in_brackets_is_a_room():
    room = event(location="Room 4 (waiting: area)")
    assert not takes_location(room, FLAGS)
    assert decide(room, person()).flag is None
    change = link_change(room, info(), mark="m", flags=FLAGS)
    assert change.location is None
    assert change != EventChange()


@pytest.mark.parametrize("hostile", ["(", ")", " (waiting: ", "()", "\u0301"])
def test_a_flood_of_brackets_is_read_to_its_end(hostile):
    flood = hostile * (200_000 // len(hostile))
    assert word_of(f"{flood}!") == f"{flood}!"
    assert len(noted("zoom", flood)) <= LIMIT
    assert folded(word_of(f"zoom (waiting: {flood.replace('(', '').replace(')', '')})")) == "zoom"

"""The last look at a write: a plan of ours passes it, and one that takes words away does not.

Shows I2 and I7 of `config/promises.md`.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.core.conference import JoinInfo
from syncd.core.event import Body, BodyFormat, Event, EventChange, ShowZoom
from syncd.core.linkblock import merge
from syncd.core.policy import FlagPolicy
from syncd.core.write_check import keeps_words, meetings_written
from syncd.core.writeback import link_change, unlink_change
from tests import factories

OURS = "https://us02web.zoom.us/j/93000000001?pwd=abc.1"
OLDER = "https://us02web.zoom.us/j/93000000002?pwd=xyz.1"
INFO = JoinInfo(93_000_000_001, OURS, "123456")
FORMER = JoinInfo(93_000_000_002, OLDER, "654321")
MARK = "v1.93000000001." + "a" * 26

_PIECES = st.sampled_from(
    [
        *("Agenda", "\n", " ", "<br>", "<div>", "</div>", "&nbsp;", "1. Bring cake", "\r\n"),
        *("Meeting ID: 930 0000 0001", "Passcode: 123456", "──", "ß", OLDER, OURS),
        "https://else.example/j/1",
    ]
)
_TEXTS = st.lists(_PIECES | st.text(max_size=6), max_size=12).map("".join)


def event_with(body: Body, **fields: object) -> Event:
    return factories.event(body=body, **fields)


@settings(max_examples=150)
@given(text=_TEXTS, form=st.sampled_from(list(BodyFormat)), had_former=st.booleans())
def test_a_link_that_comes_and_goes_keeps_every_letter(text, form, had_former):
    body = merge(Body(text, form), FORMER) if had_former else Body(text, form)
    event = event_with(body, location="zoom")
    change = link_change(event, INFO, mark=MARK, flags=FlagPolicy())
    assert keeps_words(event, change, (OURS, OLDER))
    linked = replace(event, body=change.body or body, location=change.location or "zoom")
    assert keeps_words(linked, unlink_change(linked, OURS), (OURS, OLDER))


@pytest.mark.parametrize("form", list(BodyFormat))
@pytest.mark.parametrize(
    "after", ["", "Agenda", "Agenda: cakes", "agenda: cake", "cake Agenda:", "Agenda: cake!"]
)
def test_a_write_that_changes_a_letter_is_seen(form, after):
    event = event_with(Body("Agenda: cake", form))
    block = merge(Body(after, form), INFO)
    assert not keeps_words(event, EventChange(body=block), (OURS,))
    assert keeps_words(event, EventChange(body=merge(event.body, INFO)), (OURS,))


def test_a_text_in_another_format_is_not_the_same():
    event = event_with(Body("Agenda", BodyFormat.TEXT))
    assert not keeps_words(event, EventChange(body=Body("Agenda", BodyFormat.HTML)), ())


def test_a_write_names_its_own_meeting_alone():
    event = event_with(Body("Agenda", BodyFormat.TEXT), location="zoom")
    change = link_change(event, INFO, mark=MARK, flags=FlagPolicy())
    assert meetings_written(event, change) == {INFO.meeting_id}
    assert len(meetings_written(event, replace(change, location=OLDER))) == 2
    assert len(meetings_written(event, replace(change, native=ShowZoom(FORMER)))) == 2
    theirs = replace(event, location=f"Room 4, {OLDER}")
    assert meetings_written(theirs, EventChange(location=f"Room 4, {OLDER}, {OURS}")) == {
        INFO.meeting_id
    }

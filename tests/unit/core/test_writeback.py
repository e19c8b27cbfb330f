"""What one write changes in an event."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core import linkblock
from syncd.core.conference import JoinInfo
from syncd.core.event import Event, EventChange, NativeConference, NativeKind
from syncd.core.marks import mark_of
from syncd.core.policy import FlagPolicy
from syncd.core.rules import decide
from syncd.core.tags import clean_title
from syncd.core.writeback import (
    link_change,
    shows_link,
    takes_flag,
    takes_location,
    unlink_change,
)
from tests.factories import KEY, event, info, keys, linked, markup, person, text, url_of, written

FLAGS = FlagPolicy()
MARK = mark_of(keys(), KEY, info().meeting_id)
NEW = info(meeting_id=99900011122, join_url=url_of(99900011122))


def change_of(before: Event, join: JoinInfo | None = None, **flags: Any) -> EventChange:
    return link_change(before, join or info(), mark=MARK, flags=FlagPolicy(**flags))


def test_one_write_sets_every_place():
    change = change_of(event(title="Talk #zoom", location="zoom", body=text("Agenda")))
    assert change.title == "Talk"
    assert change.location == url_of()
    assert change.body == linkblock.merge(text("Agenda"), info())
    assert change.mark == MARK
    assert not change.drop_native


@pytest.mark.parametrize(
    ("location", "after"),
    [
        ("", url_of()),
        ("  ", url_of()),
        ("Zoom Meeting", url_of()),
        ("Room 1", "Room 1"),
        ("zoom room", "zoom room"),
        ("https://acme.webex.com/meet/ana", "https://acme.webex.com/meet/ana"),
    ],
)
def test_only_a_free_location_is_taken(location, after):
    before = event(location=location)
    assert written(before, change_of(before)).location == after
    assert takes_location(before, FLAGS) is (after == url_of())


def test_a_title_stays_as_it_is_when_policy_says_so():
    assert change_of(event(title="Talk #zoom"), strip_title_tag=False).title is None


@pytest.mark.parametrize("kind", NativeKind)
def test_only_a_google_meet_is_dropped(kind):
    change = change_of(event(native=NativeConference(kind, "https://x")))
    assert change.drop_native is (kind is NativeKind.GOOGLE_MEET)


def test_a_link_that_was_changed_at_zoom_is_replaced_in_every_place():
    fresh = info(join_url=url_of(passcode="new.2"))
    before = linked(event(location="zoom", body=text("Agenda")))
    after = written(before, change_of(before, fresh))
    assert after.location == fresh.join_url
    assert not shows_link(after, url_of())
    assert linkblock.strip(after.body) == text("Agenda")


@pytest.mark.parametrize("join", [NEW, info(join_url=url_of(passcode="new.2"))])
def test_the_location_is_replaced_although_a_person_deleted_the_block(join):
    before = replace(linked(event()), body=text(""))
    after = written(before, change_of(before, join))
    assert after.location == join.join_url
    assert not shows_link(after, url_of())


def test_a_link_of_somebody_else_in_the_location_is_kept():
    theirs = url_of(11122233344)
    before = replace(linked(event()), location=theirs)
    assert change_of(before, NEW).location is None


def test_a_room_beside_the_link_stays():
    before = linked(event(location="Room 1"))
    both = replace(before, location=f"Room 1; {url_of()}")
    assert unlink_change(both, url_of()).location == "Room 1"


@pytest.mark.parametrize(
    "spoiled",
    [
        {"body": text(f"see {url_of()}.")},
        {"body": text(f"see {url_of()}#success")},
        {"body": markup(f'<a href="{url_of()}">here</a>')},
        {"location": f" {url_of()}\n"},
        {"location": f"{url_of()}&from=addon"},
        {"location": f"Room 1 ({url_of()})", "body": text(f"{url_of()} {url_of()}")},
    ],
)
def test_a_link_that_a_person_moved_about_is_taken_out_too(spoiled):
    before = event(**spoiled)
    assert shows_link(before, url_of())
    after = written(before, unlink_change(before, url_of()))
    assert not shows_link(after, url_of())
    assert unlink_change(after, url_of()).is_empty


def test_an_event_without_a_link_needs_no_write_even_with_a_mark():
    assert unlink_change(event(mark=MARK, location="Room 1"), url_of()).is_empty
    assert unlink_change(event(), "").is_empty


def test_another_meeting_with_a_longer_number_is_left_alone():
    theirs = "https://zoom.us/j/1234567890"
    before = event(location=theirs, body=text(theirs))
    assert unlink_change(before, "https://zoom.us/j/123456789").is_empty
    assert not shows_link(before, "https://zoom.us/j/123456789")


def test_without_a_link_of_its_own_nothing_is_shown():
    assert not shows_link(linked(event()), "")


@pytest.mark.parametrize(
    ("flagged", "taken"),
    [
        ({"location": "zoom"}, True),
        ({"title": "Talk #zoom"}, True),
        ({"body": text("#zoom")}, False),
        ({"categories": ("Zoom",)}, False),
        ({}, False),
        ({"location": "zoom", "title": "#nozoom"}, False),
    ],
)
def test_a_flag_that_the_write_takes_out_is_remembered(flagged, taken):
    assert takes_flag(decide(event(**flagged), person()), FLAGS) is taken


def test_a_tag_left_in_the_title_is_not_taken():
    assert not takes_flag(decide(event(title="#zoom"), person()), FlagPolicy(strip_title_tag=False))


BODIES = st.builds(
    lambda make, content: make(content),
    st.sampled_from([text, markup]),
    st.lists(
        st.sampled_from(["Agenda", "\n", "<p>", "</p>", "</body>", "<br>", "#zoom", " ", "&amp;"])
    ).map("".join),
)
EVENTS = st.builds(
    event,
    title=st.sampled_from(["", "Talk", "Talk #zoom", " Talk ", "#zoom:wait Talk"]),
    location=st.sampled_from(["", "zoom", "Room 1", " Room 1 ", "Zoom Meeting", "\t"]),
    body=BODIES,
    native=st.sampled_from(
        [None, NativeConference(NativeKind.GOOGLE_MEET, "https://meet.google.com/abc")]
    ),
)


@given(EVENTS)
def test_taking_the_link_out_leaves_what_would_be_there_without_us(before):
    after = written(before, change_of(before))
    assert shows_link(after, url_of())
    back = written(after, unlink_change(after, url_of()))
    assert back.body == before.body
    assert back.title == clean_title(before.title, FLAGS)
    assert back.location == ("" if takes_location(before, FLAGS) else before.location)
    assert back.mark is None
    assert not shows_link(back, url_of())


@given(EVENTS)
def test_writing_the_link_twice_writes_once(before):
    assert change_of(written(before, change_of(before))) == EventChange()


@given(EVENTS)
def test_removing_it_twice_writes_once(before):
    back = written(linked(before), unlink_change(linked(before), url_of()))
    assert unlink_change(back, url_of()).is_empty


@given(EVENTS)
def test_swapping_the_meeting_leaves_no_old_link(before):
    once = linked(before)
    after = written(once, change_of(once, NEW))
    assert shows_link(after, NEW.join_url)
    assert not shows_link(after, url_of())


@pytest.mark.parametrize("form", [text, markup])
@pytest.mark.parametrize("location", ["https://us05web.zoom.us", "https://us05web.zoom.us/j"])
def test_an_address_that_only_begins_like_the_link_is_a_persons_own(location, form):
    before = event(location=location, body=form(""))
    after = linked(before)
    assert after.location == location
    assert change_of(after).is_empty
    assert written(after, unlink_change(after, url_of())).location == location

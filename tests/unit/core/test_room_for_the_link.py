"""Where the link may stand, and what stands beside it."""

import pytest

from syncd.core import linkblock
from syncd.core.case import Case
from syncd.core.desired import Desired, Wanted, desired
from syncd.core.event import Event
from syncd.core.refusals import Refused
from syncd.core.rules import decide
from syncd.core.writeback import link_change, unlink_change
from tests.factories import NOW, event, info, linked, markup, person, text, url_of

FULL = "x" * (linkblock.TEXT_LIMIT - 100) + " #zoom"


def _desired(of: Event, *, bound: bool = False) -> Desired:
    decision = decide(of, person())
    return desired(
        Case(event=of, decision=decision, person=person(), marker="", now=NOW, bound=bound)
    )


def test_a_full_description_beside_a_room_leaves_no_place_and_says_so():
    refused = _desired(event(body=text(FULL), location="Room 4"))
    assert isinstance(refused, Refused)
    assert refused.code == "no_room"
    assert refused.remedy


@pytest.mark.parametrize(
    "roomy",
    [
        event(body=text(FULL)),
        event(body=text(FULL), location="zoom"),
        event(body=markup(FULL), location="Room 4"),
        event(body=text("#zoom"), location="Room 4"),
    ],
)
def test_any_place_will_do(roomy):
    assert isinstance(_desired(roomy), Wanted)


@pytest.mark.parametrize("length", range(linkblock.TEXT_LIMIT - 290, linkblock.TEXT_LIMIT, 7))
def test_where_there_is_room_the_link_goes_in(length):
    body = text("x" * length)
    merged = linkblock.merge(body, info(join_url=url_of(passcode="p" * 150)))
    assert linkblock.present(merged) or not linkblock.has_room(body)


def test_what_is_bound_is_not_refused_for_want_of_room_or_for_a_wish():
    assert isinstance(_desired(event(body=text(FULL), location="Room 4"), bound=True), Wanted)
    assert isinstance(_desired(event(title="Lunch #zoom:frob"), bound=True), Wanted)


@pytest.mark.parametrize(
    ("location", "left"),
    [
        (url_of(), ""),
        (f"{url_of()}; Room 4", "Room 4"),
        (f"Room 4; {url_of()}", "Room 4"),
        (f"Room 4; {url_of()}; Room 5", "Room 4; Room 5"),
        (f"Room 4, {url_of()}", "Room 4"),
        (f"{url_of()} / Cafe", "Cafe"),
        (f"Room 1 ({url_of()})", "Room 1"),
        (f"Room 1 [{url_of()}], 2nd floor", "Room 1; 2nd floor"),
        (f"/Room 4; {url_of()} | Room 5;", "/Room 4; Room 5;"),
        (f"{url_of()}; Room 5; {url_of(passcode='old')}", "Room 5"),
        (f" {url_of()} ", ""),
    ],
)
def test_a_room_beside_the_link_stays_without_what_separated_them(location, left):
    shown = linked(event(location="zoom"))
    change = unlink_change(event(location=location, body=shown.body), url_of())
    assert change.location == left


@pytest.mark.parametrize("room", ["", "Room 4"])
def test_a_link_of_an_earlier_meeting_that_only_the_mark_names_goes_too(room):
    shown = linked(event(location="zoom"))
    cut = event(location=f"{url_of()}; {room}" if room else url_of(), mark=shown.mark)
    change = unlink_change(cut, url_of(99999999999))
    assert (change.location, change.mark) == (room, "")
    assert unlink_change(event(location=cut.location), url_of(99999999999)).is_empty


def test_a_new_link_takes_the_place_of_an_old_one_beside_a_room():
    shown = linked(event(location="zoom"))
    both = event(location=f"{url_of()}; Room 4", body=shown.body, mark=shown.mark)
    new = info(meeting_id=99999999999, join_url=url_of(99999999999))
    change = link_change(both, new, mark="m", flags=person().flags)
    assert change.location == f"{new.join_url}; Room 4"
    assert url_of() not in (change.body or both.body).text


@pytest.mark.parametrize(
    "room",
    ["Room 4", " Room 4 ", "Zoom room 4", "zoom, Room 4", "Room 4; Room 5", "Caf\u00e9\t(big);"],
)
def test_a_room_stays_exactly_as_it_is(room):
    before = event(location=room, body=text("Agenda"))
    after = linked(before)
    assert after.location == room
    assert unlink_change(after, url_of()).location is None


@pytest.mark.parametrize(
    "free", ["", " ", "\xa0", "\u200b", "\uff3a\uff4f\uff4f\uff4d", "\u200fzoom"]
)
def test_a_location_without_a_word_of_its_own_is_taken(free):
    assert linked(event(location=free)).location == url_of()


@pytest.mark.parametrize("room", ["Room 5", "Room 5; Room 6", "Main street 1, 2nd floor"])
def test_rooms_that_a_person_added_stay_through_a_new_link_and_its_removal(room):
    shown = linked(event(location="zoom", body=text("Agenda")))
    both = event(location=f"{shown.location}; {room}", body=shown.body, mark=shown.mark)
    new = info(join_url=url_of(passcode="new.2"))
    renewed = linked(both, new)
    assert renewed.location == f"{new.join_url}; {room}"
    assert unlink_change(renewed, new.join_url).location == room

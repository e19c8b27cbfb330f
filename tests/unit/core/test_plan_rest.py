"""Whatever people and machines do, the plans come to rest where they should."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.core import linkblock
from syncd.core.actions import Wait
from syncd.core.binding import BindingState
from syncd.core.desired import Unwanted, Wanted
from syncd.core.event import Body, Event, NativeConference, NativeKind
from syncd.core.marks import mark_of
from syncd.core.plan import Plan
from syncd.core.policy import LinkPolicy, OnEventDeleted, OnMeetingDeleted
from syncd.core.refusals import Refused
from tests.factories import KEY, MEETING_ID, context, event, info, keys, meeting, person
from tests.factories import markup as html
from tests.factories import text as plain
from tests.unit.core.plan_model import World
from tests.unit.core.plan_states import BINDINGS, EVENTS

TEAMS = NativeConference(NativeKind.TEAMS, "https://teams.microsoft.com/l/meetup-join/1")
POLICIES = [
    LinkPolicy(on_event_deleted=gone, on_meeting_deleted=dead)
    for gone, dead in product(OnEventDeleted, OnMeetingDeleted)
]


def body_of(world: World, change: Callable[[str], str]) -> Body:
    assert world.event is not None
    return Body(change(world.event.body.text), world.event.body.format)


def free(world: World) -> None:
    assert world.event is not None
    world.edit(location="", body=linkblock.strip(world.event.body))


def drop_block(world: World) -> None:
    assert world.event is not None
    world.edit(body=linkblock.strip(world.event.body))


def add_hour(world: World) -> None:
    assert world.event is not None
    hour = timedelta(hours=1)
    world.edit(start=world.event.start + hour, end=world.event.end + hour)


def retitle(world: World, old: str, new: str) -> None:
    assert world.event is not None
    world.edit(title=world.event.title.replace(old, "").strip() + new)


PEOPLE: dict[str, Callable[[World], None]] = {
    "word": lambda w: w.edit(location="zoom"),
    "title tag": lambda w: retitle(w, "#zoom", " #zoom"),
    "text tag": lambda w: w.edit(body=body_of(w, lambda text: "#zoom " + text)),
    "category": lambda w: w.edit(categories=("Zoom",)),
    "no text tag": lambda w: w.edit(body=body_of(w, lambda text: text.replace("#zoom ", ""))),
    "no category": lambda w: w.edit(categories=()),
    "no": lambda w: retitle(w, "#nozoom", " #nozoom"),
    "no longer no": lambda w: retitle(w, "#nozoom", ""),
    "free": free,
    "undo": lambda w: w.undo(),
    "drop block": drop_block,
    "drop location": lambda w: w.edit(location=""),
    "room": lambda w: w.edit(location="Room 1"),
    "rename": lambda w: w.edit(title="Dinner"),
    "move": add_hour,
    "cancel": lambda w: w.edit(cancelled=True),
    "revive": lambda w: w.edit(cancelled=False),
    "teams": lambda w: w.edit(native=TEAMS),
    "no teams": lambda w: w.edit(native=None),
    "hand over": lambda w: w.edit(is_organiser=False, can_write=False),
    "take back": lambda w: w.edit(is_organiser=True, can_write=True),
}


def new_passcodes(world: World) -> None:
    for one in world.alive.values():
        world.alive[one.id] = replace(one, join_url=one.join_url + "x")


def lose_database(world: World) -> None:
    world.binding, world.create_is_open, world.forgetful = None, False, True


OTHERS: dict[str, Callable[[World], None]] = {
    "nothing": lambda w: None,
    "delete": lambda w: w.vanish(),
    "restore": lambda w: w.come_back(),
    "database lost": lose_database,
    "time": lambda w: w.pass_time(timedelta(minutes=1)),
    "zoom deletes": lambda w: w.alive.clear(),
    "zoom changes passcodes": new_passcodes,
}
MOVES = PEOPLE | OTHERS

# After a move the engine takes so many steps, None all; True forgets the outcome of the last one.
TURNS = st.tuples(
    st.sampled_from(sorted(MOVES)), st.sampled_from([None, 0, 1, 2, 3]), st.booleans()
)
STARTS = st.builds(
    event,
    title=st.sampled_from(["Lunch", "Lunch #zoom", "Lunch #nozoom"]),
    location=st.sampled_from(["", "zoom", "Room 1"]),
    body=st.sampled_from([plain(""), plain("#zoom Agenda"), html("<p>Agenda</p>"), html("#zoom ")]),
    categories=st.sampled_from([(), ("Zoom",)]),
)


def play(start: Event, turns: list[tuple[str, int | None, bool]], link: LinkPolicy) -> World:
    world = World(start, context=context(person=person(link=link)))
    for move, steps, lost in turns:
        if move in OTHERS or world.event is not None:
            MOVES[move](world)
        if steps is None:
            world.run()
        elif steps:
            world.run(steps, lost=lost)
    return world


def check_rest(world: World, plan: Plan) -> None:
    """Check that event, bond and Zoom agree where nothing more is to be done."""
    bound = world.binding
    if plan.actions:
        assert isinstance(plan.actions[0], Wait)
        return
    if isinstance(plan.desired, Refused) or (world.event and not world.event.is_organiser):
        return
    is_released = bound is not None and bound.state is BindingState.RELEASED
    is_declined = bound is not None and bound.state is BindingState.DECLINED
    if isinstance(plan.desired, Wanted) and not is_declined:
        assert bound is not None
        assert bound.state is BindingState.LINKED
        assert world.shown() == {bound.meeting_id}
    else:
        assert bound is None or is_released or is_declined
        is_kept = isinstance(plan.desired, Unwanted) and plan.desired.keep_meeting
        assert is_released or is_kept or not world.shown() & set(world.alive)
    if not (world.forgetful or is_released or world.has_kept):
        assert set(world.alive) <= {bound.meeting_id if bound else None}


@settings(max_examples=300)
@given(STARTS, st.lists(TURNS, max_size=8), st.sampled_from(POLICIES))
def test_from_every_state_people_and_crashes_lead_to_it_comes_to_rest(start, turns, link):
    world = play(start, turns, link)
    check_rest(world, world.rest())
    before = (world.event, world.binding, world.alive.copy())
    world.pass_time(timedelta(hours=1))
    world.rest()
    assert (world.event, world.binding, world.alive) == before


@pytest.mark.parametrize("binding_state", BINDINGS)
@pytest.mark.parametrize("event_state", EVENTS)
def test_from_every_state_that_can_be_named_it_comes_to_rest(event_state, binding_state):
    for link, alive in product(POLICIES, ({}, {MEETING_ID: meeting()})):
        world = World(EVENTS[event_state], BINDINGS[binding_state], dict(alive))
        world.context = context(person=person(link=link))
        for _ in range(3):  # a binding may be dropped, and what the event itself says be taken up
            world.rest()
        before = (world.event, world.binding, set(world.alive))
        world.rest()
        assert (world.event, world.binding, set(world.alive)) == before


def linked_world(**changes: Any) -> World:
    world = World(event(**{"body": plain("#zoom Agenda"), **changes}))
    world.rest()
    assert len(world.shown()) == 1
    return world


@pytest.mark.parametrize("start", [{}, {"location": "zoom"}, {"title": "Lunch #zoom"}])
def test_a_meeting_deleted_at_zoom_is_replaced_also_when_its_flag_was_taken(start):
    world = linked_world(**start)
    old = world.shown()
    world.alive.clear()
    add_hour(world)
    world.rest()
    assert world.shown() == set(world.alive) != old


def test_a_changed_passcode_is_refreshed_even_if_the_first_write_was_refused():
    world = linked_world(location="zoom")
    shown = world.shown()
    new_passcodes(world)
    world.edit(title="Dinner")
    world.run(1, lost=True)
    world.undo()
    world.edit(title="Supper")
    world.rest()
    assert world.shown() == shown == set(world.alive)
    assert world.event is not None
    assert world.event.location == world.alive[shown.pop()].join_url


def test_a_changed_passcode_and_a_lost_database_cost_no_meeting():
    world = linked_world(location="zoom")
    new_passcodes(world)
    world.binding = None
    world.rest()
    assert world.shown() == set(world.alive)
    assert world.event is not None
    assert world.event.location in {one.join_url for one in world.alive.values()}


def test_losing_the_database_makes_no_second_meeting():
    world = linked_world(location="zoom", body=plain(""))
    shown, world.binding = world.shown(), None
    world.rest()
    assert world.shown() == shown == set(world.alive)
    assert world.writes == 1


def test_a_no_taken_back_during_the_removal_brings_the_link_back():
    world = linked_world()
    shown = world.shown()
    retitle(world, "", " #nozoom")
    world.run()
    world.pass_time(timedelta(minutes=1))
    world.run(1)
    assert not world.shown()
    retitle(world, "#nozoom", "")
    world.rest()
    assert world.shown() == shown


def test_a_copy_of_an_event_leaves_the_original_its_meeting():
    original = linked_world()
    copy = World(
        replace(original.event or event(), key=replace(KEY, ical_uid="uid2@google.com")),
        alive=original.alive,
        next_id=original.next_id,
    )
    copy.rest()
    assert len(copy.alive) == 2
    assert len(copy.shown()) == 1
    assert not copy.shown() & original.shown()


def test_a_link_is_never_written_into_a_teams_meeting():
    world = World(event(body=plain("#zoom")))
    world.run(1)
    world.edit(native=TEAMS)
    before = world.event
    plan = world.rest()
    assert world.event == before
    assert [action.code for action in plan.actions if isinstance(action, Wait)] == [
        "teams_untouchable"
    ]


def test_a_stale_mark_without_a_link_is_not_adopted():
    world = World(
        event(mark=mark_of(keys(), KEY, info().meeting_id)), alive={MEETING_ID: meeting()}
    )
    assert world.rest().actions == ()
    assert world.binding is None


def test_a_link_that_moved_into_another_text_goes_before_its_meeting():
    world = linked_world()
    bound = world.binding
    assert bound is not None
    url = bound.join_url
    world.edit(location=f"Room 1; {url}", body=plain(f"see {url}#success"))
    world.rest()
    assert not world.alive
    assert world.event is not None
    assert world.event.location == "Room 1"
    assert not world.shown()


def test_an_undo_that_brings_a_former_link_back_ends_with_the_one_that_is_bound():
    world = linked_world(location="zoom", body=plain(""))
    lose_database(world)
    world.rest()
    world.edit(location="zoom")
    world.rest()
    drop_block(world)
    world.run()
    lose_database(world)
    world.rest()
    assert len(world.alive) == 2
    world.undo()
    check_rest(world, world.rest())
    assert world.binding is not None
    assert world.shown() == {world.binding.meeting_id}

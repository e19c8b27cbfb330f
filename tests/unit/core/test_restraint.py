"""What is put off: changes while somebody edits, and links that are fought over."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from syncd.core.actions import Action, Rest, Settle, UpdateMeeting, Wait, WriteLink
from syncd.core.binding import BindingState
from syncd.core.event import Event
from syncd.core.look import Observed
from syncd.core.plan import make_plan
from syncd.core.restraint import LONGEST_REST, MOST_LINKS, restrained
from tests.factories import NOW, REF, binding, context, event, linked, meeting, text, url_of

SECOND = timedelta(seconds=1)
LINKED = linked(event(body=text("#zoom")))


def changed(ago: timedelta, **changes: object) -> Event:
    """Give the linked event as renamed so long ago."""
    fields = {"title": "Dinner", "version": "v2", "changed_at": NOW - ago} | changes
    return replace(LINKED, **fields)  # type: ignore[arg-type]  # any field


def plan(seen_event: Event, **seen: object) -> tuple[Action, ...]:
    fields = {"binding": binding(), "meeting": meeting()} | seen
    observed = Observed(ref=REF, event=seen_event, **fields)  # type: ignore[arg-type]  # any field
    return make_plan(observed, context()).actions


def test_a_change_of_a_moment_ago_rests_and_shows_what_will_follow():
    rest, update = plan(changed(2 * SECOND))
    assert isinstance(rest, Rest)
    assert (rest.since, rest.until) == (NOW - 2 * SECOND, NOW + 3 * SECOND)
    assert isinstance(update, UpdateMeeting)


def test_a_change_that_has_rested_is_followed():
    (update,) = plan(changed(5 * SECOND))
    assert isinstance(update, UpdateMeeting)


def test_who_edits_for_ever_is_followed_after_half_a_minute():
    since = NOW - LONGEST_REST + SECOND
    rest, _ = plan(changed(0 * SECOND), unsettled_since=since)
    assert isinstance(rest, Rest)
    assert (rest.since, rest.until) == (since, NOW + SECOND)
    (update,) = plan(changed(0 * SECOND), unsettled_since=since - SECOND)
    assert isinstance(update, UpdateMeeting)


def test_a_change_from_the_future_counts_as_now():
    rest, _ = plan(changed(timedelta(hours=-1)))
    assert isinstance(rest, Rest)
    assert (rest.since, rest.until) == (NOW, NOW + 5 * SECOND)


def test_an_event_that_starts_soon_or_is_under_way_does_not_wait():
    for start in (timedelta(minutes=15), timedelta(minutes=-10)):
        times = {"start": NOW + start, "end": NOW + start + timedelta(minutes=30)}
        assert isinstance(plan(changed(SECOND, **times))[0], UpdateMeeting)
    later = {"start": NOW + timedelta(minutes=16), "end": NOW + timedelta(minutes=40)}
    assert isinstance(plan(changed(SECOND, **later))[0], Rest)


def test_an_event_moved_away_from_a_start_that_is_near_does_not_wait():
    near = binding(starts_at=NOW + timedelta(minutes=5), ends_at=NOW + timedelta(minutes=35))
    assert isinstance(plan(changed(SECOND), binding=near)[0], UpdateMeeting)


def test_a_new_passcode_rests_with_the_edits_around_it():
    new = meeting(join_url=url_of(passcode="new.2"))
    rest, write = plan(changed(SECOND), meeting=new)
    assert isinstance(rest, Rest)
    assert isinstance(write, WriteLink)
    (write,) = plan(LINKED, meeting=new)
    assert isinstance(write, WriteLink)


def test_a_first_link_never_rests():
    fresh = event(body=text("#zoom"), changed_at=NOW)
    assert not any(isinstance(a, Rest) for a in plan(fresh, binding=None, meeting=None))
    creating = binding(state=BindingState.CREATING, flags_seen=())
    (write,) = plan(fresh, binding=creating)
    assert isinstance(write, WriteLink)


def test_nothing_rests_while_a_removal_is_held_off():
    held = binding(removal_since=NOW - SECOND)
    assert isinstance(plan(changed(SECOND), binding=held)[0], UpdateMeeting)


def test_nothing_rests_that_tells_a_moved_event_from_a_deleted_one():
    assert isinstance(plan(changed(SECOND), moved=True)[0], UpdateMeeting)


def test_what_changes_nothing_outside_never_rests():
    (settle,) = plan(replace(LINKED, version="v2", changed_at=NOW))
    assert isinstance(settle, Settle)


def test_a_link_that_was_put_back_three_times_is_left_for_an_hour():
    back = replace(LINKED, location="zoom", body=text("#zoom"), version="v9")
    assert isinstance(plan(back, links_written=MOST_LINKS - 1)[0], WriteLink)
    (wait,) = plan(back, links_written=MOST_LINKS)
    assert isinstance(wait, Wait)
    assert (wait.code, wait.until) == ("link_fought_over", NOW + timedelta(hours=1))


def test_the_link_of_a_meeting_made_anew_is_always_written():
    creating = binding(state=BindingState.CREATING)
    (write,) = plan(event(body=text("#zoom")), binding=creating, links_written=99)
    assert isinstance(write, WriteLink)


@given(
    ago=st.integers(-100, 100),
    since=st.none() | st.integers(-100, 100),
    debounce=st.integers(0, 60),
)
def test_a_rest_always_ends_within_half_a_minute(ago, since, debounce):
    policy = context().person
    patient = replace(policy, link=replace(policy.link, debounce=debounce * SECOND))
    seen = Observed(
        ref=REF,
        event=changed(ago * SECOND),
        binding=binding(),
        unsettled_since=None if since is None else NOW - since * SECOND,
    )
    (update,) = plan(changed(timedelta(minutes=2)))
    assert seen.event is not None
    actions = restrained(seen, seen.event, (update,), context(person=patient))
    assert actions[-1] is update
    for rest in actions[:-1]:
        assert isinstance(rest, Rest)
        assert NOW < rest.until <= NOW + min(debounce * SECOND, LONGEST_REST)
        assert rest.since <= NOW

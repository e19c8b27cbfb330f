"""What a plan does where Zoom's consent does not cover changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from syncd.core.actions import (
    CreateMeeting,
    DeleteMeeting,
    LookAgain,
    Rest,
    Settle,
    UpdateMeeting,
    Wait,
    WriteLink,
)
from syncd.core.binding import DOUBTED, BindingState
from syncd.core.event import NativeConference, NativeKind
from syncd.core.forecast import forecast
from syncd.core.look import Context, Observed
from syncd.core.plan import make_plan
from syncd.core.policy import LinkPolicy
from tests.factories import (
    MEETING_ID,
    NOW,
    REF,
    binding,
    context,
    event,
    meeting,
    person,
    spec,
    text,
    url_of,
)

HOUR = timedelta(hours=1)
LINKED = event(version="v2", location=url_of(), body=text("#zoom"))
AT_ONCE = context(person=person(link=LinkPolicy(debounce=timedelta(0))))


def seen(**changes: Any) -> Observed:
    """Give a linked event without the right to change its meeting."""
    fields: dict[str, Any] = {"event": LINKED, "binding": binding(), "meeting": meeting()}
    return Observed(ref=REF, may_update=False, **(fields | changes))


def moved(by: timedelta = HOUR, **changes: Any) -> Observed:
    one = replace(LINKED, start=LINKED.start + by, end=LINKED.end + by)
    return seen(**({"event": one} | changes))


def just_moved() -> Observed:
    found = moved()
    assert found.event is not None
    return replace(found, event=replace(found.event, changed_at=NOW))


def kinds(found: Observed, when: Context = AT_ONCE) -> list[type]:
    return [type(action) for action in make_plan(found, when).actions]


def test_with_the_right_the_meeting_is_changed():
    assert kinds(replace(moved(), may_update=True)) == [UpdateMeeting]


@pytest.mark.parametrize(
    "changes",
    [
        {"start": LINKED.start + HOUR, "end": LINKED.end + HOUR},
        {"start": LINKED.start + HOUR, "end": LINKED.end + HOUR, "title": "Dinner"},
        {"end": LINKED.end + HOUR},
        {"body": text("#zoom:wait")},
        {"body": text("#zoom:auth")},
    ],
)
def test_what_guests_notice_is_worth_a_new_meeting(changes):
    found = seen(event=replace(LINKED, **changes))
    plan = make_plan(found, AT_ONCE).actions
    assert [type(action) for action in plan] == [CreateMeeting, WriteLink]
    assert isinstance(plan[0], CreateMeeting)
    assert plan[0].host == binding().host
    assert plan[0].pool == ()


@pytest.mark.parametrize("changes", [{"title": "Dinner"}, {"zone": "Asia/Tokyo"}])
def test_what_they_do_not_notice_is_noted_and_told(changes):
    one = replace(LINKED, **changes)
    assert kinds(seen(event=one)) == [Settle, Wait]
    noted = seen(event=one, binding=binding(version="v2"))
    (wait,) = make_plan(noted, AT_ONCE).actions
    assert isinstance(wait, Wait)
    assert (wait.code, wait.until) == ("meeting_not_changed", NOW + timedelta(days=1))


def test_what_zoom_made_otherwise_is_never_answered_by_another_meeting():
    """Else one that Zoom keeps making differently would be replaced for ever."""
    odd = meeting(duration_minutes=31, start=LINKED.start + HOUR)
    assert kinds(seen(meeting=odd, binding=binding(spec_digest=DOUBTED, version="v2"))) == [Wait]
    longer = replace(LINKED, end=LINKED.end + HOUR)
    told = spec(duration_minutes=90, topic=LINKED.title)
    mine = binding(spec_digest=told.digest(), version="v1")
    assert CreateMeeting not in kinds(seen(event=longer, meeting=odd, binding=mine))


@pytest.mark.parametrize("digest", [None, DOUBTED])
def test_an_event_that_changed_beside_a_doubt_gets_its_new_meeting(digest):
    assert kinds(moved(binding=binding(spec_digest=digest))) == [CreateMeeting, WriteLink]


def test_it_waits_while_somebody_edits():
    assert kinds(just_moved(), context()) == [Rest, CreateMeeting, WriteLink]


def test_nobody_is_sent_elsewhere_while_it_takes_place():
    now = LINKED.start + timedelta(minutes=5)
    longer = replace(LINKED, end=LINKED.end + HOUR)
    (wait,) = make_plan(seen(event=longer), replace(AT_ONCE, now=now)).actions
    assert isinstance(wait, Wait)
    assert wait.until == longer.end


def test_of_an_event_that_is_over_nothing_is_told():
    late = replace(AT_ONCE, now=LINKED.end + 2 * HOUR)
    longer = replace(LINKED, end=LINKED.end + HOUR)
    assert kinds(seen(event=longer), late) == [Settle]
    assert kinds(seen(event=longer, binding=binding(version="v2")), late) == []


def test_the_former_meeting_goes_before_another_takes_its_place():
    former = binding(retired_meeting_id=1, retired_url=url_of(1), retired_at=NOW)
    assert kinds(moved(binding=former)) == [LookAgain]
    later = replace(AT_ONCE, now=NOW + HOUR)
    assert kinds(moved(binding=former), later) == [DeleteMeeting]


def test_many_new_links_within_an_hour_are_enough():
    (wait,) = make_plan(moved(links_written=4), AT_ONCE).actions
    assert isinstance(wait, Wait)
    assert wait.until == NOW + HOUR


def test_beside_a_teams_meeting_nothing_is_made():
    teams = NativeConference(NativeKind.TEAMS, "https://teams.microsoft.com/l/meetup-join/1")
    found = moved()
    assert found.event is not None
    assert CreateMeeting not in kinds(replace(found, event=replace(found.event, native=teams)))


def test_a_link_that_was_not_seen_yet_is_noted_first():
    assert kinds(moved(binding=binding(state=BindingState.REMOVING))) == [Settle]


def test_the_forecast_tells_of_the_new_meeting_and_of_the_end_of_the_former():
    coming = forecast(just_moved(), context())
    effects = [type(one.effect) for one in coming]
    assert effects == [CreateMeeting, WriteLink, DeleteMeeting]
    assert isinstance(coming[2].effect, DeleteMeeting)
    assert coming[2].effect.meeting_id == MEETING_ID
    assert forecast(seen(event=replace(LINKED, title="Dinner")), AT_ONCE) == ()

"""The host that a tag asks for, and who may start the meeting besides."""

import pytest

from syncd.core.actions import CreateMeeting
from syncd.core.desired import Wanted, desired
from syncd.core.event import Attendee, Body, BodyFormat, Event
from syncd.core.look import Context, Observed
from syncd.core.plan import make_plan
from syncd.core.policy import AlternativeHosts, MeetingPolicy
from syncd.core.refusals import Refused
from tests.factories import context, event, person, text
from tests.unit.core.test_desired import case, wanted

ALLOWING = person(hosts_allowed=frozenset({"bo@example.com"}))
SHARING = person(meeting=MeetingPolicy(alternative_hosts=AlternativeHosts.ATTENDEES))
GUESTS = (Attendee("bo@example.com"), Attendee("x@else.example"))


@pytest.mark.parametrize(
    "body",
    [
        text("#zoom:host=bo@example.com"),
        text("#zoom:wait:HOST=Bo@Example.com, please"),
        Body(
            '<p>#zoom:host=<a href="mailto:bo@example.com">bo@example.com</a></p>', BodyFormat.HTML
        ),
    ],
)
def test_an_allowed_host_is_taken(body):
    assert isinstance(desired(case({"body": body}, policy=ALLOWING)), Wanted)


@pytest.mark.parametrize("bound", [True, False])
def test_a_host_who_is_not_allowed_is_refused_with_what_to_do(bound):
    found = desired(
        case({"title": "Talk #zoom:host=eve@example.com"}, policy=ALLOWING, bound=bound)
    )
    if bound:
        assert isinstance(found, Wanted)
        return
    assert isinstance(found, Refused)
    assert found.code == "host_not_allowed"
    assert "eve@example.com" in found.reason
    assert "hosts_allowed" in found.remedy


def test_two_hosts_are_not_chosen_between():
    body = text("#zoom:host=bo@example.com #zoom:host=ana@example.com")
    found = desired(case({"body": body}, policy=ALLOWING))
    assert isinstance(found, Refused)
    assert found.code == "host_unclear"


def test_alternative_hosts_are_left_to_zoom_without_a_policy():
    assert (
        wanted({"attendees": GUESTS}, colleagues=frozenset({"bo@example.com"})).alternative_hosts
        is None
    )


def test_colleagues_may_start_the_meeting_the_host_needs_no_leave():
    both = frozenset({"ana@example.com", "bo@example.com"})
    found = wanted({"attendees": GUESTS}, policy=SHARING, colleagues=both)
    assert found.alternative_hosts == ("bo@example.com",)


def test_the_organiser_may_start_a_meeting_that_another_hosts():
    both = frozenset({"ana@example.com", "bo@example.com"})
    found = wanted({"attendees": GUESTS}, policy=SHARING, colleagues=both, host="bo@example.com")
    assert found.alternative_hosts == ()
    other = person(meeting=SHARING.meeting, host="room1@example.com")
    found = wanted({"attendees": GUESTS}, policy=other, colleagues=both)
    assert found.alternative_hosts == ("ana@example.com", "bo@example.com")


def test_ten_may_start_a_meeting_and_no_more():
    many = frozenset(f"p{number:02}@example.com" for number in range(30))
    found = wanted(policy=SHARING, colleagues=many)
    assert found.alternative_hosts == tuple(sorted(many)[:10])


def test_a_plan_names_the_host_that_was_asked_for():
    create = first(event(body=text("#zoom:host=bo@example.com")), context(person=ALLOWING))
    assert (create.host, create.pool) == ("bo@example.com", ())


def test_a_plan_leaves_the_choice_of_a_pool_to_the_commit():
    pool = ("room1@example.com", "room2@example.com")
    assert first(event(location="zoom"), context(person=person(pool=pool))).pool == pool


def first(one: Event, about: Context) -> CreateMeeting:
    """Give the first step planned for an event that nobody has seen before."""
    action = make_plan(Observed(ref=one.ref, event=one, binding=None), about).actions[0]
    assert isinstance(action, CreateMeeting)
    return action

"""What is planned for a series, and for an occurrence of it that was changed by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core import linkblock
from syncd.core.actions import (
    CreateMeeting,
    DeleteMeeting,
    Follow,
    LookAtOccurrences,
    ShareLink,
    UnshareLink,
    Wait,
)
from syncd.core.binding import GONE, Binding, BindingState
from syncd.core.desired import Wanted, desired
from syncd.core.event import Event, EventShape
from syncd.core.ids import EventKey, EventRef
from syncd.core.look import Observed
from syncd.core.marks import mark_of
from syncd.core.plan import Plan, make_plan
from syncd.core.series import NextTime, Occurrence, Series
from tests.factories import (
    CALENDAR,
    KEY,
    MEETING_ID,
    NOW,
    REF,
    binding,
    context,
    event,
    keys,
    linked,
    text,
    url_of,
)
from tests.unit.core.series_case import case, series_event

DAY = timedelta(days=1)
ORIGINAL = NOW + 7 * DAY
ONE = event(
    ref=EventRef(CALENDAR, "event1_1"),
    key=EventKey(KEY.provider, KEY.ical_uid, ORIGINAL),
    shape=EventShape.OCCURRENCE,
    start=ORIGINAL + timedelta(hours=1),
    end=ORIGINAL + timedelta(hours=2),
    series_id=REF.event_id,
)
SHOWING = replace(linked(ONE), mark=mark_of(keys(), KEY, MEETING_ID))
SHARED = binding(
    id="binding2",
    key=ONE.key,
    ref=ONE.ref,
    state=BindingState.SHARING,
    meeting_id=None,
    spec_digest=None,
    flags_seen=(),
)
FREE = replace(SHARED, join_url=None)
DECLINED = replace(FREE, state=BindingState.DECLINED)
GOING = binding(state=BindingState.REMOVING)


def plan(
    of: Event | None, bond: Binding | None, own: Binding | None = None, **series: object
) -> Plan:
    beside = Series(ref=REF, key=KEY, binding=bond, **series)  # type: ignore[arg-type]  # any field
    return make_plan(Observed(ref=ONE.ref, event=of, binding=own, series=beside), context())


def kinds(made: Plan) -> list[str]:
    return [type(action).__name__ for action in made.actions]


FLAGGED = replace(ONE, body=text("#zoom"))
BARE_MARKED = replace(ONE, mark=mark_of(keys(), KEY, MEETING_ID))
OLD = url_of(passcode="old")


@pytest.mark.parametrize(
    ("of", "bond", "own", "expected"),
    [
        (SHOWING, binding(), None, ["Follow"]),
        (SHOWING, binding(), replace(SHARED, version="v1"), []),
        (SHOWING, binding(), replace(SHARED, version="v0"), ["Follow"]),
        (replace(SHOWING, title="#meet"), binding(), replace(SHARED, version="v1"), ["Wait"]),
        (ONE, binding(), None, ["ShareLink"]),
        (ONE, binding(), SHARED, ["Follow"]),
        (ONE, binding(), FREE, ["ShareLink"]),
        (ONE, binding(), replace(SHARED, version=None), ["ShareLink"]),
        (BARE_MARKED, binding(), None, ["Follow"]),
        (FLAGGED, binding(), SHARED, ["ShareLink"]),
        (FLAGGED, binding(), DECLINED, ["ShareLink"]),
        (ONE, binding(), DECLINED, []),
        (ONE, binding(removal_since=NOW), None, []),
        (replace(ONE, title="#nozoom"), binding(), None, []),
        (replace(SHOWING, title="#nozoom"), binding(), SHARED, ["HoldOff"]),
        (
            replace(SHOWING, title="#nozoom"),
            binding(),
            replace(SHARED, removal_since=NOW - DAY),
            ["UnshareLink"],
        ),
        (replace(SHOWING, location=OLD), binding(), SHARED, []),
        (ONE, binding(state=BindingState.CREATING), None, []),
        (ONE, binding(state=BindingState.RELEASED), None, []),
        (replace(ONE, is_organiser=False), binding(), None, []),
        (replace(ONE, start=NOW - DAY, end=NOW), binding(), None, []),
        (SHOWING, GOING, None, ["UnshareLink"]),
        (SHOWING, GOING, SHARED, ["UnshareLink"]),
        (ONE, GOING, None, ["Follow"]),
        (ONE, GOING, SHARED, ["Follow"]),
        (ONE, GOING, FREE, []),
        (None, GOING, SHARED, ["Forget"]),
        (replace(SHOWING, can_write=False), GOING, SHARED, ["Wait"]),
    ],
)
def test_the_plan_for_an_occurrence_of_a_linked_series(of, bond, own, expected):
    assert kinds(plan(of, bond, own)) == expected


def test_what_is_noted_says_how_it_stands():
    (declined,) = plan(ONE, binding(), SHARED).actions
    assert declined == Follow(BindingState.DECLINED, None, "a person took the link out of it")
    (free,) = plan(ONE, GOING, SHARED).actions
    assert isinstance(free, Follow)
    assert (free.state, free.join_url) == (BindingState.SHARING, None)
    (gone,) = plan(SHOWING, GOING, SHARED).actions
    assert gone == UnshareLink("its series loses its meeting", forget=False)


def test_an_occurrence_known_before_the_link_was_written_never_had_it():
    assert kinds(plan(BARE_MARKED, binding(), had_link=False)) == ["ShareLink"]


def test_a_link_of_another_meeting_in_an_occurrence_gives_way_to_that_of_its_series():
    other = binding(meeting_id=90000000001, join_url=url_of(90000000001))
    (share,) = plan(SHOWING, other, SHARED).actions
    assert share == ShareLink("the join link of its series was changed")


def test_flags_of_the_series_make_no_meeting_of_an_occurrence_others_do():
    copied = plan(FLAGGED, None, flags=("text_tag:#zoom",))
    assert copied.actions == ()
    assert copied.desired is not None
    alone = plan(FLAGGED, None, flags=(), speaks=False)
    assert isinstance(alone.actions[0], CreateMeeting)
    assert alone.actions[0].spec.start == FLAGGED.start
    later = plan(FLAGGED, None, replace(FREE, flags_seen=("text_tag:#zoom",)), speaks=False)
    assert later.actions == ()


def test_an_occurrence_with_a_mark_of_its_own_keeps_its_own_meeting():
    own = linked(ONE)
    assert kinds(plan(own, binding(meeting_id=90000000001, join_url=url_of(90000000001)))) == [
        "Adopt"
    ]


def of_series(bond: Binding | None, ends_at=NOW + 8 * DAY) -> Occurrence:
    return Occurrence(ref=ONE.ref, ends_at=ends_at, binding=bond)


def series_plan(of: Event | None, bond: Binding, *occurrences: Occurrence) -> Plan:
    seen = Observed(
        ref=REF,
        event=of,
        binding=bond,
        next_time=NextTime(NOW + DAY) if of else None,
        occurrences=occurrences,
    )
    return make_plan(seen, context())


@pytest.mark.parametrize(
    ("own", "waits"),
    [(None, True), (SHARED, True), (FREE, False), (DECLINED, False), (GOING, False)],
)
def test_no_meeting_goes_while_an_occurrence_may_show_its_link(own, waits):
    held = binding(removal_since=NOW - DAY, version=GONE)
    actions = series_plan(None, held, of_series(own, ends_at=NOW - DAY)).actions
    assert isinstance(actions[-1], DeleteMeeting)
    assert isinstance(actions[0], LookAtOccurrences) is waits
    if waits:
        assert actions[0] == LookAtOccurrences(
            (ONE.ref,),
            NOW + timedelta(minutes=5),
            "no occurrence may show the link when the meeting goes",
        )


@pytest.mark.parametrize(
    ("own", "ends_at", "told"),
    [
        (None, NOW + DAY, True),
        (None, NOW, False),
        (FREE, NOW + DAY, True),
        (SHARED, NOW + DAY, False),
        (replace(SHARED, join_url=OLD), NOW + DAY, True),
        (DECLINED, NOW + DAY, False),
        (binding(), NOW + DAY, False),
    ],
)
def test_a_linked_series_tells_the_occurrences_that_do_not_show_its_link(own, ends_at, told):
    of = linked(series_event())
    wanted = desired(case(of, NextTime(NOW + DAY)))
    assert isinstance(wanted, Wanted)
    digest = replace(wanted.spec, agenda="").digest()
    bond = binding(spec_digest=digest, flags_seen=("text_tag:#zoom",))
    actions = series_plan(of, bond, of_series(own, ends_at)).actions
    assert [type(action) for action in actions] == ([LookAtOccurrences] if told else [])
    if told:
        assert actions[0] == LookAtOccurrences((ONE.ref,), None, "the series has a link")


EVENTS = st.sampled_from(
    [
        ONE,
        SHOWING,
        FLAGGED,
        BARE_MARKED,
        replace(ONE, location="zoom", categories=("Zoom",)),
        replace(SHOWING, location="Room 1"),
        replace(SHOWING, body=linkblock.strip(SHOWING.body)),
        replace(SHOWING, cancelled=True),
        replace(SHOWING, title="#nozoom"),
        replace(SHOWING, is_organiser=False, can_write=False),
    ]
)
BONDS = st.builds(
    binding,
    state=st.sampled_from([BindingState.CREATING, BindingState.LINKED, BindingState.REMOVING]),
    join_url=st.sampled_from([url_of(), OLD, url_of(90000000001)]),
    removal_since=st.sampled_from([None, NOW, NOW - DAY]),
)
OWN = st.sampled_from([None, SHARED, FREE, DECLINED, replace(SHARED, version=None)])


@given(of=EVENTS, bond=BONDS, own=OWN, had_link=st.booleans())
def test_beside_a_living_series_an_occurrence_never_makes_or_deletes_a_meeting(
    of, bond, own, had_link
):
    made = plan(of, bond, own, had_link=had_link)
    assert not [a for a in made.actions if isinstance(a, CreateMeeting | DeleteMeeting)]
    if bond.state is BindingState.REMOVING:
        assert not [a for a in made.actions if isinstance(a, ShareLink)]
    assert len(made.actions) <= 1
    assert all(action.reason for action in made.actions if not isinstance(action, Wait))

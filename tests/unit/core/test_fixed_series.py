"""What times a series is to have at Zoom, and what is done about those it has."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.core.actions import DeleteOccurrence, Settle, UpdateMeeting, UpdateOccurrence
from syncd.core.desired import Wanted
from syncd.core.event import Event, EventShape
from syncd.core.fixed_series import span_of, why_not_exact, with_times
from syncd.core.fixed_times import LaidOut, NotExact, laid_out
from syncd.core.in_step import in_step
from syncd.core.look import Observed
from syncd.core.meeting import Meeting, MeetingOccurrence, MeetingSpec, PlannedTime
from syncd.core.policy import SeriesStyle
from syncd.core.recurrence import Recurrence
from syncd.core.series import Instance
from tests.factories import NOW, REF, binding, event, linked, meeting, spec
from tests.fakes.fixed_times import laid_out as as_zoom_lays_out

WEEK = timedelta(weeks=1)
HALF = timedelta(minutes=30)
START = NOW + timedelta(days=1)


def series(rule: str = "FREQ=WEEKLY;COUNT=4", **changes: object) -> Event:
    fields = {"shape": EventShape.SERIES, "recurrence": Recurrence((rule,)), "zone": "UTC"}
    return event(**(fields | changes))


def told(one: Event, instances: list[Instance] | None = None, now: datetime = NOW) -> MeetingSpec:
    base = spec(start=None, zone="UTC")
    return with_times(base, one, SeriesStyle.FIXED_TIME, instances=instances, now=now)


def as_ruled(one: Event) -> list[Instance]:
    return [
        Instance(t.original_start, t.original_start, t.original_start + HALF)
        for t in told(one).times
    ]


def made(wanted: MeetingSpec) -> Meeting:
    return as_zoom_lays_out(meeting(start=wanted.start, zone="UTC", repeats=wanted.repeats))


def todo(one: Event, wanted: MeetingSpec, at_zoom: Meeting, now: datetime = NOW, **bond: object):
    bound = binding(**({"version": "older", "spec_digest": None} | bond))
    seen = Observed(ref=REF, event=linked(one), binding=bound, meeting=at_zoom)
    return in_step(seen, linked(one), bound, Wanted(wanted, "why"), now=now)


def test_every_time_is_planned_where_the_rule_puts_it():
    assert [time.start for time in told(series()).times] == [START + n * WEEK for n in range(4)]


@pytest.mark.parametrize("style", [SeriesStyle.NO_FIXED_TIME])
def test_without_the_policy_nothing_is_fixed(style):
    plain = spec(start=None)
    assert with_times(plain, series(), style, instances=None, now=NOW) is plain
    assert why_not_exact(series("FREQ=YEARLY"), style) is None


def test_a_single_event_has_no_times_of_a_series():
    plain = spec()
    assert with_times(plain, event(), SeriesStyle.FIXED_TIME, instances=None, now=NOW) is plain
    assert why_not_exact(event(), SeriesStyle.FIXED_TIME) is None


def test_the_reason_is_told_and_the_series_has_no_times():
    assert told(series("FREQ=YEARLY;COUNT=3")).times == ()
    assert why_not_exact(series("FREQ=YEARLY;COUNT=3"), SeriesStyle.FIXED_TIME) == (
        "Zoom has no yearly meetings."
    )
    assert why_not_exact(series(), SeriesStyle.FIXED_TIME) is None


def test_the_digest_does_not_change_as_time_passes():
    one = series()
    digests = {told(one, now=NOW + n * WEEK).digest() for n in range(8)}
    assert len(digests) == 1
    assert told(one, now=NOW + 2 * WEEK).start == START + 2 * WEEK


def test_every_single_change_changes_the_digest():
    one, usual = series(), as_ruled(series())
    moved = [replace(usual[0], start=START + HALF, end=START + 2 * HALF), *usual[1:]]
    digests = {told(one, each).digest() for each in (None, usual, moved, usual[1:])}
    assert len(digests) == 3
    assert told(one, moved).as_laid_out().digest() == told(one).digest()


def test_times_are_read_in_no_longer_a_span_than_graph_takes():
    span = span_of(told(series("FREQ=MONTHLY;INTERVAL=10;COUNT=50", zone="UTC")))
    assert span is not None
    assert span[1] - span[0] <= timedelta(days=1825)
    assert span_of(spec()) is None


def test_what_lies_beyond_that_span_is_as_the_rule_says():
    one = series("FREQ=MONTHLY;INTERVAL=10;COUNT=50")
    times = told(one, []).times
    assert times[0].start is None
    assert times[-1].start == times[-1].original_start


def test_in_step_only_the_note_is_missing():
    wanted = told(series(), as_ruled(series()))
    (note,) = todo(series(), wanted, made(wanted))
    assert isinstance(note, Settle)
    assert note.spec_digest == wanted.digest()


def test_a_moved_and_a_cancelled_time_are_each_changed():
    one, usual = series(), as_ruled(series())
    moved = replace(usual[1], start=usual[1].start + HALF, end=usual[1].end + 3 * HALF)
    wanted = told(one, [usual[0], moved, usual[3]])
    change, delete = todo(one, wanted, made(told(one)))
    assert change == UpdateOccurrence(
        made(told(one)).occurrences[1].id, moved.start, 90, "one time of the series was moved"
    )
    assert isinstance(delete, DeleteOccurrence)
    assert delete.occurrence_id == made(told(one)).occurrences[2].id


def test_what_is_over_is_let_be():
    one, usual = series(), as_ruled(series())
    late = replace(usual[0], start=START - HALF, end=START)
    wanted = told(one, [late, *usual[2:]], now=NOW + 9 * WEEK)
    (note,) = todo(one, wanted, made(told(one)), now=NOW + 9 * WEEK)
    assert isinstance(note, Settle)


def test_a_time_that_was_over_and_is_put_off_follows():
    one, usual = series(), as_ruled(series())
    now = START + timedelta(days=1)
    late = replace(usual[0], start=now + HALF, end=now + 2 * HALF)
    (change,) = todo(one, told(one, [late, *usual[1:]], now=now), made(told(one)), now=now)
    assert isinstance(change, UpdateOccurrence)
    assert change.start == late.start


def test_what_was_just_laid_out_is_not_sent_again_whatever_zoom_made_of_it():
    one = series()
    wanted = told(one, as_ruled(one)[1:])
    strange = replace(made(told(one)), occurrences=(), topic="Zoom's own")
    (note,) = todo(one, wanted, strange, spec_digest=wanted.as_laid_out().digest())
    assert isinstance(note, Settle)


def test_a_series_that_is_over_is_not_laid_out():
    one = series()
    now = START + 9 * WEEK
    strange = replace(made(told(one)), occurrences=())
    assert not [
        a for a in todo(one, told(one, now=now), strange, now=now) if isinstance(a, UpdateMeeting)
    ]


def test_a_deleted_time_that_is_wanted_again_has_all_laid_out_anew():
    one = series()
    zoom = made(told(one))
    gone = replace(zoom.occurrences[1], deleted=True)
    lacking = replace(zoom, occurrences=(zoom.occurrences[0], gone, *zoom.occurrences[2:]))
    (change,) = todo(one, told(one), lacking)
    assert isinstance(change, UpdateMeeting)
    assert set(change.change.fields()) == {"start", "zone", "repeats"}


@pytest.mark.parametrize("name", ["", "x", "9" * 30, "-1", "999999999999999"])
def test_an_occurrence_without_a_readable_name_is_where_it_is(name):
    assert MeetingOccurrence(id=name, start=NOW, duration_minutes=1).original_start == NOW


FIRST = datetime.fromisoformat("2027-01-04T09:30")
RULES = st.sampled_from(
    [
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=WEEKLY;INTERVAL=2",
        "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,TH,SU;WKST=SU",
        "FREQ=MONTHLY;INTERVAL=2",
        "FREQ=MONTHLY;BYDAY=2TU",
        "FREQ=MONTHLY;BYDAY=-1FR",
    ]
)
ENDS = st.one_of(
    st.integers(1, 50).map("COUNT={}".format),
    st.datetimes(
        min_value=datetime.fromisoformat("2027-02-01"),
        max_value=datetime.fromisoformat("2030-01-01"),
    ).map("UNTIL={:%Y%m%dT%H%M%SZ}".format),
)


@settings(max_examples=200, deadline=None)
@given(
    st.builds("{};{}".format, RULES, ENDS),
    st.integers(0, 400).map(lambda days: FIRST + timedelta(days=days)),
    st.sampled_from(["Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata"]),
    st.integers(-10, 1500),
)
def test_what_is_still_to_come_is_exactly_the_rest_of_the_series(rule, wall, zone, passed):
    start = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    one = series(rule, start=start, end=start + HALF, zone=zone)
    now = start + timedelta(days=passed, hours=1)
    laid = laid_out(one, now=now)
    if isinstance(laid, NotExact):
        return
    assert isinstance(laid, LaidOut)
    zoom = as_zoom_lays_out(meeting(start=laid.start, zone=zone, repeats=laid.repeats))
    coming = [each for each in laid.starts if each > now] or list(laid.starts)
    assert [each.start for each in zoom.occurrences] == coming


@given(st.lists(st.integers(-2000, 2000), min_size=4, max_size=4), st.sets(st.integers(0, 3)))
def test_what_is_planned_leads_to_the_times_of_the_calendar(hours, cancelled):
    """Carry out what is planned, one after the other, as Zoom would."""
    one = series()
    usual = as_ruled(one)
    moves = [
        replace(u, start=u.start + timedelta(hours=h), end=u.end + timedelta(hours=h))
        for u, h in zip(usual, hours, strict=True)
    ]
    there = [each for n, each in enumerate(moves) if n not in cancelled]
    wanted = told(one, there)
    zoom = made(told(one))
    action: object = None
    for _ in range(9):
        action, *_ = todo(one, wanted, zoom, spec_digest=wanted.as_laid_out().digest())
        if isinstance(action, Settle):
            break
        zoom = _carried_out(zoom, action)
    assert isinstance(action, Settle)
    at_zoom = {each.original_start: each for each in zoom.occurrences if not each.deleted}
    for time in wanted.times:
        _check(time, at_zoom.get(time.original_start), alone=len(at_zoom) == 1)


def _check(time: PlannedTime, known: MeetingOccurrence | None, *, alone: bool) -> None:
    if time.start is None:
        assert known is None or alone or known.start <= NOW
    elif time.start > NOW:
        assert known is not None
        assert known.start == time.start


def _carried_out(zoom: Meeting, action: object) -> Meeting:
    assert isinstance(action, UpdateOccurrence | DeleteOccurrence)
    fields = (
        {"start": action.start, "duration_minutes": action.duration_minutes}
        if isinstance(action, UpdateOccurrence)
        else {"deleted": True}
    )
    times = (replace(o, **fields) if o.id == action.occurrence_id else o for o in zoom.occurrences)
    return replace(zoom, occurrences=tuple(times))

"""Every rule of the corpus, said in Zoom's terms, happens at Zoom just when it does in the calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.core.event import EventShape
from syncd.core.fixed_times import NotExact, fixed_times
from syncd.core.meeting import FixedTimes, Repeat
from syncd.core.recurrence import Recurrence
from syncd.sandbox.fakes.zoom.recurrence import expand
from tests.factories import event
from tests.integration.sandbox.zoom_stage import Stage
from tests.recurrence_corpus import CORPUS, Fact

BEFORE_ALL = datetime(1996, 1, 1, tzinfo=UTC)


def said(fact: Fact) -> FixedTimes | NotExact:
    start = fact.begins().astimezone(UTC)
    return fixed_times(
        event(
            shape=EventShape.SERIES,
            start=start,
            end=start + timedelta(minutes=45),
            zone=fact.zone,
            recurrence=Recurrence((fact.rule,)),
        )
    )


def as_zoom_writes_it(terms: FixedTimes) -> dict[str, Any]:
    rule: dict[str, Any] = {"type": int(terms.repeat), "repeat_interval": terms.every}
    if terms.repeat is Repeat.WEEKLY:
        rule["weekly_days"] = ",".join(str(day) for day in terms.weekdays)
    if terms.month_day is not None:
        rule["monthly_day"] = terms.month_day
    if terms.month_week is not None:
        (rule["monthly_week_day"],) = terms.weekdays
        rule["monthly_week"] = terms.month_week
    if terms.count is not None:
        rule["end_times"] = terms.count
    if terms.until is not None:
        rule["end_date_time"] = f"{terms.until:%Y-%m-%dT%H:%M:%SZ}"
    return rule


def of_the_calendar(fact: Fact) -> list[datetime]:
    """Expand the rule by itself, as RFC 5545 says; one more than Zoom would ever hold."""
    several = rrulestr(fact.rule.upper(), dtstart=fact.begins())
    return [start.astimezone(UTC) for start in islice(several, 61)]


def test_the_corpus_is_large_and_much_of_it_can_be_said():
    exact = [fact for fact in CORPUS if isinstance(said(fact), FixedTimes)]
    assert len(CORPUS) >= 200
    assert len(exact) >= 60


@pytest.mark.parametrize("fact", CORPUS, ids=str)
async def test_zoom_holds_the_times_of_the_calendar_or_a_reason_is_given(fact):
    terms = said(fact)
    if isinstance(terms, NotExact):
        assert terms.reason.endswith(".")
        return
    stage = Stage()
    stage.world.offset = BEFORE_ALL - stage.world.now()
    series = await stage.create(
        type=8,
        start_time=f"{fact.begins():%Y-%m-%dT%H:%M:%S}",
        timezone=fact.zone,
        duration=45,
        recurrence=as_zoom_writes_it(terms),
    )
    at_zoom = [datetime.fromisoformat(one["start_time"]) for one in series["occurrences"]]
    assert at_zoom == of_the_calendar(fact)
    assert {one["duration"] for one in series["occurrences"]} == {45}


WEEKDAYS = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
PATTERNS = st.one_of(
    st.builds("DAILY;INTERVAL={}".format, st.integers(1, 110)),
    st.builds("DAILY;BYDAY={0},{1}".format, WEEKDAYS, WEEKDAYS),
    st.builds(
        "WEEKLY;INTERVAL={};BYDAY={},{};WKST={}".format,
        st.integers(1, 60),
        WEEKDAYS,
        WEEKDAYS,
        WEEKDAYS,
    ),
    st.builds("MONTHLY;INTERVAL={}".format, st.integers(1, 12)),
    st.builds(
        "MONTHLY;INTERVAL={};BYDAY={}{}".format,
        st.integers(1, 12),
        st.sampled_from([1, 2, 3, 4, 5, -1, -2]),
        WEEKDAYS,
    ),
)
ENDS = st.one_of(
    st.builds("COUNT={}".format, st.integers(1, 52)),
    st.datetimes(
        min_value=datetime.fromisoformat("2027-01-01"),
        max_value=datetime.fromisoformat("2033-12-31"),
    ).map("UNTIL={:%Y%m%dT%H%M%SZ}".format),
)
STARTS = st.datetimes(
    min_value=datetime.fromisoformat("2027-01-01"), max_value=datetime.fromisoformat("2028-12-31")
).map(lambda wall: f"{wall:%Y-%m-%dT%H:%M}")
ZONES = st.sampled_from(["Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Apia"])


@settings(max_examples=300, deadline=None)
@given(PATTERNS, ENDS, STARTS, ZONES)
def test_whatever_is_said_is_exact(pattern, end, start, zone):
    """Begin each series on the first day of its rule, else most of them could not be said."""
    rule = f"FREQ={pattern};{end}"
    begins = next(iter(rrulestr(rule, dtstart=Fact(start, zone, rule).begins())), None)
    if begins is None:
        return
    fact = Fact(f"{begins:%Y-%m-%dT%H:%M}", zone, rule)
    terms = said(fact)
    if isinstance(terms, FixedTimes):
        at_zoom = expand(as_zoom_writes_it(terms), fact.begins().astimezone(UTC), zone)
        assert at_zoom == of_the_calendar(fact)

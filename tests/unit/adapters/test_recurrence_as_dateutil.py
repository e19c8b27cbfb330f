"""Series are followed as the library itself would, which searches without bounds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.adapters.recurrence import YEARS
from tests.recurrence_corpus import CORPUS
from tests.unit.adapters.recurrence_play import RULES, first, series

# Without those of several times a day, and with a week number alone: for that dateutil takes all
# days of the week, where RFC 5545 takes the weekday of the start.
AS_DATEUTIL = [
    fact
    for fact in CORPUS
    if not any(part in fact.rule for part in ("BYHOUR=6", "BYHOUR=9,", "HOURLY", "MINUTELY"))
    and not ("BYWEEKNO" in fact.rule and "BYDAY" not in fact.rule)
]


def of_dateutil(rule: str, start: datetime, number: int) -> list[datetime]:
    """Give the first occurrences, the start always counted as one."""
    found = [one.astimezone(UTC) for one in islice(rrulestr(rule.upper(), dtstart=start), number)]
    if not found or found[0] == start.astimezone(UTC):
        return found
    return ([start.astimezone(UTC), *found])[:number]


@pytest.mark.parametrize("fact", AS_DATEUTIL, ids=str)
def test_the_corpus_is_followed_as_dateutil_does(fact):
    told = series(fact.begins().astimezone(UTC), fact.rule, zone=fact.zone)
    mine = first(told, number=40)
    theirs = of_dateutil(fact.rule, fact.begins(), 40)
    if "COUNT" in fact.rule and len(theirs) < 40:
        theirs = theirs[: int(fact.rule.upper().split("COUNT=")[1].split(";")[0])]
    assert mine == [one for one in theirs if one.year <= fact.begins().year + YEARS]


DAYS = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=3)
PATTERNS = st.one_of(
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 40)),
    st.builds(
        lambda step, several, opening: (
            f"FREQ=WEEKLY;INTERVAL={step};BYDAY={','.join(several)};WKST={opening}"
        ),
        st.integers(1, 9),
        DAYS,
        st.sampled_from(["MO", "SU", "TH"]),
    ),
    st.builds(
        "FREQ=MONTHLY;INTERVAL={};BYMONTHDAY={}".format, st.integers(1, 9), st.integers(1, 28)
    ),
    st.builds(
        lambda step, several, place: (
            f"FREQ=MONTHLY;INTERVAL={step};BYDAY={','.join(several)};BYSETPOS={place}"
        ),
        st.integers(1, 9),
        DAYS,
        st.sampled_from([1, 2, -1, -2]),
    ),
    st.builds("FREQ=YEARLY;INTERVAL={}".format, st.integers(1, 4)),
)


@settings(max_examples=60, deadline=None)
@given(
    PATTERNS,
    st.datetimes(
        min_value=datetime.fromisoformat("2019-01-01"),
        max_value=datetime.fromisoformat("2027-12-31"),
    ),
    st.integers(0, 1200),
)
def test_the_next_occurrence_is_the_one_dateutil_finds(rule, wall, later):
    start = wall.replace(microsecond=0, hour=12, tzinfo=ZoneInfo("Europe/Vienna"))
    after = start.astimezone(UTC) + timedelta(days=later)
    told = series(start.astimezone(UTC), rule, minutes=0)
    rest = (one.astimezone(UTC) for one in rrulestr(rule, dtstart=start))
    expected = next(one for one in rest if one > after)
    assert RULES.next_start(told, after=after) == expected

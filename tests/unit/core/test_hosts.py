"""Who hosts: wishes, pools, and who is free."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.hosts import Hosting, Span, at_once, choose_host, hosting, overbooked
from syncd.core.meeting import Host
from tests.factories import person

DAY = datetime(2026, 12, 1, tzinfo=UTC)
ANA, BO, CEM = (
    Host("ana@x", "1", is_basic=False),
    Host("bo@x", "2", is_basic=False),
    Host("cem@x", "3", is_basic=True),
)
SPANS = st.tuples(st.integers(0, 2880), st.integers(1, 300)).map(lambda s: span(s[0] / 60, s[1]))


def span(hour: float, minutes: int = 30) -> Span:
    start = DAY + timedelta(hours=hour)
    return start, start + timedelta(minutes=minutes)


def test_the_first_of_an_idle_pool_hosts():
    assert choose_host([ANA, BO], {}, span(10)) == "ana@x"


def test_the_host_with_the_fewest_minutes_on_that_day_hosts():
    busy = {"ana@x": [span(8), span(15)], "bo@x": [span(8, 45)], "cem@x": [span(8, 60)]}
    assert choose_host([ANA, BO, CEM], busy, span(10)) == "bo@x"


def test_minutes_of_other_days_do_not_count():
    busy = {"ana@x": [span(34, 300), span(-2, 150)], "bo@x": [span(8, 31)]}
    assert choose_host([ANA, BO], busy, span(10)) == "ana@x"


@pytest.mark.parametrize(
    ("host", "busy", "chosen"),
    [
        (CEM, [span(10)], None),
        (CEM, [span(9.5), span(10.5)], "cem@x"),
        (ANA, [span(10)], "ana@x"),
        (ANA, [span(10), span(10.25)], None),
        (ANA, [span(9.9, 20), span(10.25, 20)], "ana@x"),
        (ANA, [span(0, 1440), span(10.4)], None),
    ],
)
def test_nobody_holds_more_at_a_time_than_zoom_allows(host, busy, chosen):
    assert choose_host([host], {host.address: busy}, span(10)) == chosen


def test_a_basic_host_is_the_last_for_a_long_event():
    busy = {"ana@x": [span(8, 300)]}
    assert choose_host([CEM, ANA], busy, span(15, 41)) == "ana@x"
    assert choose_host([CEM, ANA], busy, span(15, 40)) == "cem@x"
    assert choose_host([CEM], {}, span(15, 41)) == "cem@x"


def test_nobody_is_chosen_from_nobody():
    assert choose_host([], {}, span(10)) is None


@given(spans=st.lists(SPANS, max_size=12), most=st.integers(1, 3))
def test_overbooked_is_what_runs_beside_too_many(spans: list[Span], most: int):
    def running(at: datetime) -> set[int]:
        return {i for i, (start, end) in enumerate(spans) if start <= at < end}

    crowds = [now for start, _ in spans if len(now := running(start)) > most]
    assert overbooked(spans, most) == frozenset().union(*crowds)


@given(asked=st.lists(SPANS, max_size=30), basic=st.booleans())
def test_a_pool_that_chooses_is_never_overbooked(asked: list[Span], basic: bool):
    pool = [ANA, Host("dan@x", "4", is_basic=basic)]
    busy: dict[str, list[Span]] = {host.address: [] for host in pool}
    for each in asked:
        chosen = choose_host(pool, busy, each)
        if chosen is not None:
            busy[chosen].append(each)
    for host in pool:
        assert not overbooked(busy[host.address], at_once(host))


POOLED = person(pool=("Room1@x", "room2@x"), hosts_allowed=frozenset({"Bo@x"}))


@pytest.mark.parametrize(
    ("who", "wishes", "before", "found"),
    [
        (person(), (), (), Hosting("ana@example.com")),
        (POOLED, (), (), Hosting("room1@x", ("room1@x", "room2@x"))),
        (POOLED, ("wait", "host=bo@x"), (), Hosting("bo@x")),
        (POOLED, ("host=room2@x",), ("host=bo@x",), Hosting("room2@x")),
        (POOLED, (), ("host=bo@x",), Hosting("bo@x")),
        (POOLED, ("host=eve@x",), (), Hosting("room1@x", ("room1@x", "room2@x"))),
        (person(), ("host=ana@example.com",), (), Hosting("ana@example.com")),
    ],
)
def test_who_is_to_host(who, wishes, before, found):
    assert hosting(who, wishes=wishes, before=before) == found


def test_the_pool_of_a_rule_goes_before_the_person_s():
    assert hosting(POOLED, wishes=(), pool=("a@x", "A@x")) == Hosting("a@x", ("a@x",))
    assert hosting(POOLED, wishes=("host=a@x",), pool=("a@x",)) == Hosting("a@x")

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.rrule import Frequency, Rrule, Stamp, read_rule, read_stamp
from tests.recurrence_corpus import CORPUS

wall = datetime.fromisoformat

BEST = Rrule(
    frequency=Frequency.MONTHLY,
    interval=2,
    count=7,
    week_start=6,
    by_day=((-1, 4), (0, 0)),
    by_month=(1, 12),
    by_month_day=(-1, 31),
    by_year_day=(-366, 200),
    by_week=(53,),
    by_position=(-2, 1),
    times=((9,), (30,), (0,)),
)


def test_a_rule_is_read_whole():
    text = (
        "FREQ=MONTHLY;INTERVAL=2;COUNT=7;WKST=SU;BYDAY=MO,-1FR;BYMONTH=12,1;BYMONTHDAY=31,-1;"
        "BYYEARDAY=200,-366;BYWEEKNO=53;BYSETPOS=1,-2;BYHOUR=9;BYMINUTE=30;BYSECOND=0"
    )
    assert read_rule(text) == BEST


@pytest.mark.parametrize(
    "text", ["FREQ=DAILY", "freq=daily", " FREQ=DAILY; ", "INTERVAL=1;FREQ=DAILY", "FREQ=DAILY;"]
)
def test_case_order_and_blanks_do_not_matter(text):
    assert read_rule(text) == Rrule(frequency=Frequency.DAILY)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "cannot be read"),
        ("INTERVAL=2", "has no frequency"),
        ("FREQ=HOURLY", "repeats HOURLY cannot be followed"),
        ("FREQ=SECONDLY;COUNT=1", "repeats SECONDLY"),
        ("FREQ=DAILY;FREQ=DAILY", "cannot be read"),
        ("FREQ=DAILY;X-ODD=1", "cannot be read"),
        ("FREQ=DAILY;BYEASTER=0", "cannot be read"),
        ("EXRULE:FREQ=DAILY", "cannot be read: 'EXRULE:FREQ=DAILY'"),
        ("FREQ=DAILY;COUNT=0", "impossible COUNT"),
        ("FREQ=DAILY;COUNT=-1", "impossible COUNT"),
        ("FREQ=DAILY;INTERVAL=0", "impossible INTERVAL"),
        ("FREQ=DAILY;INTERVAL=1,2", "impossible INTERVAL"),
        ("FREQ=DAILY;COUNT=1;UNTIL=20261224", "both by a count and by a date"),
        ("FREQ=DAILY;UNTIL=20261324", "impossible UNTIL"),
        ("FREQ=DAILY;UNTIL=2026", "impossible UNTIL"),
        ("FREQ=WEEKLY;WKST=XX", "impossible WKST"),
        ("FREQ=WEEKLY;BYDAY=MO,", "impossible BYDAY"),
        ("FREQ=WEEKLY;BYDAY=99MO", "impossible BYDAY"),
        ("FREQ=YEARLY;BYMONTH=13", "impossible BYMONTH"),
        ("FREQ=YEARLY;BYMONTH=-1", "impossible BYMONTH"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "impossible BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "impossible BYMONTHDAY"),
        ("FREQ=MONTHLY;BYSETPOS=" + "9" * 40, "impossible BYSETPOS"),
        ("FREQ=DAILY;BYMONTH=" + "1," * 4000 + "1", "longer than any calendar writes"),
    ],
)
def test_what_is_no_rule_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_rule(text)


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("20261224", Stamp(wall("2026-12-24"), is_utc=False, is_day=True)),
        ("20261224T100000", Stamp(wall("2026-12-24T10:00"), is_utc=False, is_day=False)),
        ("20261224T100000Z", Stamp(wall("2026-12-24T10:00"), is_utc=True, is_day=False)),
        ("20260230", None),
        ("20261224T250000", None),
        ("20261224Z", None),
        ("2026-12-24", None),
        ("٢٠٢٦١٢٢٤", None),
        ("", None),
    ],
)
def test_a_stamp_is_a_day_or_a_time_in_utc_or_not(text, stamp):
    assert read_stamp(text) == stamp


def test_a_day_lasts_to_its_end():
    day, clock = read_stamp("20261224"), read_stamp("20261224T100000")
    assert day is not None
    assert clock is not None
    assert day.last_wall() == wall("2026-12-24T23:59:59.999999")
    assert clock.last_wall() == wall("2026-12-24T10:00")


def test_a_rule_may_repeat_the_time_of_its_start():
    rule = read_rule("FREQ=DAILY;BYHOUR=9;BYMINUTE=30")
    assert rule.names_only_the_time(wall("2026-12-02T09:30"))
    assert not rule.names_only_the_time(wall("2026-12-02T09:31"))
    assert not read_rule("FREQ=DAILY;BYHOUR=9,10").names_only_the_time(wall("2026-12-02T09:00"))


def test_every_rule_of_the_corpus_that_steps_in_days_is_read():
    for fact in CORPUS:
        if not any(step in fact.rule for step in ("HOURLY", "MINUTELY")):
            assert read_rule(fact.rule).frequency.value in fact.rule.upper()


PIECES = st.sampled_from(
    [
        "FREQ=",
        "DAILY",
        "YEARLY",
        ";",
        "=",
        ",",
        "-",
        "1",
        "99999999999",
        "BYDAY=",
        "MO",
        "2TU",
        "UNTIL=",
        "20261224",
        "T100000Z",
        "COUNT=",
        "INTERVAL=",
        "BYSETPOS=",
        "é",
        ":",
        "FREQ=WEEKLY",
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    try:
        rule = read_rule(text)
    except ValueError as refused:
        sentence = str(refused)
    else:
        sentence = f"A series that repeats {rule.frequency}"
    assert sentence.startswith(("The recurrence rule", "A series that repeats"))


def test_a_text_of_any_length_is_refused_before_it_is_read():
    with pytest.raises(ValueError, match="longer"):
        read_rule("FREQ=DAILY;" + "BYDAY=1" * 10**6)

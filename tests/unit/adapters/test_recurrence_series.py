"""When series take place, as RFC 5545 and the calendars mean it."""

from __future__ import annotations

import pytest
from dateutil.rrule import rrule

from syncd.adapters.recurrence import YEARS
from syncd.core.event import Event, EventShape
from syncd.core.ids import EventKey, Provider
from tests.factories import event
from tests.unit.adapters.recurrence_play import RULES, SOON, at, first, series

# ---- the clocks change


def test_ten_o_clock_stays_ten_o_clock_when_the_clocks_change():
    weekly = series(at("2027-03-24T10:00", "Europe/Vienna"), "FREQ=WEEKLY")
    assert first(weekly, number=2) == [at("2027-03-24T09:00"), at("2027-03-31T08:00")]
    autumn = series(at("2026-10-21T10:00", "Europe/Vienna"), "FREQ=WEEKLY")
    assert first(autumn, number=2) == [at("2026-10-21T08:00"), at("2026-10-28T09:00")]


def test_an_hour_that_the_clocks_leave_out_is_read_with_the_offset_before():
    daily = series(at("2027-03-27T02:30", "Europe/Vienna"), "FREQ=DAILY")
    # 02:30 at +01:00, which the clocks then show as 03:30.
    assert first(daily) == [at("2027-03-27T01:30"), at("2027-03-28T01:30"), at("2027-03-29T00:30")]


def test_of_an_hour_that_comes_twice_the_first_is_meant():
    daily = series(at("2026-10-24T02:30", "Europe/Vienna"), "FREQ=DAILY")
    assert first(daily) == [at("2026-10-24T00:30"), at("2026-10-25T00:30"), at("2026-10-26T01:30")]


def test_a_start_in_the_second_of_two_equal_hours_stays_there():
    daily = series(at("2026-10-25T01:30"), "FREQ=DAILY")
    assert first(daily, number=2) == [at("2026-10-25T01:30"), at("2026-10-26T01:30")]


@pytest.mark.parametrize(
    ("zone", "start", "after", "expected"),
    [
        # Brazil gave up daylight saving in 2019, Turkey stayed in summer time in 2016.
        ("America/Sao_Paulo", "2018-12-05T10:00", "2019-12-04", "2019-12-04T13:00"),
        ("America/Sao_Paulo", "2018-12-05T10:00", "2018-12-05", "2018-12-05T12:00"),
        ("Europe/Istanbul", "2015-12-02T10:00", "2026-12-02", "2026-12-02T07:00"),
        # Half an hour of daylight saving, and one that begins in autumn.
        ("Australia/Lord_Howe", "2026-09-30T10:00", "2026-10-06", "2026-10-06T23:00"),
        ("Africa/Casablanca", "2026-02-04T10:00", "2026-02-25", "2026-02-25T10:00"),
    ],
)
def test_the_rules_of_a_zone_are_those_of_the_day(zone, start, after, expected):
    weekly = series(at(start, zone), "FREQ=WEEKLY", zone=zone)
    assert RULES.next_start(weekly, after=at(after)) == at(expected)


def test_a_day_that_a_zone_never_had_gives_one_occurrence_not_two():
    # Samoa went from 29 to 31 December 2011.
    daily = series(at("2011-12-28T10:00", "Pacific/Apia"), "FREQ=DAILY", zone="Pacific/Apia")
    assert first(daily, number=4) == [
        at("2011-12-28T20:00"),
        at("2011-12-29T20:00"),
        at("2011-12-30T20:00"),
        at("2011-12-31T20:00"),
    ]


def test_without_a_zone_the_series_keeps_its_time_in_utc():
    weekly = series(at("2027-03-24T09:00"), "FREQ=WEEKLY", zone=None)
    assert first(weekly, number=2) == [at("2027-03-24T09:00"), at("2027-03-31T09:00")]


# ---- which occurrence is next


def test_an_occurrence_is_next_until_it_has_ended():
    daily = series(at("2026-12-02T09:00"), "FREQ=DAILY", minutes=30)
    assert RULES.next_start(daily, after=at("2026-12-03T09:30") - SOON) == at("2026-12-03T09:00")
    assert RULES.next_start(daily, after=at("2026-12-03T09:30")) == at("2026-12-04T09:00")


def test_an_occurrence_of_several_days_is_next_until_it_has_ended():
    weekly = series(at("2026-12-02T09:00"), "FREQ=WEEKLY", minutes=4 * 24 * 60)
    assert RULES.next_start(weekly, after=at("2026-12-13T08:59")) == at("2026-12-09T09:00")


def test_a_series_that_is_over_has_no_next_occurrence():
    for end in ("COUNT=3", "UNTIL=20261204", "UNTIL=20261204T090000Z", "UNTIL=20261204T100000"):
        daily = series(at("2026-12-02T09:00"), f"FREQ=DAILY;{end}")
        assert RULES.next_start(daily, after=at("2026-12-04T09:29")) == at("2026-12-04T09:00")
        assert RULES.next_start(daily, after=at("2026-12-04T09:30")) is None


def test_a_series_that_ended_before_its_start_has_no_occurrence():
    assert first(series(at("2026-12-02T09:00"), "FREQ=DAILY;UNTIL=20261201T225959Z")) == []


def test_the_start_is_the_first_even_if_its_rule_does_not_meet_it():
    mondays = series(at("2026-12-02T09:00"), "FREQ=WEEKLY;BYDAY=MO;COUNT=3")
    assert first(mondays, number=9) == [
        at("2026-12-02T09:00"),
        at("2026-12-07T09:00"),
        at("2026-12-14T09:00"),
    ]


def test_dates_are_added_and_excluded_ones_left_out():
    daily = series(
        at("2026-12-02T09:00"),
        "FREQ=DAILY;COUNT=3",
        dates=[at("2026-12-24T15:00"), at("2026-12-03T09:00"), at("2026-12-02T20:00")],
        excluded=[at("2026-12-04T09:00"), at("2026-12-24T15:01")],
    )
    assert first(daily, number=9) == [
        at("2026-12-02T09:00"),
        at("2026-12-02T20:00"),
        at("2026-12-03T09:00"),
        at("2026-12-24T15:00"),
    ]


def test_a_series_of_dates_alone_begins_with_its_start():
    dates = series(at("2026-12-02T09:00"), dates=[at("2026-12-24T15:00")])
    assert first(dates) == [at("2026-12-02T09:00"), at("2026-12-24T15:00")]


def test_the_days_of_several_rules_are_joined():
    both = series(at("2026-12-02T09:00"), "FREQ=DAILY;COUNT=2", "FREQ=WEEKLY;COUNT=2")
    assert first(both, number=9) == [
        at("2026-12-02T09:00"),
        at("2026-12-03T09:00"),
        at("2026-12-09T09:00"),
    ]


# ---- all-day series


def all_day(day: str, rule: str, *, zone: str | None, midnight_in: str, **more) -> Event:
    start = at(day, midnight_in)
    return series(start, rule, minutes=24 * 60, all_day=True, zone=zone, **more)


def test_a_day_of_google_lies_between_the_midnights_of_its_zone():
    weekly = all_day("2027-03-24", "FREQ=WEEKLY", zone="Europe/Vienna", midnight_in="Europe/Vienna")
    assert first(weekly, number=2) == [at("2027-03-23T23:00"), at("2027-03-30T22:00")]


def test_a_day_lasts_as_long_as_the_clocks_make_it():
    daily = all_day("2027-03-27", "FREQ=DAILY", zone="Europe/Vienna", midnight_in="Europe/Vienna")
    # 28 March 2027 has 23 hours.
    assert RULES.next_start(daily, after=at("2027-03-28T21:59")) == at("2027-03-27T23:00")
    assert RULES.next_start(daily, after=at("2027-03-28T22:00")) == at("2027-03-28T22:00")


def test_a_day_of_an_unknown_zone_lies_between_midnights_in_utc():
    key = EventKey(Provider.MICROSOFT, "uid1")
    weekly = all_day("2027-03-24", "FREQ=WEEKLY", zone=None, midnight_in="UTC", key=key)
    assert first(weekly, number=2) == [at("2027-03-24"), at("2027-03-31")]


@pytest.mark.parametrize("until", ["20270331", "20270331T000000Z", "20270331T235959"])
def test_of_the_end_of_an_all_day_series_only_the_date_counts(until):
    zone = "America/New_York"
    weekly = all_day("2027-03-24", f"FREQ=WEEKLY;UNTIL={until}", zone=zone, midnight_in=zone)
    assert first(weekly, number=9) == [at("2027-03-24T04:00"), at("2027-03-31T04:00")]


# ---- what is odd, hostile or far away


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (series(at("2026-12-02"), "FREQ=MINUTELY"), "repeats MINUTELY cannot be followed"),
        (series(at("2026-12-02"), "FREQ=DAILY;BYHOUR=9,10"), "several times a day"),
        (series(at("2026-12-02"), "gibberish"), "cannot be read: 'gibberish'"),
        (series(at("2026-12-02"), *["FREQ=DAILY"] * 5), "more recurrence rules"),
        (series(at("1980-12-02"), "FREQ=DAILY;COUNT=9"), "since the year 1980"),
        (series(at("2026-12-02"), "FREQ=DAILY", zone="Atlantis/Capital"), "time zone"),
        (event(shape=EventShape.SERIES), "does not say how it repeats"),
    ],
)
def test_what_cannot_be_followed_is_refused_with_a_sentence(told, sentence):
    with pytest.raises(ValueError, match=sentence):
        RULES.next_start(told, after=at("2026-12-02"))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=99999999",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TH",
        "FREQ=WEEKLY;INTERVAL=999999999999",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=-53MO",
        "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=366",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
        "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31;COUNT=999999999999",
    ],
)
def test_a_rule_that_nothing_meets_is_given_up_after_some_years(rule, monkeypatch):
    asked = []

    def counting(*given, **named):
        asked.append(named["dtstart"])
        return rrule(*given, **named)

    monkeypatch.setattr("syncd.adapters.recurrence.days.rrule", counting)
    told = series(at("2026-12-02T09:00"), rule)
    assert RULES.next_start(told, after=at("2026-12-03T09:00")) is None
    assert len(asked) <= YEARS + 2


@pytest.mark.parametrize(
    ("start", "rule", "after", "expected"),
    [
        ("1601-01-01", "FREQ=DAILY", "2026-12-02T12:00", "2026-12-03"),
        ("1601-01-01", "FREQ=WEEKLY;INTERVAL=2", "2026-12-02T12:00", "2026-12-07"),
        ("1601-01-01", "FREQ=MONTHLY;INTERVAL=7;BYMONTHDAY=-1", "2026-12-02", "2027-06-30"),
        ("1970-01-01", "FREQ=DAILY;UNTIL=99991231T235959Z", "2026-12-02T12:00", "2026-12-03"),
        ("2000-02-29", "FREQ=YEARLY;BYDAY=MO;BYMONTH=2;BYMONTHDAY=29", "2026-12-02", "2044-02-29"),
        ("2020-01-01", "FREQ=DAILY;COUNT=999999999999", "2026-12-02T12:00", "2026-12-03"),
        ("2400-01-01", "FREQ=YEARLY", "2026-12-02", "2400-01-01"),
        ("9998-12-31", "FREQ=DAILY", "9999-01-02", None),
        ("9999-12-31", "FREQ=DAILY;BYMONTH=3", "9999-12-31T12:00", None),
        ("0001-01-01", "FREQ=DAILY", "2026-12-02T12:00", "2026-12-03"),
    ],
)
def test_far_starts_and_far_ends_are_no_trouble(start, rule, after, expected):
    told = series(at(start), rule, zone="UTC")
    assert RULES.next_start(told, after=at(after)) == (expected and at(expected))


def test_the_last_moments_of_all_calendars_have_no_next_occurrence():
    for zone in ("Pacific/Kiritimati", "America/Los_Angeles"):
        told = series(at("9999-12-31T23:00"), "FREQ=DAILY", zone=zone)
        assert RULES.next_start(told, after=at("9999-12-31T23:45")) is None

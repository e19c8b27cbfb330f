"""A new event as Graph takes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.adapters.microsoft.creating import body_of, transaction_of
from syncd.ports.calendar import NewEvent

START = datetime(2026, 12, 1, 9, tzinfo=UTC)
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]


def new(start: datetime = START, *, zone: str = "Europe/Berlin") -> NewEvent:
    end = start + timedelta(minutes=30)
    return NewEvent(title="T", start=start, end=end, zone=zone, attendees=(), text="")


def test_times_are_written_in_the_zone_it_is_made_in():
    body = body_of(new(), transaction="t")
    assert body["start"] == {"dateTime": "2026-12-01T10:00:00", "timeZone": "Europe/Berlin"}


def test_the_hour_that_comes_twice_is_written_in_utc():
    body = body_of(new(datetime(2026, 10, 25, 0, 45, tzinfo=UTC)), transaction="t")
    assert body["start"] == {"dateTime": "2026-10-25T00:45:00", "timeZone": "UTC"}


def test_a_zone_that_windows_does_not_know_is_written_in_utc():
    assert body_of(new(zone="Etc/GMT+12x"), transaction="t")["start"]["timeZone"] == "UTC"


@given(st.integers(0, 15 * 366 * 24 * 60), st.sampled_from(ZONES))
def test_what_is_written_means_the_same_moment(minutes, zone):
    start = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    for name, moment in (("start", start), ("end", start + timedelta(minutes=30))):
        told = body_of(new(start, zone=zone), transaction="t")[name]
        read = datetime.fromisoformat(told["dateTime"]).replace(tzinfo=ZoneInfo(told["timeZone"]))
        assert read.astimezone(UTC) == moment


@pytest.mark.parametrize("key", ["", "0f", "0f" * 31, "0f" * 33, "zz" * 32])
def test_a_key_that_is_none_is_refused(key):
    with pytest.raises(ValueError, match=r"key|hexadecimal"):
        transaction_of(key)


def test_keys_differ_in_what_is_made_of_them():
    made = {transaction_of(f"{number:032x}" + "0" * 32) for number in range(100)}
    assert len(made) == 100

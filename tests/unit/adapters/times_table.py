"""Times as Google and as Outlook tell them, and what becomes of each: rows of facts."""

from __future__ import annotations

from tests.unit.adapters.times_rows import Row, days, g, meeting, o
from tests.unit.adapters.times_zones import ZONES

CLOCKS_JUMP = [
    Row(
        name="the hour that is left out in spring counts from before the jump",
        google=g("2027-03-28T02:30:00", "2027-03-28T03:30:00"),
        outlook=o(
            "2027-03-28T02:30:00.0000000",
            "2027-03-28T03:30:00.0000000",
            told_in="W. Europe Standard Time",
        ),
        starts="2027-03-28T01:30:00",
        ends="2027-03-28T01:30:00",
        zone="Europe/Berlin",
        zoom=meeting("2027-03-28T01:30:00Z", 1),
    ),
    Row(
        name="the hour that comes twice in autumn is the first without an offset",
        google=g("2026-10-25T02:30:00", "2026-10-25T03:30:00"),
        outlook=o(
            "2026-10-25T02:30:00.0000000",
            "2026-10-25T03:30:00.0000000",
            told_in="W. Europe Standard Time",
        ),
        starts="2026-10-25T00:30:00",
        ends="2026-10-25T02:30:00",
        zone="Europe/Berlin",
        zoom=meeting("2026-10-25T00:30:00Z", 120),
    ),
    Row(
        name="the second of the hours that come twice is told by its offset, or in UTC",
        google=g("2026-10-25T02:30:00+01:00", "2026-10-25T03:30:00+01:00"),
        outlook=o("2026-10-25T01:30:00.0000000", "2026-10-25T02:30:00.0000000"),
        starts="2026-10-25T01:30:00",
        ends="2026-10-25T02:30:00",
        zone="Europe/Berlin",
        zoom=meeting("2026-10-25T01:30:00Z", 60),
    ),
    Row(
        name="from ten to ten over the night of spring it is 23 hours",
        google=g("2027-03-27T22:00:00+01:00", "2027-03-28T22:00:00+02:00"),
        outlook=o("2027-03-27T21:00:00.0000000", "2027-03-28T20:00:00.0000000"),
        starts="2027-03-27T21:00:00",
        ends="2027-03-28T20:00:00",
        zone="Europe/Berlin",
        zoom=meeting("2027-03-27T21:00:00Z", 23 * 60),
    ),
    Row(
        name="from ten to ten over the night of autumn it is 25 hours, which is too long",
        google=g("2026-10-24T22:00:00+02:00", "2026-10-25T22:00:00+01:00"),
        outlook=o("2026-10-24T20:00:00.0000000", "2026-10-25T21:00:00.0000000"),
        starts="2026-10-24T20:00:00",
        ends="2026-10-25T21:00:00",
        zone="Europe/Berlin",
        zoom="too_long",
    ),
]

LENGTHS = [
    Row(
        name=name,
        google=g(f"2026-12-02T10:00:00{starts}+01:00", f"{ends}+01:00"),
        outlook=o(
            f"2026-12-02T10:00:00{starts or '.0000000'}",
            ends,
            told_in="W. Europe Standard Time",
        ),
        starts="2026-12-02T09:00:00",
        ends=told,
        zone="Europe/Berlin",
        zoom=meeting("2026-12-02T09:00:00Z", found) if isinstance(found, int) else str(found),
    )
    for name, starts, ends, told, found in [
        ("no length", "", "2026-12-02T10:00:00", "2026-12-02T09:00:00", 1),
        ("one second", "", "2026-12-02T10:00:01", "2026-12-02T09:00:01", 1),
        ("half a minute over", "", "2026-12-02T10:30:30", "2026-12-02T09:30:30", 31),
        ("23.9 hours", "", "2026-12-03T09:54:00", "2026-12-03T08:54:00", 1434),
        ("24 hours to the second", "", "2026-12-03T10:00:00", "2026-12-03T09:00:00", 1440),
        ("a second more", "", "2026-12-03T10:00:01", "2026-12-03T09:00:01", "too_long"),
        ("three days", "", "2026-12-05T10:00:00", "2026-12-05T09:00:00", "too_long"),
        ("it ends first", "", "2026-12-02T09:59:59", "2026-12-02T08:59:59", "ends_before_start"),
        ("fractions", ".9999999", "2026-12-02T10:30:00.0000001", "2026-12-02T09:30:00", 30),
    ]
] + [
    Row(
        name="it starts between two minutes",
        google=g("2026-12-02T10:00:30+01:00", "2026-12-02T10:30:00+01:00"),
        outlook=o("2026-12-02T09:00:30.0000000", "2026-12-02T09:30:00.0000000"),
        starts="2026-12-02T09:00:30",
        ends="2026-12-02T09:30:00",
        zone="Europe/Berlin",
        zoom=meeting("2026-12-02T09:00:30Z", 30),
    ),
]


def _at(now: str, name: str, found: int | str) -> Row:
    """Give the event from nine to ten UTC as it is found at some moment."""
    return Row(
        name=name,
        google=g("2026-12-02T10:00:00+01:00", "2026-12-02T11:00:00+01:00"),
        outlook=o("2026-12-02T09:00:00.0000000", "2026-12-02T10:00:00.0000000"),
        starts="2026-12-02T09:00:00",
        ends="2026-12-02T10:00:00",
        zone="Europe/Berlin",
        zoom=meeting("2026-12-02T09:00:00Z", found) if isinstance(found, int) else str(found),
        now=now,
    )


NOW_AND_THEN = [
    _at("2026-12-02T08:59:00", "it starts in one minute", 60),
    _at("2026-12-02T09:00:00", "it starts this second", 60),
    _at("2026-12-02T09:45:00", "it began and is not over", 60),
    _at("2026-12-02T10:00:00", "it is over this second", "finished"),
    _at("2027-12-02T10:00:00", "it is long over", "finished"),
    _at("2026-06-05T09:00:00", "it is just within the horizon of 180 days", 60),
    _at("2026-06-05T08:59:59", "it is a second beyond the horizon", "beyond_horizon"),
    Row(
        name="the last second of all calendars",
        google=g("9999-12-31T23:00:00Z", "9999-12-31T23:59:59.999999Z", "UTC"),
        outlook=o("9999-12-31T23:00:00.0000000", "9999-12-31T23:59:59.9999999", "UTC"),
        starts="9999-12-31T23:00:00",
        ends="9999-12-31T23:59:59",
        zone="UTC",
        zoom="beyond_horizon",
        now="2026-12-02T10:00:00",
    ),
    Row(
        name="the first second of all calendars",
        google=g("0001-01-01T00:00:00Z", "0001-01-01T00:30:00Z", "UTC"),
        outlook=o("0001-01-01T00:00:00.0000000", "0001-01-01T00:30:00.0000000", "UTC"),
        starts="0001-01-01T00:00:00",
        ends="0001-01-01T00:30:00",
        zone="UTC",
        zoom="finished",
        now="2026-12-02T10:00:00",
    ),
    Row(
        name="from the first to the last day",
        google=g("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "UTC"),
        outlook=o("0001-01-01T00:00:00.0000000", "9999-12-31T23:59:59.0000000", "UTC"),
        starts="0001-01-01T00:00:00",
        ends="9999-12-31T23:59:59",
        zone="UTC",
        zoom="too_long",
        now="2026-12-02T10:00:00",
    ),
]

DAYS = [
    Row(
        name=name,
        google=days(first, after),
        outlook=o(f"{first}T00:00:00.0000000", f"{after}T00:00:00.0000000") | {"isAllDay": True},
        starts=starts,
        ends=ends,
        zone="Europe/Berlin",
        zoom="all_day",
        now="2026-12-02T10:00:00",
        all_day=True,
    )
    for name, first, after, starts, ends in [
        ("a day", "2026-12-10", "2026-12-11", "2026-12-09T23:00:00", "2026-12-10T23:00:00"),
        ("days", "2026-12-10", "2026-12-20", "2026-12-09T23:00:00", "2026-12-19T23:00:00"),
        ("a short day", "2027-03-28", "2027-03-29", "2027-03-27T23:00:00", "2027-03-28T22:00:00"),
        ("a long day", "2026-10-25", "2026-10-26", "2026-10-24T22:00:00", "2026-10-25T23:00:00"),
        ("the last day", "9999-12-30", "9999-12-31", "9999-12-29T23:00:00", "9999-12-30T23:00:00"),
    ]
]

TABLE = [*CLOCKS_JUMP, *ZONES, *LENGTHS, *NOW_AND_THEN, *DAYS]

"""Times in zones of every kind, and what becomes of each: rows of facts."""

from __future__ import annotations

from tests.unit.adapters.times_rows import Row, g, meeting, o

ZONES = [
    Row(
        name=f"{place} has other rules than it had",
        google=g(f"{day}T10:00:00{offset}", f"{day}T10:30:00{offset}", place),
        outlook=o(f"{starts}.0000000", f"{ends}.0000000", windows),
        starts=starts,
        ends=ends,
        zone=place,
        zoom=meeting(f"{starts}Z", 30, place),
    )
    for place, windows, day, offset, starts, ends in [
        (
            "America/Sao_Paulo",
            "E. South America Standard Time",
            "2027-01-15",
            "-03:00",
            "2027-01-15T13:00:00",
            "2027-01-15T13:30:00",
        ),
        (
            "America/Mexico_City",
            "Central Standard Time (Mexico)",
            "2027-07-15",
            "-06:00",
            "2027-07-15T16:00:00",
            "2027-07-15T16:30:00",
        ),
        (
            "Asia/Almaty",
            "Asia/Almaty",
            "2027-01-15",
            "+05:00",
            "2027-01-15T05:00:00",
            "2027-01-15T05:30:00",
        ),
        (
            "Europe/Volgograd",
            "Volgograd Standard Time",
            "2027-01-15",
            "+03:00",
            "2027-01-15T07:00:00",
            "2027-01-15T07:30:00",
        ),
        (
            "Europe/Istanbul",
            "Turkey Standard Time",
            "2027-01-15",
            "+03:00",
            "2027-01-15T07:00:00",
            "2027-01-15T07:30:00",
        ),
        # In Ramadan the clock goes back to UTC.
        (
            "Africa/Casablanca",
            "Morocco Standard Time",
            "2027-02-20",
            "+00:00",
            "2027-02-20T10:00:00",
            "2027-02-20T10:30:00",
        ),
        (
            "Pacific/Apia",
            "Samoa Standard Time",
            "2027-01-15",
            "+13:00",
            "2027-01-14T21:00:00",
            "2027-01-14T21:30:00",
        ),
        (
            "Australia/Lord_Howe",
            "Lord Howe Standard Time",
            "2027-01-15",
            "+11:00",
            "2027-01-14T23:00:00",
            "2027-01-14T23:30:00",
        ),
    ]
] + [
    Row(
        name="a zone nobody can name: the hour is right, Zoom shows it in UTC",
        google=g("2026-12-02T10:00:00Z", "2026-12-02T10:30:00Z", "Customized Time Zone"),
        outlook=o(
            "2026-12-02T10:00:00.0000000", "2026-12-02T10:30:00.0000000", "tzone://Microsoft/Custom"
        ),
        starts="2026-12-02T10:00:00",
        ends="2026-12-02T10:30:00",
        zone=None,
        zoom=meeting("2026-12-02T10:00:00Z", 30, "UTC"),
    ),
    Row(
        name="the offset counts, and not the zone beside it",
        google=g("2026-12-02T10:00:00+05:30", "2026-12-02T10:30:00+05:30", zone="America/New_York"),
        outlook=o(
            "2026-12-02T10:00:00.0000000+05:30",
            "2026-12-02T10:30:00.0000000+05:30",
            "Eastern Standard Time",
        ),
        starts="2026-12-02T04:30:00",
        ends="2026-12-02T05:00:00",
        zone="America/New_York",
        zoom=meeting("2026-12-02T04:30:00Z", 30, "America/New_York"),
    ),
    Row(
        name="a flight: from one zone into another",
        google={
            "start": {"dateTime": "2026-12-02T10:00:00+01:00", "timeZone": "Europe/Berlin"},
            "end": {"dateTime": "2026-12-02T13:00:00-05:00", "timeZone": "America/New_York"},
        },
        outlook=o("2026-12-02T09:00:00.0000000", "2026-12-02T18:00:00.0000000")
        | {"originalEndTimeZone": "Eastern Standard Time"},
        starts="2026-12-02T09:00:00",
        ends="2026-12-02T18:00:00",
        zone="Europe/Berlin",
        zoom=meeting("2026-12-02T09:00:00Z", 540),
    ),
]

"""A machine whose zone rules are wrong: no hour of an event depends on them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo, reset_tzpath

import pytest

from syncd.adapters.google.translate import event_in as google_event
from syncd.adapters.microsoft.translate import event_in as outlook_event
from tests.unit.adapters import google_items, microsoft_items
from tests.unit.adapters.times_rows import Row, utc
from tests.unit.adapters.times_table import CLOCKS_JUMP, LENGTHS, NOW_AND_THEN
from tests.unit.adapters.times_zones import ZONES

# Each place gets the rules of one at the other end of the world.
PLACES = {
    "Europe/Berlin": "Pacific/Kiritimati",
    "America/New_York": "Asia/Kathmandu",
    **{row.zone: "America/Adak" for row in ZONES if row.zone and "has other rules" in row.name},
}


@pytest.fixture
def _wrong_rules(tmp_path: Path) -> Iterator[None]:
    for place, other in PLACES.items():
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files("tzdata").joinpath("zoneinfo", *other.split("/")).read_bytes())
    reset_tzpath([tmp_path])
    ZoneInfo.clear_cache()
    yield
    reset_tzpath()
    ZoneInfo.clear_cache()


def tells_the_instant(row: Row) -> bool:
    """Whether both providers tell it as they do themselves: with an offset, and in UTC."""
    stamp, told_in = row.google["start"]["dateTime"], row.outlook["start"]["timeZone"]
    return told_in == "UTC" and (stamp.endswith("Z") or stamp[-6] in "+-")


ROWS = [r for r in (*CLOCKS_JUMP, *ZONES, *LENGTHS, *NOW_AND_THEN) if tells_the_instant(r)]


@pytest.mark.usefixtures("_wrong_rules")
@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_the_hour_is_right_whatever_the_rules_here_say(row):
    in_google = google_event(
        google_items.item(**row.google), calendar=google_items.CALENDAR, facts=google_items.FACTS
    )
    in_outlook = outlook_event(microsoft_items.item(**row.outlook), calendar=microsoft_items.ANA)
    expected = (utc(row.starts), utc(row.ends))
    assert (in_google.start, in_google.end) == expected
    assert (in_outlook.start, in_outlook.end) == expected


@pytest.mark.usefixtures("_wrong_rules")
def test_the_systems_rules_go_before_those_of_the_package():
    wall = utc("2026-12-02T10:00:00").replace(tzinfo=ZoneInfo("Europe/Berlin"))
    assert wall.utcoffset() == utc("2026-12-02T14:00:00") - utc("2026-12-02T00:00:00")


@pytest.mark.usefixtures("_wrong_rules")
def test_a_place_that_the_system_does_not_know_comes_from_the_package():
    wall = utc("2026-12-02T10:00:00").replace(tzinfo=ZoneInfo("Europe/Vienna"))
    assert wall.utcoffset() == utc("2026-12-02T01:00:00") - utc("2026-12-02T00:00:00")

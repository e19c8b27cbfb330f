"""Every name that Windows has for a zone, those it had once, and those that name none."""

from __future__ import annotations

from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.adapters.google.moments import moment
from syncd.adapters.microsoft.zones import iana
from tests.unit.adapters.windows_zones import WINDOWS_ZONES

SHIPPED = frozenset((files("tzdata") / "zones").read_text("utf-8").split())


def test_the_list_is_whole():
    assert len(WINDOWS_ZONES) == 142


@pytest.mark.parametrize(("name", "place"), WINDOWS_ZONES.items())
def test_every_zone_of_windows_has_its_place(name, place):
    assert iana(name) == ("UTC" if name == "UTC" else place)
    assert place in SHIPPED


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("w. europe standard time", "Europe/Berlin"),
        ("PACIFIC STANDARD TIME (MEXICO)", "America/Tijuana"),
        ("Mexico Standard Time", "America/Mexico_City"),
        ("Mexico Standard Time 2", "America/Mazatlan"),
        ("Armenian Standard Time", "Asia/Yerevan"),
        ("utc", "UTC"),
        ("Coordinated Universal Time", "UTC"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("America/Argentina/ComodRivadavia", "America/Argentina/ComodRivadavia"),
        ("Etc/GMT+5", "Etc/GMT+5"),
    ],
)
def test_other_names_of_known_zones(name, place):
    assert iana(name) == place


NAMELESS = [
    "tzone://Microsoft/Custom",
    "Customized Time Zone",
    "Customized Time Zone 1",
    "Mid-Atlantic Standard Time",
    "Kamchatka Standard Time",
    "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
    "(UTC-08:00) Pacific Time (US & Canada)",
    "Mitteleuropäische Zeit",
    "GMT+0100",
    "right/Europe/Berlin",
    "posix/Europe/Berlin",
    "localtime",
    "posixrules",
    "Factory",
    "Europe",
    "europe/berlin",
    "Europe/Berlin/",
    "../Europe/Berlin",
    "/etc/localtime",
    "zone.tab",
    "tzdata.zi",
    "Europe/Berlin\0",
    "\ud800",
    "",
    " ",
    "W. Europe Standard Time ",
    "x" * 100_000,
]


@pytest.mark.parametrize("name", NAMELESS, ids=lambda name: repr(name)[:40])
def test_a_name_that_tells_no_zone_gives_none(name):
    assert iana(name) is None


@pytest.mark.parametrize("name", [n for n in NAMELESS if n], ids=lambda name: repr(name)[:40])
def test_google_shows_such_an_event_in_the_zone_of_its_calendar(name):
    value = {"dateTime": "2026-07-01T10:00:00Z", "timeZone": name}
    assert moment(value, home="Europe/Vienna").zone == "Europe/Vienna"


@given(st.text(max_size=40) | st.sampled_from(sorted(WINDOWS_ZONES)).map(str.swapcase))
def test_whatever_the_name_the_zone_exists_or_there_is_none(name):
    found = iana(name)
    assert found is None or ZoneInfo(found).key == found

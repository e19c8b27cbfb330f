"""Every page has its picture; `SYNCD_PICTURES=1` keeps those that stand in the README."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.site import Site
from tests.browser.visitor import visiting

KEPT = Path(__file__).parents[2] / "config" / "screenshots"
LARGEST = 150_000
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}

PICTURES = {
    "sign-in": ("/sign-in", WIDE, "light"),
    "settings": ("/settings", WIDE, "light"),
    "connect": ("/connect/microsoft", WIDE, "light"),
    "calendars": ("/calendars/google", WIDE, "light"),
    "calendar": ("/calendar?view=day&date={day}", WIDE, "light"),
    "calendar-phone": ("/calendar?view=day&date={day}", PHONE, "dark"),
    "new-event": ("/new-event", WIDE, "light"),
    "disconnect": ("/disconnect/zoom", WIDE, "light"),
    "admin": ("/admin", WIDE, "light"),
    "audit": ("/admin/audit", WIDE, "dark"),
    "not-found": ("/nowhere", WIDE, "light"),
}


@pytest.fixture(scope="module")
def kept(browser: Browser, site: Site) -> tuple[Any, str]:
    """Give the cookies of an admin, and the day of the events to be seen."""
    with visiting(browser, site) as ana:
        ana.sign_in()
        ana.connect("google")
        ana.connect("zoom")
        # All on one day, wherever the clock stands now.
        noon = 36 - site.hour
        first = site.event(title="Design review", hours=noon, location="zoom")
        site.event(title="Lunch", hours=noon + 2)
        site.linked(site.event(title="Customer call", hours=noon + 4, description="#zoom"))
        site.linked(first)
        return ana.context.storage_state(), site.day(noon)


@pytest.mark.parametrize("name", PICTURES)
def test_a_page_has_its_picture(  # noqa: PLR0917 - pytest gives them by name
    browser: Browser, site: Site, kept: tuple[Any, str], tmp_path: Path, name: str
):
    path, size, scheme = PICTURES[name]
    cookies, day = kept
    how: dict[str, Any] = {"viewport": size, "color_scheme": scheme}
    if name != "sign-in":
        how["storage_state"] = cookies
    folder = KEPT if os.environ.get("SYNCD_PICTURES") else tmp_path
    folder.mkdir(exist_ok=True)
    with visiting(browser, site, **how) as visitor:
        page = visitor.open(path.format(day=day))
        page.wait_for_load_state("networkidle")
        picture = page.screenshot(path=folder / f"{name}.png")
        visitor.complaints[:] = [one for one in visitor.complaints if "status of 404" not in one]
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (size["width"], size["height"])
    assert len(picture) <= LARGEST
    assert (KEPT / f"{name}.png").exists(), "take it: SYNCD_PICTURES=1 pytest tests/browser"

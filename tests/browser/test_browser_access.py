"""The pages for everybody: by eye in light and dark, by keyboard, by screen reader, on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.site import Site
from tests.browser.visitor import Visitor, visiting

PAGES = (
    "/calendar",
    "/calendar?view=day",
    "/new-event",
    "/settings",
    "/connect/microsoft",
    "/calendars/google",
    "/disconnect/zoom",
    "/admin",
    "/admin/audit",
    "/nowhere",
)
LONG = "Quarterly planning with everybody who cares about a very long and unbroken-title" + "x" * 60

_VISITED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const look = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  return {
    what: one.tagName + '|' + (one.getAttribute('href') || one.name || one.textContent.trim().slice(0, 40)),
    ringed: look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2,
    shown: box.width > 0 && box.height > 0,
  };
}"""
_REACHABLE = """() => [...document.querySelectorAll(
  'a[href], button:enabled, input:not([type=hidden]):enabled, select, textarea, summary, [tabindex="0"]'
)].filter(one => one.checkVisibility() && !(one.type === 'radio' && !one.checked)).length"""


@pytest.fixture(scope="module")
def kept(browser: Browser, site: Site) -> Any:
    """Give the cookies of an admin with accounts, events of every state, and something that waits."""
    with visiting(browser, site) as ana:
        ana.sign_in()
        ana.connect("google")
        ana.connect("zoom")
        link = site.linked(site.event(title="Linked", location="zoom"))
        site.event(title="Plain", hours=3)
        site.event(title=LONG, hours=4, location="zoom")
        site.event(title="Someone's own", hours=5, location="https://example.zoom.us/j/123456789")
        assert link
        return ana.context.storage_state()


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[1280, 360])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def ana(  # noqa: PLR0917 - pytest gives them by name
    browser: Browser, site: Site, kept: Any, scheme: str, width: int
) -> Iterator[Visitor]:
    how = {
        "storage_state": kept,
        "color_scheme": scheme,
        "viewport": {"width": width, "height": 800},
    }
    with visiting(browser, site, **how) as visitor:
        yield visitor
        # A page that does not exist says so to the console too.
        visitor.complaints[:] = [one for one in visitor.complaints if "status of 404" not in one]


def test_axe_finds_nothing_on_any_page(ana: Visitor):
    for path in PAGES:
        found = Axe().run(ana.open(path))
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"


def test_a_strangers_page_has_no_fault_either(browser: Browser, site: Site, scheme: str):
    with visiting(browser, site, color_scheme=scheme) as stranger:
        found = Axe().run(stranger.open("/sign-in"))
        assert found.violations_count == 0, found.generate_report()


def test_no_page_scrolls_sideways_on_a_small_phone(browser: Browser, site: Site, kept: Any):
    phone = {"width": 320, "height": 640}
    with visiting(browser, site, storage_state=kept, viewport=phone) as ana:
        for path in PAGES:
            page = ana.open(path)
            wide = page.evaluate("() => document.documentElement.scrollWidth")
            assert wide <= 320, path
        ana.complaints.clear()


@pytest.mark.parametrize("path", ["/calendar", "/settings", "/new-event", "/disconnect/zoom"])
def test_everything_is_reached_by_keyboard_and_seen(
    browser: Browser, site: Site, kept: Any, path: str
):
    with visiting(browser, site, storage_state=kept) as ana:
        page = ana.open(path)
        wanted = page.evaluate(_REACHABLE)
        visited = list(_tabbed(page, most=wanted + 20))
        assert len(visited) >= wanted, [one["what"] for one in visited]
        assert [one["what"] for one in visited if not (one["ringed"] and one["shown"])] == []


def test_the_menu_is_used_by_keyboard_alone(browser: Browser, site: Site, kept: Any):
    with visiting(browser, site, storage_state=kept) as ana:
        page, menu = ana.page, ana.find("Plain").locator("summary")
        menu.focus()
        page.keyboard.press("Enter")
        assert ana.entry("Plain").get_by_role("button", name="Zoom").is_visible()
        page.keyboard.press("Escape")
        assert not ana.entry("Plain").get_by_role("button", name="Zoom").is_visible()
        assert menu.evaluate("one => one === document.activeElement")


def _tabbed(page: Page, *, most: int) -> Iterator[dict[str, Any]]:
    """Press Tab until the page is gone through, and tell what had the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(_VISITED)
        if found is None:
            return
        yield found

"""One sentence, as a person lives it who has never seen the page, with Google and with Outlook."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.processes import until
from tests.browser.site import Site
from tests.browser.visitor import Visitor, visiting

NAMES = {"google": "Google Calendar", "microsoft": "Outlook"}
OWN = {"google": "Google Meet", "microsoft": "Teams"}


@pytest.mark.parametrize(("calendar", "person"), [("google", 0), ("microsoft", 1)])
def test_a_person_connects_marks_sees_starts_switches_leaves_and_comes_back(
    browser: Browser, site: Site, calendar: str, person: int
):
    with visiting(browser, site, person) as visitor:
        visitor.sign_in()
        visitor.connect(calendar)
        visitor.connect("zoom")
        event = site.event_in(calendar, person, title="Kick-off")

        # She marks an event from the agenda, and sees its link in the calendar itself.
        visitor.until_shown("Kick-off", "No link")
        visitor.choose("Kick-off", "Zoom")
        visitor.until_shown("Kick-off", "Link ready")
        link = site.place_of(calendar, person, event)
        assert re.fullmatch(r"https://\S+zoom\.us/j/\S+", link)
        (meeting,) = site.meetings_of(person)
        assert meeting["join_url"] == link

        # She starts it as host.
        row = visitor.entry("Kick-off")
        visitor.context.route("https://*.zoom.us/s/**", lambda route: route.fulfill(body="Started"))
        row.get_by_role("button", name="Start as host").click()
        visitor.page.wait_for_url(re.compile(r"zoom\.us/s/"))

        # She switches it to the calendar's own conference: one swap, and the Zoom meeting goes.
        visitor.until_shown("Kick-off", "Link ready")
        visitor.choose("Kick-off", OWN[calendar])
        until("the meeting gone", lambda: not site.meetings_of(person) or None)
        row = visitor.until_shown("Kick-off", OWN[calendar])
        assert "zoom.us" not in row.inner_text()
        assert "zoom.us" not in site.text_of(calendar, person, event)

        _leaves_and_comes_back(visitor, calendar, person)


def _leaves_and_comes_back(visitor: Visitor, calendar: str, person: int) -> None:
    site = visitor.site
    # She disconnects Zoom and connects it again; nothing is doubled and nothing is lost.
    other = site.event_in(calendar, person, title="Weekly", hours=4, mark="zoom")
    kept = until(
        "a second link",
        lambda: link if "/j/" in (link := site.place_of(calendar, person, other)) else None,
    )
    visitor.open("/disconnect/zoom")
    visitor.page.get_by_role("button", name="Disconnect").click()
    visitor.open("/settings")
    expect(visitor.card("Zoom")).to_contain_text("Not connected")
    assert site.place_of(calendar, person, other) == kept
    visitor.connect("zoom")
    visitor.until_shown("Weekly", "Link ready")
    assert site.place_of(calendar, person, other) == kept
    assert [one["join_url"] for one in site.meetings_of(person)] == [kept]


@pytest.mark.parametrize("provider", ["google", "microsoft", "zoom"])
def test_whoever_cancels_is_told_and_nothing_is_connected(
    browser: Browser, site: Site, provider: str
):
    with visiting(browser, site, 2) as cem:
        cem.sign_in()
        cem.open(f"/connect/{provider}")
        cem.page.get_by_role("main").get_by_role("button").first.click()
        cem.page.wait_for_url(re.compile(r"/(google/oauth|microsoft/login|zoom/oauth)/"))
        if provider == "google":
            cem.page.get_by_role("button", name=re.compile("^Cem")).click()
        cem.page.get_by_role("button", name=re.compile("Cancel|Decline")).first.click()
        cem.page.wait_for_url(re.compile(re.escape(site.url)))
        expect(cem.page.get_by_role("main")).to_contain_text(re.compile("did not allow|declined"))
        expect(cem.page.get_by_role("main")).to_contain_text(re.compile("connect", re.IGNORECASE))
        cem.open("/settings")
        service = {**NAMES, "zoom": "Zoom"}[provider]
        expect(cem.card(service)).to_contain_text("Not connected")
        cem.complaints[:] = [one for one in cem.complaints if "status of 4" not in one]


def test_links_are_taken_out_first_when_a_person_asks_for_it(browser: Browser, site: Site):
    with visiting(browser, site, 2) as cem:
        cem.sign_in()
        cem.connect("google")
        cem.connect("zoom")
        event = site.event_in("google", 2, title="Goes", hours=30, mark="zoom")
        until("the link", lambda: "/j/" in site.place_of("google", 2, event) or None)
        cem.open("/disconnect/google")
        cem.page.get_by_role("radio", name=re.compile("Take the links out")).check()
        cem.page.get_by_role("button", name="Disconnect").click()
        until("the link gone", lambda: site.place_of("google", 2, event) == "" or None)
        until("the meeting gone", lambda: not site.meetings_of(2) or None)
        for _ in range(120):
            cem.open("/settings")
            if cem.card("Google Calendar").get_by_text("Not connected").count():
                break
            cem.page.wait_for_timeout(500)
        expect(cem.card("Google Calendar")).to_contain_text("Not connected")

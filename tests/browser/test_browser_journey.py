"""What a person does on the pages, from the first sign-in to the last disconnect."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.acceptance.processes import until
from tests.browser.site import Site
from tests.browser.visitor import visiting


def test_a_person_signs_in_and_connects(browser: Browser, site: Site):
    with visiting(browser, site) as ana:
        ana.sign_in()
        ana.open("/calendar")
        expect(ana.page.get_by_role("heading", name="Connect a calendar first")).to_be_visible()

        ana.open("/settings")
        for service in ("Google Calendar", "Outlook", "Zoom"):
            expect(ana.card(service)).to_contain_text("Not connected")
            expect(ana.card(service).get_by_role("button", name="Connect")).to_be_visible()

        ana.connect("google")
        ana.page.get_by_role("checkbox").first.check()
        ana.page.get_by_role("button", name="Save").click()
        ana.connect("zoom")
        expect(ana.card("Zoom")).to_contain_text("Connected")
        expect(ana.card("Zoom")).to_contain_text("ana@example.com")
        expect(ana.card("Google Meet")).to_contain_text("Connected")
        expect(ana.card("Outlook")).to_contain_text("Not connected")


def test_the_calendar_shows_each_event_with_its_link(browser: Browser, site: Site):
    with visiting(browser, site) as ana:
        ana.sign_in()
        link = site.linked(site.event(title="Marked", location="zoom"))
        row = ana.until_shown("Marked", "Link ready")
        expect(row.get_by_role("link", name="Join")).to_have_attribute("href", link)
        expect(row.get_by_text(link)).to_be_visible()
        expect(row.get_by_role("button", name="Copy link")).to_be_visible()

        with ana.context.expect_event(
            "request", lambda request: "/s/" in request.url and "zoom" in request.url
        ):
            row.get_by_role("button", name="Start as host").click()


def test_a_link_comes_and_goes_by_the_menu(browser: Browser, site: Site):
    with visiting(browser, site) as ana:
        ana.sign_in()
        plain = site.event(title="Plain", hours=3, description="Mine, byte for byte.")
        before = site.meeting_ids()
        ana.until_shown("Plain", "No link")
        ana.choose("Plain", "Zoom")
        site.linked(plain)
        ana.until_shown("Plain", "Link ready")
        (made,) = site.meeting_ids() - before
        ana.choose("Plain", "None")
        until("the meeting gone", lambda: made not in site.meeting_ids() or None)
        ana.until_shown("Plain", "No link")
        assert site.now(plain)["description"] == "Mine, byte for byte."
        assert site.now(plain).get("location", "") == ""

        row = ana.until_shown("Plain", "No link")
        row.locator("summary").first.click()
        teams = row.get_by_role("button", name=re.compile("^Teams"))
        expect(teams).to_be_disabled()
        expect(teams).to_contain_text(re.compile("Outlook|Not connected"))


def test_a_new_event_is_made_once_with_its_link(browser: Browser, site: Site):
    with visiting(browser, site, 1) as bo:
        bo.sign_in()
        bo.connect("google")
        bo.connect("zoom")
        bo.open("/new-event")
        bo.page.get_by_label("Title").fill("")
        bo.page.get_by_role("button", name="Save").click()
        expect(bo.page.get_by_role("alert")).to_be_visible()
        bo.page.get_by_label("Title").fill("Made on the page")
        bo.page.get_by_label("Guests").fill("guest@outside.example")
        bo.page.get_by_role("radio", name="Zoom").check()
        with bo.page.expect_navigation(url=re.compile("/calendar")):
            bo.page.get_by_role("button", name="Save").dblclick()
        bo.until_shown("Made on the page", "Link ready")
        listed = site.sandbox.google(1, "GET")["items"]
        made = [one for one in listed if one.get("summary") == "Made on the page"]
        assert len(made) == 1
        assert [one["email"] for one in made[0]["attendees"]] == ["guest@outside.example"]
        assert site.linked(made[0], 1)


def test_disconnecting_in_two_steps_and_coming_back(browser: Browser, site: Site):
    with visiting(browser, site, 2) as cem:
        cem.sign_in()
        cem.connect("google")
        cem.connect("zoom")
        event = site.event(2, title="Kept", location="zoom")
        link = site.linked(event, 2)
        ids = site.meeting_ids()

        cem.open("/settings")
        cem.card("Zoom").get_by_role("button", name="Disconnect").click()
        expect(cem.page.get_by_role("main")).to_contain_text("cem@example.com")
        expect(cem.page.get_by_role("main")).to_contain_text(re.compile(r"\b1\b|One"))
        cem.page.get_by_role("button", name="Disconnect").click()
        cem.open("/settings")
        expect(cem.card("Zoom")).to_contain_text("Not connected")

        assert site.meeting_ids() == ids
        assert site.now(event, 2)["location"] == link
        site.event(2, title="Waits", hours=5, location="zoom")
        row = cem.until_shown("Waits", "Zoom is not connected")
        expect(row).to_contain_text("Connect")

        cem.connect("zoom")
        cem.until_shown("Waits", "Link ready")
        assert ids < site.meeting_ids()
        assert site.now(event, 2)["location"] == link
        cem.until_shown("Kept", "Link ready")


def test_removed_in_zoom_is_told_and_mended_by_connecting_again(browser: Browser, site: Site):
    with visiting(browser, site, 1) as bo:
        bo.sign_in()
        bo.open("/settings")
        site.knob("zoom", webhook_url=f"{site.url}/hooks/zoom")
        site.knob("zoom", remove_app="bo@example.com")
        for _ in range(60):
            bo.open("/settings")
            if bo.card("Zoom").get_by_text("Reconnect needed").count():
                break
            bo.page.wait_for_timeout(250)
        expect(bo.card("Zoom")).to_contain_text(re.compile(r"Removed in Zoom on \d{4}-\d\d-\d\d"))
        site.event(1, title="After", hours=6, location="zoom")
        bo.until_shown("After", "Zoom is not connected")
        bo.connect("zoom")
        bo.until_shown("After", "Link ready")


def test_zoom_is_asked_for_nothing_but_users_meetings_and_tokens(site: Site):
    asked = set(site.sandbox.state()["requests"]["zoom"])
    assert {"POST /users/{userId}/meetings", "GET /meetings/{meetingId}"} <= asked
    assert {one for one in asked if not one.endswith("/_knobs")} <= {
        *(
            "GET /oauth/authorize",
            "POST /oauth/authorize",
            "POST /oauth/token",
            "POST /oauth/revoke",
        ),
        *(
            "GET /users/me",
            "GET /users/{userId}",
            "GET /users/{userId}/meetings",
            "POST /users/{userId}/meetings",
        ),
        *(f"{method} /meetings/{{meetingId}}" for method in ("GET", "PATCH", "DELETE")),
    }


def test_all_of_it_works_without_scripts(browser: Browser, site: Site):
    with visiting(browser, site, 0, java_script_enabled=False) as ana:
        ana.sign_in("Microsoft")
        ana.connect("microsoft")
        ana.open("/settings")
        expect(ana.card("Outlook")).to_contain_text("Connected")
        event = site.event(title="No scripts", hours=7)
        ana.until_shown("No scripts", "No link")
        row = ana.entry("No scripts")
        row.locator("summary").first.click()
        row.get_by_role("button", name=re.compile("^Zoom")).click()
        link = site.linked(event)
        row = ana.until_shown("No scripts", "Link ready")
        # Without scripts there is nothing to copy by; the link itself stands there.
        expect(row.get_by_text(link)).to_be_visible()
        expect(row.get_by_role("button", name="Copy link")).to_be_hidden()
        ana.open("/new-event")
        ana.page.get_by_label("Title").fill("Made without scripts")
        with ana.page.expect_navigation(url=re.compile("/calendar")):
            ana.page.get_by_role("button", name="Save").click()
        ana.until_shown("Made without scripts", "Link ready")
        ana.open("/disconnect/microsoft")
        ana.page.get_by_role("button", name="Disconnect").click()
        ana.open("/settings")
        expect(ana.card("Outlook")).to_contain_text("Not connected")
        ana.page.get_by_role("button", name="Sign out").click()
        ana.open("/calendar")
        expect(ana.page.get_by_role("button", name="Sign in with Google")).to_be_visible()

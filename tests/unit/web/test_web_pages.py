"""Every page is shown, to those whom it is for, with what a person needs to go on."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from syncd.core.conference import ConferenceKind
from syncd.core.ids import Provider
from syncd.ports.errors import AuthLost, Transient
from syncd.ports.oauth import ConsentRefused
from syncd.web.door import Refused
from syncd.web.routes import PAGES
from syncd.web.views import EntryState
from syncd.web.visit import Who
from tests.fakes.web_door import ADMIN, ANA, ENTRY, JOIN, REF
from tests.fakes.web_stage import SITE, WebStage

SHOWN = sorted(
    page.path.replace("{provider}", "google")
    for page in PAGES
    if page.method == "GET" and "callback" not in page.path and page.path not in {"/", "/sign-in"}
)


@pytest.fixture
def stage() -> WebStage:
    return WebStage()


@pytest.mark.parametrize("path", SHOWN)
async def test_an_admin_sees_every_page(stage, path):
    answer = await stage.browser(ADMIN).get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert 'lang="en"' in answer.text
    assert "help@example.com" in answer.text
    assert "https://example.com/privacy" in answer.text


@pytest.mark.parametrize("path", SHOWN)
async def test_who_is_not_signed_in_is_asked_to_and_comes_back(stage, path):
    answer = await stage.browser().get(path)
    assert answer.status_code == 401
    assert f'name="next" value="{path}"' in answer.text
    assert stage.door.calls == []


@pytest.mark.parametrize("page", [p for p in PAGES if p.who is Who.ADMIN], ids=lambda p: p.path)
async def test_pages_of_admins_are_closed_to_others(stage, page):
    browser = stage.browser(ANA)
    ask = browser.get if page.method == "GET" else browser.post
    answer = await ask(page.path)
    assert answer.status_code == 403
    assert stage.door.calls == []


async def test_every_control_has_a_name_and_every_field_a_label(stage):
    for path in SHOWN:
        text = (await stage.browser(ADMIN).get(path)).text
        ids = re.findall(r'\bid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), path
        for control in re.findall(r"<button[^>]*>(.*?)</button>", text, re.DOTALL):
            assert re.sub(r"<[^>]*>", "", control).strip(), path
        for field in re.findall(r"<(?:input|textarea|select)\b[^>]*\bid=\"([^\"]+)\"", text):
            assert f'<label for="{field}"' in text, (path, field)


async def test_settings_show_state_address_permissions_and_remedy(stage):
    text = (await stage.browser(ANA).get("/settings")).text
    for words in (
        "Google Calendar",
        "Outlook",
        "Zoom",
        "Google Meet",
        "Microsoft Teams",
        "Connected",
        "Reconnect needed",
        "Not permitted",
        "Not connected",
        "Set up by your administrator",
        "Make the meeting of an event",
        "meeting:write:meeting",
        "Not granted",
        "Connect Zoom again.",
        "https://marketplace.zoom.us/user/installed",
        "1 December 2026, 11:00 CET",
    ):
        assert words in text
    assert 'action="/disconnect/google"' in text
    assert 'action="/connect/zoom"' in text


async def test_connecting_goes_to_the_provider_and_says_what_for(stage):
    browser = stage.browser(ANA)
    text = (await browser.get("/connect/zoom")).text
    assert "Make the meeting of an event" in text
    answer = await browser.post("/connect/zoom")
    assert answer.status_code == 303
    assert answer.headers["location"] == "https://zoom.us/oauth/authorize?state=s"
    name, provider, person, session, redirect, after = stage.door.calls[-1]
    assert (name, provider, person, after) == ("begin_connect", "zoom", ANA, "/settings")
    assert redirect == f"{SITE}/connect/zoom/callback"
    assert session in stage.door.sessions


async def test_a_browser_leaves_by_a_page_of_ours_since_chromium_holds_forms_to_the_policy(stage):
    browser = stage.browser(ANA)
    browser.headers = {"sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin"}
    answer = await browser.post("/connect/zoom")
    assert answer.status_code == 200
    assert answer.headers["refresh"] == "0; url=https://zoom.us/oauth/authorize?state=s"
    assert "zoom.us/oauth" not in answer.text


async def test_without_leave_of_the_admin_there_is_no_button(stage):
    stage.door.is_permitted = False
    browser = stage.browser(ANA)
    answer = await browser.get("/connect/zoom")
    assert answer.status_code == 403
    assert "Not permitted by administrator" in answer.text
    assert 'action="/connect/zoom"' not in answer.text
    assert (await browser.post("/connect/zoom")).status_code == 403
    assert "begin_connect" not in {call[0] for call in stage.door.calls}


async def test_the_way_back_connects_and_changes_the_cookie(stage):
    browser = stage.browser(ANA)
    before = browser.cookie
    answer = await browser.get("/connect/zoom/callback?code=c&state=s")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/settings?done=connected"
    assert browser.cookie != before
    assert [row.person for row in stage.door.sessions.values()] == [ANA]
    assert (await browser.get("/settings?done=connected")).status_code == 200


async def test_after_a_calendar_account_comes_the_choice_of_calendars(stage):
    answer = await stage.browser(ANA).get("/connect/google/callback?code=c&state=s")
    assert answer.headers["location"] == "/calendars/google?done=connected"


async def test_a_state_that_is_not_ours_is_a_bad_request(stage):
    stage.door.fail["finish_connect"] = LookupError("no such consent")
    answer = await stage.browser(ANA).get("/connect/zoom/callback?code=c&state=x")
    assert answer.status_code == 400
    assert "used up or not yours" in answer.text


@pytest.mark.parametrize(
    ("code", "status", "asks"),
    [
        ("consent_refused", 400, False),
        ("admin_approval_needed", 400, True),
        ("app_not_approved", 400, True),
        ("code_expired", 400, False),
        ("not_allowed", 403, True),
    ],
)
async def test_a_refused_consent_says_why_and_what_to_do(stage, code, status, asks):
    link = "https://login.microsoftonline.com/common/adminconsent?client_id=1"
    stage.door.fail["finish_connect"] = ConsentRefused(
        "Your Zoom administrator must approve the app.", code=code, remedy="Ask.", link=link
    )
    answer = await stage.browser(ANA).get("/connect/zoom/callback?error=access_denied&state=s")
    assert answer.status_code == status
    assert "Your Zoom administrator must approve the app." in answer.text
    assert f'href="{link}"' in answer.text
    assert ("Write to your administrator" in answer.text) is asks


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Transient("Google is busy.", code="busy"), 503),
        (AuthLost("Consent is gone.", code="google_not_connected", remedy="Connect."), 409),
        (LookupError("no"), 404),
        (Refused("Not so.", remedy="Otherwise."), 409),
    ],
)
async def test_errors_for_people_have_pages(stage, error, status):
    stage.door.fail["agenda"] = error
    answer = await stage.browser(ANA).get("/calendar")
    assert answer.status_code == status
    assert answer.headers["x-request-id"] in answer.text


async def test_choosing_calendars(stage):
    browser = stage.browser(ANA)
    assert "Europe/Berlin" in (await browser.get("/calendars/google")).text
    none = await browser.post("/calendars/google")
    assert none.status_code == 422
    assert "Choose at least one calendar" in none.text
    foreign = await browser.post("/calendars/google", calendar="somebody@else")
    assert foreign.status_code == 422
    assert "choose_calendars" not in {call[0] for call in stage.door.calls}
    await browser.post("/calendars/google", calendar="team")
    assert stage.door.calls[-1] == ("choose_calendars", ANA, Provider.GOOGLE, ("team",))


async def test_disconnecting_says_first_what_will_happen(stage):
    browser = stage.browser(ANA)
    text = (await browser.get("/disconnect/zoom")).text
    assert "3 events carry a link of this account; 2 still to come." in text
    assert "Take the links out" in text
    assert "disconnect" not in {call[0] for call in stage.door.calls}
    answer = await browser.post("/disconnect/zoom", links="remove")
    assert stage.door.calls[-1] == ("disconnect", ANA, Provider.ZOOM, True)
    assert answer.headers["location"] == "/settings?done=leaving"
    answer = await browser.post("/disconnect/zoom")
    assert stage.door.calls[-1] == ("disconnect", ANA, Provider.ZOOM, False)
    assert answer.headers["location"] == "/settings?done=disconnected"


async def test_the_agenda_shows_each_event_with_its_menu(stage):
    text = (await stage.browser(ANA).get("/calendar?view=week&date=2026-12-02")).text
    assert "Design review" in text
    assert f'href="{JOIN}"' in text
    assert f"<code>{JOIN}</code>" in text
    assert "Start as host" in text
    assert "11:00 \u2013 11:45" in text
    assert '<time datetime="2026-12-01T11:00:00+01:00">' in text
    menu = re.findall(r'name="kind" value="(\w+)"( disabled)?', text)
    assert menu == [("zoom", ""), ("google_meet", ""), ("teams", " disabled"), ("none", "")]
    assert "Not connected" in text
    assert 'href="/connect/microsoft"' in text
    begin, end = stage.door.calls[-1][2:]
    assert (begin, end) == (
        datetime(2026, 11, 29, 23, tzinfo=UTC),
        datetime(2026, 12, 6, 23, tzinfo=UTC),
    )


async def test_only_the_host_is_offered_to_start(stage):
    stage.door.entries = (replace(ENTRY, is_host=False),)
    assert "Start as host" not in (await stage.browser(ANA).get("/calendar")).text


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata"])
async def test_a_zone_may_be_asked_for_and_stays(stage, zone):
    text = (await stage.browser(ANA).get(f"/calendar?tz={zone}")).text
    assert f"Times in {zone}." in text
    assert "tz=" in re.findall(r'href="([^"]*)" rel="next"', text)[0]


@pytest.mark.parametrize("zone", ["../../etc/passwd", "Nowhere", "right/UTC", "\x00"])
async def test_a_strange_zone_is_not_taken(stage, zone):
    answer = await stage.browser(ANA).get(
        "/calendar?" + str(__import__("httpx").QueryParams(tz=zone))
    )
    assert "Times in Europe/Berlin." in answer.text


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "x", "2026-13-45", "-1"])
async def test_a_strange_day_is_today(stage, day):
    answer = await stage.browser(ANA).get(f"/calendar?date={day}&view=day")
    assert "Tuesday, 1 December 2026" in answer.text


async def test_all_day_events_stand_on_their_own_day_in_every_zone(stage):
    day = datetime(2026, 12, 1, tzinfo=UTC)
    stage.door.entries = (replace(ENTRY, all_day=True, start=day, end=day + timedelta(days=1)),)
    text = (
        await stage.browser(ANA).get("/calendar?view=day&date=2026-12-01&tz=America/New_York")
    ).text
    assert '<time datetime="2026-12-01">All day</time>' in text


async def test_an_event_that_waits_says_why_and_what_to_do(stage):
    stage.door.entries = (
        replace(ENTRY, state=EntryState.WAITING, join_url="", reason="No host.", remedy="Map one."),
    )
    text = (await stage.browser(ANA).get("/calendar")).text
    for words in ("Waiting", "No host.", "Map one."):
        assert words in text
    assert "data-copy" not in text


async def test_choosing_a_conference_comes_back_to_the_same_week(stage):
    browser = stage.browser(ANA)
    here = "/calendar?view=day&date=2026-12-01"
    answer = await browser.post("/calendar/choose", event=REF, kind="teams", next=here)
    assert answer.headers["location"] == f"{here}&done=chosen_teams"
    assert stage.door.calls[-1] == ("choose", ANA, REF, ConferenceKind.TEAMS)
    assert (await browser.post("/calendar/choose", event=REF, kind="skype")).status_code == 409


async def test_starting_leads_straight_into_the_meeting(stage):
    answer = await stage.browser(ANA).post("/calendar/start", event=REF)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("https://us05web.zoom.us/s/")
    assert "CANARY" not in answer.text


async def test_a_start_link_that_leads_elsewhere_is_not_followed(stage):
    stage.door.start = "https://zoom.us.evil.example/s/1"
    answer = await stage.browser(ANA).post("/calendar/start", event=REF)
    assert answer.status_code == 409
    assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("path", ["/calendar", "/new-event"])
async def test_without_a_calendar_the_pages_say_to_connect_one_first(stage, path):
    stage.door.has_calendar = False
    answer = await stage.browser(ANA).get(path)
    assert answer.status_code == 200
    assert "Connect a calendar first" in answer.text
    assert "Connect Google" in answer.text


async def test_resuming_a_paused_account(stage):
    browser = stage.browser(ADMIN)
    assert "Resume" in (await browser.get("/admin")).text
    await browser.post("/admin/resume", account="google:ana@example.com")
    assert stage.door.calls[-1] == ("resume", "google:ana@example.com", ADMIN)


@pytest.mark.parametrize(("words", "before"), [("7", 7), ("x", None), ("\u00b2", None), ("", None)])
async def test_the_audit_log_reads_backwards(stage, words, before):
    await stage.browser(ADMIN).get(f"/admin/audit?before={words}")
    assert stage.door.calls[-1] == ("audit", before, 100)


async def test_the_words_of_what_was_done_are_always_ours(stage):
    text = (await stage.browser(ANA).get("/settings?done=<b>x")).text
    assert "<b>x" not in text
    assert (
        "Your calendars are saved."
        in (await stage.browser(ANA).get("/settings?done=calendars_chosen")).text
    )

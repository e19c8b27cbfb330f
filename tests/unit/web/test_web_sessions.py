"""Sessions: renewed at sign-in, ended by time and by sign-out, and never stored as they are."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest

from syncd.ports.oauth import ConsentRefused
from syncd.web.browsers import COOKIE, form_token, session_id
from tests.fakes.web_door import ANA
from tests.fakes.web_stage import SITE, WebStage

BACK = "/sign-in/google/callback?code=c&state=s"


@pytest.fixture
def stage() -> WebStage:
    return WebStage()


async def test_the_cookie_is_host_only_secure_and_out_of_reach_of_scripts(stage):
    browser = stage.browser()
    browser.cookie = ""
    header = (await browser.get("/sign-in")).headers["set-cookie"]
    morsel = SimpleCookie(header)[COOKIE]
    assert COOKIE.startswith("__Host-")
    assert morsel["secure"]
    assert morsel["httponly"]
    assert morsel["samesite"].lower() == "lax"
    assert morsel["path"] == "/"
    assert not morsel["domain"]
    assert len(morsel.value) == 43
    assert stage.door.sessions == {}, "a visit alone leaves nothing behind"


async def test_signing_in_with_the_form_of_the_page(stage):
    browser = stage.browser()
    browser.cookie = ""
    await browser.get("/sign-in")
    answer = await browser.post("/sign-in/google", next="/settings")
    assert answer.headers["location"].startswith("https://accounts.google.com/")
    name, _, session, redirect, after = stage.door.calls[-1]
    assert (name, after) == ("begin_sign_in", "/settings")
    assert session == session_id(browser.cookie)
    assert redirect == f"{SITE}/sign-in/google/callback"
    answer = await browser.get(BACK)
    assert answer.headers["location"] == "/settings"
    assert (await browser.get("/settings")).status_code == 200


async def test_signing_in_makes_the_cookie_anew_so_that_a_planted_one_is_worth_nothing(stage):
    browser = stage.browser()
    planted = browser.cookie
    await browser.get(BACK)
    assert browser.cookie != planted
    assert list(stage.door.sessions) == [session_id(browser.cookie)]
    thief = stage.browser()
    thief.cookie = planted
    assert (await thief.get("/settings")).status_code == 401


async def test_signing_in_again_ends_the_session_before(stage):
    browser = stage.browser(ANA)
    before = browser.cookie
    await browser.get(BACK)
    assert session_id(before) not in stage.door.sessions


async def test_a_refused_sign_in_leaves_nobody_signed_in(stage):
    stage.door.fail["finish_sign_in"] = ConsentRefused(
        "x@evil.example may not sign in here.", code="not_allowed", remedy="Ask."
    )
    answer = await stage.browser().get(BACK)
    assert answer.status_code == 403
    assert "x@evil.example may not sign in here." in answer.text
    assert stage.door.sessions == {}
    stage.door.fail["finish_sign_in"] = LookupError("no such state")
    assert (await stage.browser().get(BACK)).status_code == 400


@pytest.mark.parametrize("provider", ["zoom", "facebook", "Google", "google%00"])
async def test_nobody_signs_in_elsewhere(stage, provider):
    browser = stage.browser()
    assert (await browser.post(f"/sign-in/{provider}")).status_code == 404
    assert (await browser.get(f"/sign-in/{provider}/callback")).status_code == 404
    assert stage.door.calls == []


async def test_half_an_hour_of_nothing_ends_it(stage):
    browser = stage.browser(ANA)
    stage.clock.advance(29 * 60)
    assert (await browser.get("/settings")).status_code == 200
    stage.clock.advance(29 * 60)
    assert (await browser.get("/settings")).status_code == 200
    stage.clock.advance(30 * 60)
    assert (await browser.get("/settings")).status_code == 401
    assert stage.door.sessions == {}


async def test_half_a_day_ends_it_however_busy(stage):
    browser = stage.browser(ANA)
    for _ in range(35):
        stage.clock.advance(20 * 60)
        assert (await browser.get("/settings")).status_code == 200
    stage.clock.advance(20 * 60)
    assert (await browser.get("/settings")).status_code == 401


async def test_after_signing_out_the_cookie_opens_nothing(stage):
    browser = stage.browser(ANA)
    cookie = browser.cookie
    answer = await browser.post("/sign-out")
    assert answer.status_code == 303
    assert "Max-Age=0" in answer.headers["set-cookie"]
    again = stage.browser()
    again.cookie = cookie
    assert (await again.get("/settings")).status_code == 401
    assert (await again.post("/calendar/start", event="e")).status_code == 401


@pytest.mark.parametrize("cookie", ["x", "a" * 42, "a" * 44, "a" * 42 + "!", "a" * 100_000])
async def test_a_cookie_of_another_make_is_no_cookie(stage, cookie):
    browser = stage.browser(ANA)
    browser.cookie = cookie
    assert (await browser.get("/settings")).status_code == 401


async def test_neither_the_cookie_nor_its_id_stands_in_a_page(stage):
    browser = stage.browser(ANA)
    cookie = browser.cookie
    for path in ("/calendar", "/settings", "/new-event"):
        text = (await browser.get(path)).text
        assert cookie not in text
        assert session_id(cookie) not in text
        assert form_token(cookie) in text


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/%2f%2fevil.example",
        "javascript:alert(1)",
        "/calendar/../../evil",
        "/calendar\r\nlocation: https://evil.example",
        "/sign-out",
        "/calendar@evil.example",
        "/connect/evil.example",
        "///calendar",
        "/settings/",
        "calendar",
        "",
        "/calendar?" + "x" * 500,
        "/calendar?next=%0d%0a",
        "/calendar#https://evil.example",
    ],
)
async def test_no_way_back_leads_out(stage, target):
    browser = stage.browser()
    await browser.post("/sign-in/google", next=target)
    assert stage.door.calls[-1][-1] == "/calendar"
    stage.door.after = target
    answer = await browser.get(BACK)
    assert answer.headers["location"] == "/calendar"
    ana = stage.browser(ANA)
    answer = await ana.post("/calendar/choose", event="e", kind="zoom", next=target)
    assert answer.headers["location"] == "/calendar?done=chosen_zoom"


async def test_a_way_back_within_stays(stage):
    browser = stage.browser()
    for target in ("/calendar?view=day&date=2026-12-01&tz=Europe/Berlin", "/connect/zoom"):
        await browser.post("/sign-in/google", next=target)
        assert stage.door.calls[-1][-1] == target

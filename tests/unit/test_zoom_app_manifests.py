"""The Zoom apps that an admin imports ask for what syncd asks for, and lead to pages there are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.routing import Match

from syncd.adapters.zoom.scopes import OPTIONAL, REQUIRED, USUAL
from syncd.web.pages.machines import machine_routes
from syncd.web.routes import PAGES
from tests.fakes.web_door import FakeDoor

CONFIG = Path(__file__).resolve().parents[2] / "config"
SITE = "https://syncd.example.com"


def content_of(name: str) -> dict[str, Any]:
    read = json.loads((CONFIG / name).read_text("utf-8"))
    assert isinstance(read, dict)
    return read


USER = content_of("zoom-app-user.json")
SERVER = content_of("zoom-app-server-to-server.json")
OAUTH = USER["oauth_information"]
FEATURES = USER["features"]


def test_the_app_of_people_asks_for_exactly_what_a_consent_asks_for():
    scopes = [each["scope"] for each in OAUTH["scopes"]]
    assert tuple(scopes) == USUAL


def test_a_person_may_leave_out_what_syncd_can_live_without_and_nothing_else():
    required = {each["scope"] for each in OAUTH["scopes"] if each["optional"] is False}
    optional = {each["scope"] for each in OAUTH["scopes"] if each["optional"] is True}
    assert required == set(REQUIRED)
    assert optional < set(OPTIONAL)


def test_the_app_of_the_account_has_the_same_scopes_for_the_whole_account():
    assert tuple(SERVER["scopes"]) == tuple(f"{scope}:admin" for scope in USUAL)


def test_the_app_is_each_persons_own_and_keeps_its_secret():
    assert OAUTH["usage"] == "USER_OPERATION"
    assert OAUTH["enable_private_pkce_client"] is True
    assert OAUTH["enable_public_pkce_client"] is False
    assert SERVER["app_type"] == "s2s_oauth"


def test_zoom_sends_browsers_back_to_one_page_that_there_is():
    back = f"{SITE}/connect/zoom/callback"
    assert OAUTH["oauth_allow_list"] == [back]
    assert OAUTH["development_redirect_uri"] == OAUTH["production_redirect_uri"] == back
    assert OAUTH["strict_mode"] is True
    paths = {page.path.replace("{provider}", "zoom") for page in PAGES if page.method == "GET"}
    assert urlsplit(back).path in paths


def test_zoom_tells_of_an_app_that_was_removed_at_an_address_that_listens():
    subscription = FEATURES["event_subscription"]
    assert subscription["enable"] is True
    (events,) = subscription["events"]
    assert "app_deauthorized" in events["event_types"]
    assert events["event_usage"] == "EVENT_FOR_USER"
    for key in ("development_webhook_url", "production_webhook_url"):
        path = urlsplit(events[key]).path
        assert path == "/hooks/zoom"
        scope = {"type": "http", "method": "POST", "path": path}
        routes = machine_routes(FakeDoor())
        assert any(route.matches(scope)[0] is Match.FULL for route in routes)


@pytest.mark.parametrize("name", ["zoom-app-user.json", "zoom-app-server-to-server.json"])
def test_every_address_is_a_placeholder_to_be_replaced(name: str):
    text = (CONFIG / name).read_text("utf-8")
    hosts = {part.split("/")[0].split('"')[0] for part in text.split("https://")[1:]}
    assert hosts <= {"syncd.example.com"}
    assert "secret" not in text

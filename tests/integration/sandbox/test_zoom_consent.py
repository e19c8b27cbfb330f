"""The page where a person lets the user-managed app in."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.integration.sandbox.zoom_stage import CALLBACK, Stage


def arrived(answer) -> dict[str, str]:
    """Give what the app's own page gets in its query."""
    assert answer.status_code == 302, answer.text
    location = urlsplit(answer.headers["location"])
    assert location._replace(query="").geturl() == CALLBACK
    return {name: values[0] for name, values in parse_qs(location.query).items()}


async def test_a_named_person_is_sent_back_straight_away_with_the_state():
    stage = Stage()
    answer = await stage.authorise(sandbox_person=stage.bo.email, state="a b&c")
    query = arrived(answer)
    assert query.pop("code")
    assert query == {"state": "a b&c"}


async def test_without_a_state_none_is_echoed():
    stage = Stage()
    assert list(arrived(await stage.authorise(sandbox_person=stage.bo.email))) == ["code"]


async def test_the_page_s_own_form_leads_back_to_the_app():
    stage = Stage()
    page = await stage.authorise(state='"><script>')
    assert page.status_code == 200
    assert "<script>" not in page.text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    assert fields["state"] == "&quot;&gt;&lt;script&gt;"
    form = {**fields, "state": '"><script>', "sandbox_person": stage.ana.email}
    answer = await stage.http.post("/zoom/oauth/authorize", data={**form, "decision": "allow"})
    query = arrived(answer)
    assert query["state"] == '"><script>'
    assert (await stage.redeem(query["code"])).status_code == 200


async def test_declining_sends_an_error_back():
    stage = Stage()
    answer = await stage.authorise(decision="deny", state="s")
    assert arrived(answer) == {"error": "access_denied", "state": "s"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": f"{CALLBACK}/"},
        {"client_id": "sandbox-zoom-client"},
        {"response_type": "token"},
        {"code_challenge_method": "S512"},
        {"scope": "meeting:read:meeting user:read:settings"},
        {"sandbox_person": "nobody@example.com"},
    ],
)
async def test_a_wrong_request_is_shown_to_the_person_and_never_sent_back(wrong):
    stage = Stage()
    answer = await stage.authorise(**{"sandbox_person": stage.ana.email, **wrong})
    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_further_redirect_addresses_can_be_registered():
    stage = Stage()
    stage.zoom.redirect_uris.append("https://app.example/back?x=1")
    answer = await stage.authorise(
        sandbox_person=stage.ana.email, redirect_uri="https://app.example/back?x=1", state="s"
    )
    assert answer.headers["location"].startswith("https://app.example/back?x=1&code=")


async def test_named_scopes_narrow_the_grant_and_unknown_optional_ones_are_left_out():
    stage = Stage()
    code = await stage.code(
        scope="meeting:write:meeting user:read:user",
        optional_scope="meeting:update:meeting user:read:settings",
    )
    content = (await stage.redeem(code)).json()
    assert content["scope"] == "meeting:write:meeting meeting:update:meeting user:read:user"


async def test_the_scopes_of_the_app_are_a_knob():
    stage = Stage()
    stage.zoom.user_scopes = ("user:read:user",)
    assert (await stage.consented())["scope"] == "user:read:user"

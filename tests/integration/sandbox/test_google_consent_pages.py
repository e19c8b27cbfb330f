"""The consent pages of the Google stand-in, as a browser without scripts walks through them."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest

from syncd.sandbox.fakes.google.forging import FORGERIES
from tests.integration.sandbox.google_setting import (
    ANA,
    BO,
    EVENTS_SCOPE,
    OAUTH,
    Setting,
    bearer,
    setting,
)
from tests.integration.sandbox.test_google_oauth import BACK, LIST_SCOPE, asked, exchange, tokens

URL = f"{OAUTH}/auth"
SCOPE = f"openid email {EVENTS_SCOPE} {LIST_SCOPE}"
TAGS = re.compile(r"<(form|input|button)\b([^>]*)>")
ATTRIBUTES = re.compile(r'([\w-]+)(?:="([^"]*)")?')


def forms(page: str) -> list[dict[str, Any]]:
    """Read the forms of a page as a browser does: method, fields ticked or hidden, buttons."""
    found: list[dict[str, Any]] = []
    for kind, text in TAGS.findall(page):
        one = {name: html.unescape(value) for name, value in ATTRIBUTES.findall(text)}
        if kind == "form":
            found.append({"method": one["method"], "fields": [], "buttons": [], "boxes": []})
        elif kind == "button":
            found[-1]["buttons"].append((one["name"], one["value"]))
        elif one["type"] == "checkbox":
            found[-1]["boxes"].append((one["name"], one["value"], "checked" in one))
        else:
            found[-1]["fields"].append((one["name"], one["value"]))
    return found


async def submit(google: Setting, form: dict[str, Any], value: str, *left: str) -> httpx.Response:
    """Press the button of this value, the boxes of `left` emptied."""
    [button] = [one for one in form["buttons"] if one[1] == value]
    boxes = [(name, scope) for name, scope, ticked in form["boxes"] if ticked and scope not in left]
    pairs = httpx.QueryParams([*form["fields"], *boxes, button])
    if form["method"] == "get":
        return await google.client.get(URL, params=pairs)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return await google.client.post(URL, content=str(pairs), headers=headers)


async def chosen(google: Setting, who: str = ANA, **more: Any) -> httpx.Response:
    query = asked(google, scope=SCOPE, **more)
    page = await google.client.get(URL, params=query)
    return await submit(google, forms(page.text)[0], who)


def answer_of(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 302
    assert response.headers["location"].startswith(BACK)
    found = parse_qs(urlsplit(response.headers["location"]).query)
    return {key: value[0] for key, value in found.items()}


async def test_choose_an_account_then_allow():
    google = setting()
    page = await chosen(google, BO)
    assert "See the list of Google calendars" in page.text
    back = answer_of(await submit(google, forms(page.text)[0], BO))
    assert back["scope"] == SCOPE
    found = (await exchange(google, back["code"])).json()
    listed = await google.call(
        "GET", "/users/me/calendarList", headers=bearer(found["access_token"])
    )
    assert listed.json()["items"][0]["id"] == BO


async def test_an_empty_box_is_a_scope_less_and_its_calls_are_refused():
    google = setting()
    page = await chosen(google)
    back = answer_of(await submit(google, forms(page.text)[0], ANA, LIST_SCOPE))
    assert back["scope"] == f"openid email {EVENTS_SCOPE}"
    token = (await exchange(google, back["code"])).json()["access_token"]
    refused = await google.call("GET", "/users/me/calendarList", headers=bearer(token))
    assert refused.status_code == 403


async def test_boxes_may_be_empty_from_the_beginning():
    google = setting()
    google.google.knobs.unticked = frozenset({EVENTS_SCOPE})
    page = await chosen(google)
    back = answer_of(await submit(google, forms(page.text)[0], ANA))
    assert back["scope"] == f"openid email {LIST_SCOPE}"


@pytest.mark.parametrize("step", [1, 2])
async def test_cancel_on_either_page(step):
    google = setting()
    page = await google.client.get(URL, params=asked(google))
    if step == 2:
        page = await chosen(google)
    assert answer_of(await submit(google, forms(page.text)[-1], "")) == {
        "error": "access_denied",
        "state": "s1",
    }


async def test_what_was_granted_is_asked_again_only_when_prompted():
    google = setting()
    await tokens(google, scope=SCOPE)
    assert "code" in answer_of(await chosen(google))
    assert (await chosen(google, prompt="consent")).status_code == 200
    google.google.revoke_person(ANA)
    assert (await chosen(google)).status_code == 200


async def test_a_blocked_app_leads_back_with_the_error():
    google = setting()
    google.google.knobs.consent_refusal = "admin_policy_enforced"
    page = await google.client.get(URL, params=asked(google))
    assert (page.status_code, "Access blocked" in page.text) == (403, True)
    back = answer_of(await submit(google, forms(page.text)[0], ""))
    assert back["error"] == "admin_policy_enforced"


async def test_no_page_needs_a_script_or_another_host():
    google = setting()
    hostile = '"><script>alert(1)</script>'
    query = asked(google, state=hostile, scope=f"{SCOPE} {hostile.replace(' ', '')}")
    first = await google.client.get(URL, params=query)
    second = await submit(google, forms(first.text)[0], ANA)
    for page in (first.text, second.text):
        assert "<script" not in page
        assert "src=" not in page
        assert "action=" not in page


async def test_a_nonce_comes_back_in_the_id_token_of_the_exchange_only():
    google = setting()
    found = await tokens(google, nonce="n1")
    claims = jwt.decode(found["id_token"], options={"verify_signature": False})
    assert claims["nonce"] == "n1"
    form = {"client_id": google.google.client_id, "client_secret": google.google.client_secret}
    form |= {"grant_type": "refresh_token", "refresh_token": found["refresh_token"]}
    again = (await google.client.post(f"{OAUTH}/token", data=form)).json()
    assert "nonce" not in jwt.decode(again["id_token"], options={"verify_signature": False})


async def test_every_authorisation_is_recorded_without_its_secrets():
    google = setting()
    await tokens(google, nonce="secret-nonce", state="secret-state")
    [told] = google.google.snapshot()["authorisations"]
    assert told["code_challenge_method"] == "S256"
    assert (told["nonce_length"], told["state_length"]) == (12, 12)
    assert "secret" not in str(told)
    [grant] = google.google.snapshot()["grants"]
    assert (grant["email"], grant["alive"]) == (ANA, True)


async def test_revoking_one_token_ends_all_that_the_person_granted():
    google = setting()
    first, second = await tokens(google), await tokens(google, prompt="consent")
    await google.client.post(f"{OAUTH}/revoke", data={"token": first["refresh_token"]})
    answer = await google.call(
        "GET", "/calendars/primary/events", headers=bearer(second["access_token"])
    )
    assert answer.status_code == 401
    assert [one["alive"] for one in google.google.snapshot()["grants"]] == [False, False]


async def test_a_verifier_without_a_challenge_is_refused():
    google = setting()
    query = asked(google, sandbox_person=ANA)
    del query["code_challenge"], query["code_challenge_method"]
    back = answer_of(await google.client.get(URL, params=query))
    assert (await exchange(google, back["code"])).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("knob", "good", "bad"),
    [
        ("consent_refusal", "org_internal", "no_such_error"),
        ("forge_id_token", "alg_none", "no_such_forgery"),
        ("unticked", [LIST_SCOPE], 1),
        ("redirect_uris", [BACK], 1),
        ("refresh_days", 7, "long"),
        ("revoke", ANA, []),
    ],
)
async def test_the_knobs_of_consents(knob, good, bad):
    google = setting()
    url = "/google/_knobs"
    assert (await google.client.post(url, json={knob: good})).status_code == 200
    if knob != "revoke":
        assert (await google.client.post(url, json={knob: bad})).status_code == 400


async def test_every_forgery_is_told_by_its_word():
    assert len(set(FORGERIES)) == len(FORGERIES) >= 13

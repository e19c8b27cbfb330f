"""What a browser sees of a consent in the Microsoft stand-in, and who may give one."""

from __future__ import annotations

import base64
import json
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from syncd.sandbox.fakes.microsoft.id_tokens import PERSONAL_TENANT
from tests.integration.sandbox.microsoft_stage import Stage
from tests.integration.sandbox.test_microsoft_login import asked, authorise, by_code

LOGIN = "/microsoft/login"
HERE = f"{LOGIN}/contoso.example/oauth2/v2.0/authorize"
ADMIN = f"{LOGIN}/contoso.example/adminconsent"


class Form(HTMLParser):
    """Reads a form as a browser does: its hidden fields, and what can be chosen."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.options: list[str] = []
        self.buttons: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given["action"]
        elif tag == "input" and given.get("type") == "hidden":
            self.fields[given["name"]] = given["value"]
        elif tag == "option":
            self.options.append(given["value"])
        elif tag == "button":
            self.buttons.append(given.get("value", ""))


async def turn(stage: Stage, **knobs: Any) -> None:
    answer = await stage.http.post("/microsoft/_knobs", json=knobs)
    assert answer.is_success, answer.text


def claims_of(id_token: str) -> dict[str, Any]:
    part = id_token.split(".")[1]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read


async def id_token(stage: Stage, **more: str) -> str:
    back = await authorise(stage, **more)
    _, tokens = await by_code(stage, back["code"], scope="openid profile Calendars.ReadWrite")
    given: str = tokens["id_token"]
    return given


async def test_the_page_is_filled_in_and_sent_as_a_browser_does():
    stage = Stage()
    page = await stage.http.get(HERE, params=asked(stage, state="<'&\">"))
    form = Form(page.text)
    assert set(form.options) == {one.email for one in stage.world.people}
    assert form.buttons == ["accept", "cancel"]
    sent = form.fields | {"person": stage.bo.email, "decision": "accept"}
    back = (await stage.http.post(form.action, data=sent)).headers["location"]
    assert parse_qs(urlsplit(back).query)["state"] == ["<'&\">"]
    refused = await stage.http.post(form.action, data=sent | {"decision": "cancel"})
    assert parse_qs(urlsplit(refused.headers["location"]).query)["error"] == ["access_denied"]


async def test_an_admin_approves_for_everybody():
    stage = Stage()
    await turn(stage, require_admin_consent=True)
    assert "error" in await authorise(stage)
    client = {"client_id": stage.microsoft.client_id}
    form = Form((await stage.http.get(ADMIN, params=client)).text)
    kept = await stage.http.post(form.action, data=form.fields | {"decision": "cancel"})
    assert "Nothing was changed" in kept.text
    assert "error" in await authorise(stage)
    await stage.http.post(form.action, data=form.fields | {"decision": "accept"})
    assert "code" in await authorise(stage)


async def test_an_admin_is_led_back_where_the_app_wants_it():
    stage = Stage()
    form = {
        "client_id": stage.microsoft.client_id,
        "redirect_uri": "https://syncd.example/done",
        "decision": "accept",
    }
    back = await stage.http.post(ADMIN, data=form)
    tenant = stage.microsoft.tenant_id
    assert (
        back.headers["location"] == f"https://syncd.example/done?admin_consent=True&tenant={tenant}"
    )


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_nobody_approves_an_app_that_is_not_known(method):
    stage = Stage()
    answer = await stage.http.request(method, ADMIN, params={"client_id": "x"}, data={})
    assert answer.status_code == 400
    assert "AADSTS700016" in answer.text


async def test_id_tokens_are_signed_and_say_who_and_for_whom():
    stage = Stage()
    token = await id_token(stage)
    assert jwt.get_unverified_header(token)["alg"] == "RS256"
    public = stage.exchange.id_tokens._key.public_key()
    claims = jwt.decode(token, public, algorithms=["RS256"], audience=stage.microsoft.client_id)
    tenant = stage.microsoft.tenant_id
    assert claims["iss"] == f"https://sandbox{LOGIN}/{tenant}/v2.0"
    assert (claims["tid"], claims["oid"]) == (tenant, stage.ana.microsoft_id)
    assert claims["nonce"] == "n1"


async def test_a_forged_token_differs_in_what_was_asked_for_only():
    stage = Stage()
    await turn(stage, forge_id_tokens={"alg": "none", "claims": {"aud": "x", "nonce": None}})
    token = await id_token(stage)
    assert token.endswith(".")
    claims = claims_of(token)
    assert (claims["aud"], claims["oid"]) == ("x", stage.ana.microsoft_id)
    assert "nonce" not in claims
    await turn(stage, forge_id_tokens={})
    assert claims_of(await id_token(stage))["nonce"] == "n1"


async def test_a_personal_account_is_of_no_organisation():
    stage = Stage()
    await turn(stage, personal=[stage.ana.email.upper()])
    back = await authorise(stage)
    assert "AADSTS50020" in back["error_description"]
    query = asked(stage, sandbox_person=stage.ana.email)
    answer = await stage.http.get(f"{LOGIN}/consumers/oauth2/v2.0/authorize", params=query)
    code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
    _, tokens = await by_code(stage, code)
    assert claims_of(tokens["id_token"])["tid"] == PERSONAL_TENANT


async def test_a_consent_is_refused_with_the_number_that_was_asked_for():
    stage = Stage()
    await turn(stage, refuse_consent=53003)
    back = await authorise(stage)
    assert back["error_description"].startswith("AADSTS53003")
    await turn(stage, refuse_consent=0)
    assert "code" in await authorise(stage)


async def test_what_was_asked_for_is_told_until_a_reset():
    stage = Stage()
    await authorise(stage)
    [told] = stage.microsoft.snapshot()["consents"]
    assert (told["tenant"], told["code_challenge_method"]) == ("contoso.example", "S256")
    assert told["has_state"]
    assert told["has_nonce"]
    stage.microsoft.reset()
    assert stage.microsoft.snapshot()["consents"] == []

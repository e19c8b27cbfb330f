"""A consent at Zoom from its beginning to its end, and everything that can come of it."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.adapters.zoom.consent import Kept, returned_code
from syncd.core.secret import Secret
from syncd.ports.errors import AuthLost, RateLimited, Transient
from syncd.ports.oauth import ConsentRefused, Purpose
from tests.integration.adapters.zoom_people import REDIRECT, People

TOKEN = "POST /oauth/token"
BASE = "https://zoom.us/oauth"


async def refused(people: People, answer: dict[str, str]) -> ConsentRefused:
    begun = await people.begun()
    with pytest.raises(ConsentRefused) as error:
        await people.authorizer.finish(begun.kept, {"state": "state-1"} | answer)
    assert error.value.remedy.endswith((".", '"'))
    return error.value


async def test_the_address_asks_with_pkce_and_without_scopes():
    people = People()
    url = urlsplit((await people.begun()).url)
    query = parse_qs(url.query)
    assert url._replace(query="").geturl() == "https://sandbox.example/zoom/oauth/authorize"
    assert query.pop("client_id") == [people.zoom.user_client_id]
    assert len(query.pop("code_challenge")[0]) == 43
    assert query == {
        "response_type": ["code"],
        "redirect_uri": [REDIRECT],
        "state": ["state-1"],
        "code_challenge_method": ["S256"],
    }


async def test_configured_scopes_are_asked_for():
    people = People(scopes=("meeting:write:meeting", "user:read:user"))
    query = parse_qs(urlsplit((await people.begun()).url).query)
    assert query["scope"] == ["meeting:write:meeting user:read:user"]
    assert list(people.authorizer.scopes()) == ["meeting:write:meeting", "user:read:user"]


def test_every_scope_has_a_purpose_and_four_are_needed():
    authorizer = People().authorizer
    assert all(authorizer.scopes().values())
    assert authorizer.required() == {
        "meeting:write:meeting",
        "meeting:read:meeting",
        "meeting:delete:meeting",
        "user:read:user",
    }
    assert authorizer.required() < authorizer.scopes().keys()


async def test_what_is_kept_never_shows_itself_and_every_verifier_is_new():
    people = People()
    one, other = await people.begun(), await people.begun()
    assert json.loads(one.kept.reveal())["verifier"] not in one.url
    assert "verifier" not in repr(one)
    assert one.kept != other.kept


async def test_a_consent_tells_whose_account_it_is_and_what_was_granted():
    people = People()
    consented = await people.consent()
    who, grant = consented.identity, consented.grant
    assert (who.subject, who.tenant) == (people.ana.zoom_id, people.zoom.account_id)
    assert (who.address, who.name, who.is_verified) == (people.ana.email, people.ana.name, True)
    assert grant.scopes == set(people.zoom.user_scopes)
    assert grant.refresh_token is not None
    assert grant.access_token.reveal() not in repr(consented)
    [asked] = people.zoom.snapshot()["consents"]
    assert (asked["asked"], asked["method"]) == (None, "S256")


async def test_a_code_without_the_verifier_is_worth_nothing():
    people = People()
    stolen = await people.allow(await people.begun("theirs"))
    mine = await people.begun("theirs")
    with pytest.raises(ConsentRefused) as error:
        await people.authorizer.finish(mine.kept, stolen)
    assert error.value.code == "consent_broken"
    assert people.zoom.snapshot()["grants"] == {}


@pytest.mark.parametrize("state", [None, "", "state-2", "state-1 ", "STATE-1", "stäte"])
async def test_an_answer_with_another_state_is_never_redeemed(state: str | None):
    people = People()
    begun = await people.begun()
    answer = await people.allow(begun)
    answer.pop("state")
    with pytest.raises(ConsentRefused) as error:
        await people.authorizer.finish(begun.kept, answer | ({"state": state} if state else {}))
    assert error.value.code == "consent_broken"
    assert people.world.counts[("zoom", TOKEN)] == 0


async def test_declining_and_a_restriction_are_told_apart_and_both_name_the_administrator():
    people = People()
    declined = await refused(people, await people.allow(await people.begun(), decision="deny"))
    people.zoom.app_not_approved = True
    restricted = await refused(people, await people.allow(await people.begun()))
    assert (declined.code, restricted.code) == ("consent_refused", "app_not_approved")
    for error in (declined, restricted):
        assert "our Zoom administrator must approve the app" in error.remedy
        assert people.zoom.user_client_id in error.remedy


async def test_an_unknown_error_is_shown_tidily():
    error = await refused(People(), {"error": "<script>\n" + "x" * 9000})
    assert error.code == "consent_broken"
    assert len(error.message) < 120
    assert "\n" not in error.message


async def test_a_code_that_is_too_old_says_so():
    people = People()
    begun = await people.begun()
    answer = await people.allow(begun)
    people.later(301)
    with pytest.raises(ConsentRefused) as error:
        await people.authorizer.finish(begun.kept, answer)
    assert error.value.code == "code_expired"


async def test_a_code_is_redeemed_once():
    people = People()
    begun = await people.begun()
    answer = await people.allow(begun)
    await people.authorizer.finish(begun.kept, answer)
    with pytest.raises(ConsentRefused) as error:
        await people.authorizer.finish(begun.kept, answer)
    assert error.value.code == "consent_broken"


async def test_missing_scopes_are_named_and_the_useless_consent_is_ended():
    people = People()
    people.zoom.user_scopes = ("meeting:write:meeting", "user:read:user")
    begun = await people.begun()
    answer = await people.allow(begun)
    with pytest.raises(ConsentRefused) as error:
        await people.authorizer.finish(begun.kept, answer)
    assert error.value.code == "scopes_missing"
    assert "meeting:read:meeting, meeting:delete:meeting" in error.value.message
    assert people.zoom.snapshot()["grants"] == {}


async def test_optional_scopes_may_be_missing():
    people = People()
    people.zoom.user_scopes = tuple(people.authorizer.required())
    assert (await people.consent()).grant.scopes == people.authorizer.required()


async def test_a_secret_that_is_wrong_is_the_administrators_matter():
    people = People()
    people.authorizer = people.app(client_secret=Secret("guess"))
    begun = await people.begun()
    answer = await people.allow(begun)
    with pytest.raises(ConsentRefused) as error:
        await people.authorizer.finish(begun.kept, answer)
    assert (error.value.code, "client_secret" in error.value.remedy) == ("consent_broken", True)


async def test_a_lost_answer_to_a_code_is_never_asked_for_again():
    people = People()
    begun = await people.begun()
    answer = await people.allow(begun)
    people.strike(TOKEN, kind="drop_response")
    with pytest.raises(ConsentRefused) as error:
        await people.authorizer.finish(begun.kept, answer)
    assert error.value.code == "consent_broken"
    assert people.world.counts[("zoom", TOKEN)] == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"kind": "status", "status": 503}, Transient),
        ({"kind": "status", "status": 429, "headers": {"retry-after": "60"}}, RateLimited),
        ({"kind": "garbage"}, Transient),
    ],
)
async def test_what_passes_is_told_as_passing(fault, kind):
    people = People()
    begun = await people.begun()
    answer = await people.allow(begun)
    people.strike(TOKEN, count=9, **fault)
    with pytest.raises(kind):
        await people.authorizer.finish(begun.kept, answer)


async def test_who_it_is_must_be_told():
    people = People()
    begun = await people.begun()
    answer = await people.allow(begun)
    people.strike("GET /users/me", kind="status", status=400, body={"code": 200, "message": "No."})
    with pytest.raises(ConsentRefused) as error:
        await people.authorizer.finish(begun.kept, answer)
    assert error.value.code == "consent_broken"
    assert people.zoom.snapshot()["grants"] == {}


async def test_nobody_signs_in_with_zoom_as_that_would_end_what_is_connected():
    people = People()
    with pytest.raises(ConsentRefused) as error:
        await people.authorizer.begin(purpose=Purpose.SIGN_IN, state="s", redirect_uri=REDIRECT)
    assert error.value.code == "not_allowed"


async def test_there_is_no_device_code():
    authorizer = People().authorizer
    for call in (authorizer.begin_device(), authorizer.finish_device(Secret("x"))):
        with pytest.raises(ConsentRefused) as error:
            await call
        assert error.value.code == "no_device_code"


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"state": 1}', "null", "\x00"])
async def test_what_was_kept_by_nobody_is_refused(text: str):
    with pytest.raises(ConsentRefused):
        await People().authorizer.finish(Secret(text), {"state": "1", "code": "c"})


_ANY_TEXT = st.text(st.characters(categories=["L", "N", "P", "Z", "C"]))


@given(st.dictionaries(st.sampled_from(["state", "code", "error", "reason"]), _ANY_TEXT))
def test_an_answer_of_anybody_else_is_refused_whatever_it_holds(answer: dict[str, str]):
    kept = Kept.new(state="s" * 22, redirect_uri=REDIRECT, purpose=Purpose.CONNECT)
    with pytest.raises(ConsentRefused):
        returned_code(kept, answer, app="syncd", client_id="app", oauth_base=BASE)


@pytest.mark.parametrize(
    ("issuer", "is_zoom"),
    [
        ("https://zoom.us", True),
        ("https://zoom.us/", True),
        ("https://zoom.us/oauth", True),
        ("", False),
        ("https://accounts.google.com", False),
        ("https://zoom.us.evil.example", False),
        ("http://zoom.us", False),
        ("https:/", False),
    ],
)
def test_an_answer_of_another_issuer_is_refused(issuer: str, is_zoom: bool):
    kept = Kept.new(state="s", redirect_uri=REDIRECT, purpose=Purpose.CONNECT)
    answer = {"state": "s", "code": "c", "iss": issuer}
    if is_zoom:
        assert returned_code(kept, answer, app="syncd", client_id="app", oauth_base=BASE) == "c"
        return
    with pytest.raises(ConsentRefused):
        returned_code(kept, answer, app="syncd", client_id="app", oauth_base=BASE)


@given(st.dictionaries(st.sampled_from(["error", "error_description", "reason"]), _ANY_TEXT))
def test_an_error_is_never_a_code_and_always_has_a_remedy(answer: dict[str, str]):
    kept = Kept.new(state="s", redirect_uri=REDIRECT, purpose=Purpose.CONNECT)
    answer |= {"state": "s", "error": answer.get("error") or "server_error", "code": "c"}
    with pytest.raises(ConsentRefused) as error:
        returned_code(kept, answer, app="syncd", client_id="app", oauth_base=BASE)
    assert error.value.remedy
    assert error.value.message.isprintable()


async def test_a_token_that_zoom_takes_no_more_is_found_by_a_probe():
    people = People()
    grant = (await people.consent()).grant
    assert (await people.authorizer.probe(grant)).subject == people.ana.zoom_id
    people.later(3700)
    with pytest.raises(AuthLost) as lost:
        await people.authorizer.probe(grant)
    assert lost.value.code == "zoom_token_refused"

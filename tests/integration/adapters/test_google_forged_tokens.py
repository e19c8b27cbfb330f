"""ID tokens that somebody forged: every one is refused, and nobody is let in by it."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.adapters.google.id_token import identity_in, identity_of_token
from syncd.adapters.google.reading import Malformed
from syncd.ports.oauth import ConsentRefused, Purpose
from syncd.sandbox.fakes.google.forging import FORGERIES
from tests.integration.adapters.google_consent import ConsentStage

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FORGED = [word for word in FORGERIES if word not in ("", "unverified")]


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("forgery", FORGED)
async def test_a_forged_id_token_lets_nobody_in(forgery: str, purpose: Purpose):
    stage = ConsentStage()
    stage.google.knobs.forge_id_token = forgery
    with pytest.raises(ConsentRefused) as caught:
        await stage.connect(purpose)
    assert caught.value.code == "consent_broken"
    assert caught.value.message.startswith("Google's word on who you are does not hold: ")


def test_there_are_a_dozen_of_them():
    assert len(FORGED) >= 12


async def test_an_address_nobody_vouches_for_is_told_as_such():
    stage = ConsentStage()
    stage.google.knobs.forge_id_token = "unverified"
    assert not (await stage.connect()).identity.is_verified


def token(**claims: Any) -> str:
    now = int(NOW.timestamp())
    honest = {
        "iss": "https://accounts.google.com",
        "aud": "app",
        "azp": "app",
        "sub": "1",
        "email": "Ana@Example.com",
        "email_verified": True,
        "nonce": "n",
        "iat": now,
        "exp": now + 3600,
    }
    return f"{part({'alg': 'RS256'})}.{part({**honest, **claims})}.x"


def part(content: object) -> str:
    text = json.dumps(content).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def read(text: str) -> Any:
    return identity_of_token(text, client_id="app", nonce="n", now=NOW)


def test_an_honest_one_is_read():
    who = read(token())
    assert (who.subject, who.address, who.tenant) == ("1", "ana@example.com", "")


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": None},
        {"iss": ["https://accounts.google.com"]},
        {"iss": "http://accounts.google.com"},
        {"aud": ["app"]},
        {"aud": "APP"},
        {"azp": ["app"]},
        {"nonce": None},
        {"nonce": ["n"]},
        {"nonce": "\ud800"},
        {"exp": True},
        {"exp": float("inf")},
        {"exp": int(NOW.timestamp()) - 300},
        {"iat": None},
        {"iat": int(NOW.timestamp()) + 301},
        {"iat": int(NOW.timestamp()) - 3601},
        {"sub": 1},
        {"sub": "x" * 256},
        {"sub": "\u0661"},
        {"sub": "1\n"},
        {"email": ["ana@example.com"]},
        {"hd": 5},
    ],
)
def test_claims_of_another_shape_are_refused(claims: dict[str, Any]):
    with pytest.raises(Malformed):
        read(token(**claims))


@pytest.mark.parametrize("said", [1, "true", None, "True", [True]])
def test_only_a_true_vouches_for_an_address(said: object):
    assert not read(token(email_verified=said)).is_verified


def test_claims_need_a_subject_not_an_address_alone():
    with pytest.raises(Malformed):
        identity_in({"email": "ana@example.com", "email_verified": True})


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
def test_a_text_that_is_no_token_is_refused(text: str):
    with pytest.raises(Malformed):
        read(text)


@given(
    st.dictionaries(
        st.sampled_from(["iss", "aud", "azp", "sub", "nonce", "iat", "exp", "email", "hd"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text()),
        min_size=1,
    )
)
def test_odd_claims_are_refused_or_harmless(claims: dict[str, Any]):
    try:
        who = read(token(**claims))
    except Malformed:
        return
    assert who.subject


def test_a_huge_token_is_not_even_opened():
    with pytest.raises(Malformed):
        read(token(extra="x" * 20_000))

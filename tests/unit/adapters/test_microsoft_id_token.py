"""ID tokens from anybody: either they hold, or they are refused, and nothing else happens."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.adapters.microsoft.id_token import PERSONAL, Expected, identity_of_token
from syncd.adapters.microsoft.reading import Unclear
from tests.fakes.clock import START

LOGIN = "https://login.example"
TID = "6c0fd4f5-1111-4111-8111-076fb9d179e0"
OID = "00000000-0000-4000-8000-000000000001"
NOW = int(START.timestamp())
EXPECTED = Expected(login_base=LOGIN, tenant=TID, tenant_id=TID, client_id="app", nonce="n")
GOOD = {
    "iss": f"{LOGIN}/{TID}/v2.0",
    "aud": "app",
    "exp": NOW + 3600,
    "nbf": NOW,
    "oid": OID,
    "tid": TID,
    "preferred_username": "Ana@Contoso.example",
    "name": "Ana",
    "nonce": "n",
}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def token(claims: Any, header: Any = None, signature: str = "c2ln") -> str:
    parts = ({"alg": "RS256"} if header is None else header, claims)
    texts = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode() for one in parts]
    return ".".join([one.rstrip("=") for one in texts] + [signature])


def read(text: str, expected: Expected = EXPECTED) -> Any:
    return identity_of_token(text, expected, now=START)


def test_a_good_one_tells_who_it_is():
    identity = read(token(GOOD))
    assert (identity.subject, identity.tenant) == (f"{TID}.{OID}", TID)
    assert (identity.address, identity.name) == ("ana@contoso.example", "Ana")
    assert identity.is_verified


def test_clocks_may_differ_by_five_minutes():
    read(token(GOOD | {"exp": NOW - 299}))
    read(token(GOOD | {"nbf": NOW + 300}))
    for wrong in ({"exp": NOW - 300}, {"nbf": NOW + 301}):
        with pytest.raises(Unclear):
            read(token(GOOD | wrong))


@pytest.mark.parametrize(
    "header", [{"alg": "none"}, {"alg": "rs256"}, {}, [], {"alg": "RS256", "crit": []}]
)
def test_another_header_is_refused(header):
    with pytest.raises(Unclear):
        read(token(GOOD, header))


def test_an_unsigned_one_is_refused_whatever_it_says_of_itself():
    with pytest.raises(Unclear):
        read(token(GOOD, signature=""))


@pytest.mark.parametrize("tenant", ["common", "organizations", "consumers", "COMMON"])
def test_only_one_named_tenant_vouches_for_addresses(tenant):
    tid = PERSONAL if tenant == "consumers" else TID
    expected = Expected(
        login_base=LOGIN, tenant=tenant, tenant_id=tenant, client_id="app", nonce=None
    )
    claims = GOOD | {"tid": tid, "iss": f"{LOGIN}/{tid}/v2.0"}
    assert not read(token(claims), expected).is_verified


@given(st.text())
def test_any_text_is_refused(text):
    with pytest.raises(Unclear):
        read(text)


@given(st.sampled_from(sorted(GOOD.keys() - {"name"})), anything)
def test_any_other_claim_is_refused_or_read(name, value):
    try:
        identity = read(token(GOOD | {name: value}))
    except Unclear:
        return
    # What is no one's proof may be anything; all else must have been good.
    assert name in {"exp", "nbf", "preferred_username"} or value == GOOD[name]
    assert identity.subject == f"{TID}.{OID}"


@given(anything, anything)
def test_any_json_is_refused(header, claims):
    with pytest.raises(Unclear):
        read(token(claims, header))

"""Who is let in: an attack table of identities, and the same for the accounts that they connect."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.admission import CONSUMERS, Admission, folded
from syncd.core.ids import Provider

ANA = "ana@example.com"
KIM = "kim@example.com"
TENANT = "11111111-2222-3333-4444-555555555555"
KELVIN = "\u212aim@example.com"
LISTS = Admission(
    people=frozenset({ANA, KIM}),
    users=frozenset({"guest@else.example"}),
    domains=frozenset({"example.com"}),
    tenants={TENANT: frozenset()},
)
KELVINS = Admission(domains=frozenset({"kelvin.example"}))
OTHER_TENANT = "77777777-2222-3333-4444-555555555555"
TWO = replace(
    LISTS,
    tenants={
        TENANT: frozenset({"example.com"}),
        OTHER_TENANT: frozenset({"else.example"}),
    },
)
NAMED = replace(LISTS, domains=frozenset(), tenants={})
GOOGLE, MICROSOFT, ZOOM = Provider.GOOGLE, Provider.MICROSOFT, Provider.ZOOM


@pytest.mark.parametrize(
    ("lists", "provider", "claimed", "person"),
    [
        # Those who are meant.
        (LISTS, GOOGLE, (ANA, "", True), ANA),
        (LISTS, GOOGLE, ("Ana@Example.COM", "", True), ANA),
        (LISTS, GOOGLE, ("new@example.com", "example.com", True), "new@example.com"),
        (LISTS, GOOGLE, ("new@example.com", "EXAMPLE.com", True), "new@example.com"),
        (LISTS, GOOGLE, ("guest@else.example", "", True), "guest@else.example"),
        (LISTS, MICROSOFT, (ANA, TENANT, False), ANA),
        (LISTS, MICROSOFT, ("new@example.com", TENANT.upper(), False), "new@example.com"),
        # Domains that only look so, and domains that nobody vouches for.
        (LISTS, GOOGLE, ("user@evil-example.com", "evil-example.com", True), None),
        (LISTS, GOOGLE, ("user@example.com.evil", "example.com.evil", True), None),
        (LISTS, GOOGLE, ("user@example.com", "", True), None),
        (LISTS, GOOGLE, ("user@sub.example.com", "sub.example.com", True), None),
        (LISTS, GOOGLE, ("user@example.com", "xexample.com", True), None),
        (LISTS, GOOGLE, ("user@example.com", ".example.com", True), None),
        (LISTS, GOOGLE, ("user@example.com", "example.com.", True), None),
        (LISTS, GOOGLE, ("user@example.com", " example.com", True), None),
        (LISTS, GOOGLE, ("user@example.com", "exampl\u0435.com", True), None),
        (LISTS, GOOGLE, ("user@evil.example@example.com", "evil.example", True), None),
        (KELVINS, GOOGLE, ("user@kelvin.example", "\u212aelvin.example", True), None),
        # Unicode twins of people: the Kelvin sign, letters of other scripts, what is not seen.
        (LISTS, GOOGLE, (KELVIN, "", True), None),
        (LISTS, GOOGLE, ("\u0430na@example.com", "", True), None),
        (LISTS, GOOGLE, ("ana@ex\u0430mple.com", "", True), None),
        (LISTS, GOOGLE, ("ana\u200b@example.com", "", True), None),
        (LISTS, GOOGLE, ("\uff41na@example.com", "", True), None),
        (LISTS, GOOGLE, (" ana@example.com", "", True), None),
        (LISTS, GOOGLE, ("ana@example.com\x00", "", True), None),
        (LISTS, GOOGLE, ("ana+x@example.com", "", True), None),
        # Addresses that nobody vouches for.
        (LISTS, GOOGLE, (ANA, "", False), None),
        (LISTS, GOOGLE, ("new@example.com", "example.com", False), None),
        (LISTS, MICROSOFT, (ANA, "99999999-2222-3333-4444-555555555555", False), None),
        (LISTS, MICROSOFT, (ANA, "", False), None),
        (LISTS, MICROSOFT, ("new@example.com", "example.com", False), None),
        # One provider's word for the other's, and Zoom's for either.
        (LISTS, GOOGLE, ("new@example.com", TENANT, True), None),
        (LISTS, MICROSOFT, ("new@example.com", "example.com", True), None),
        (LISTS, ZOOM, (ANA, TENANT, True), None),
        # Several tenants: each is believed about its own domains alone.
        (TWO, MICROSOFT, (ANA, TENANT, False), ANA),
        (TWO, MICROSOFT, ("new@example.com", TENANT, False), "new@example.com"),
        (TWO, MICROSOFT, (ANA, OTHER_TENANT, False), None),
        (TWO, MICROSOFT, ("new@example.com", OTHER_TENANT, False), None),
        (TWO, MICROSOFT, ("new@else.example", OTHER_TENANT, False), "new@else.example"),
        (TWO, MICROSOFT, ("new@else.example", TENANT, False), None),
        (TWO, MICROSOFT, ("ana@example.com@else.example", TENANT, False), None),
        # Personal Microsoft accounts: Microsoft verifies their addresses; only named ones get in.
        (LISTS, MICROSOFT, (ANA, CONSUMERS, False), ANA),
        (LISTS, MICROSOFT, ("new@example.com", CONSUMERS, False), None),
        (LISTS, GOOGLE, (ANA, CONSUMERS, False), None),
        # Closed unless somebody is named.
        (Admission(), GOOGLE, (ANA, "example.com", True), None),
        (Admission(), MICROSOFT, (ANA, TENANT, False), None),
        (NAMED, GOOGLE, ("new@example.com", "example.com", True), None),
        (NAMED, MICROSOFT, (ANA, TENANT, False), None),
        (LISTS, GOOGLE, ("", "", True), None),
    ],
)
def test_who_signs_in(lists, provider, claimed, person):
    address, tenant, is_verified = claimed
    assert lists.person(provider, address=address, tenant=tenant, is_verified=is_verified) == person


OF_ACCOUNT = Admission(people=frozenset({ANA, KIM}), zoom_account="acc")
HOST = replace(OF_ACCOUNT, zoom_account=None, zoom_hosts={ANA: "boss@example.com"})
NO_ACCOUNT = replace(OF_ACCOUNT, zoom_account=None, users=frozenset({"guest@else.example"}))


@pytest.mark.parametrize(
    ("lists", "provider", "claimed", "may"),
    [
        (OF_ACCOUNT, ZOOM, ("other-name@example.com", "acc", True), True),
        (OF_ACCOUNT, ZOOM, (KIM, "acc", True), False),
        (OF_ACCOUNT, ZOOM, ("Kim@Example.com", "acc", True), False),
        (OF_ACCOUNT, ZOOM, (ANA, "other", True), False),
        (OF_ACCOUNT, ZOOM, (ANA, "", True), False),
        (HOST, ZOOM, ("boss@example.com", "", True), True),
        (HOST, ZOOM, ("Boss@Example.com", "", True), True),
        (HOST, ZOOM, (ANA, "", True), False),
        (HOST, ZOOM, ("b\u043ess@example.com", "", True), False),
        (HOST, ZOOM, ("boss@example.com", "", False), False),
        (NO_ACCOUNT, ZOOM, (ANA, "any", True), True),
        (NO_ACCOUNT, ZOOM, (ANA, "any", False), False),
        (NO_ACCOUNT, ZOOM, (KIM, "any", True), False),
        (NO_ACCOUNT, ZOOM, ("eve@evil.example", "any", True), False),
        (NO_ACCOUNT, GOOGLE, (ANA, "", True), True),
        (NO_ACCOUNT, GOOGLE, ("guest@else.example", "", True), True),
        (NO_ACCOUNT, GOOGLE, (KIM, "", True), False),
        (NO_ACCOUNT, GOOGLE, ("eve@evil.example", "", True), False),
        (NO_ACCOUNT, GOOGLE, (ANA, "", False), False),
        (LISTS, MICROSOFT, ("private@example.com", TENANT, False), True),
        (LISTS, MICROSOFT, (KIM, TENANT, False), False),
    ],
)
def test_what_ana_connects(lists, provider, claimed, may):
    address, tenant, is_verified = claimed
    asked = lists.may_connect(
        ANA, provider, address=address, tenant=tenant, is_verified=is_verified
    )
    assert asked is may


def test_only_the_named_are_known_without_signing_in():
    assert LISTS.admits(ANA)
    assert LISTS.admits("guest@else.example")
    assert not LISTS.admits("new@example.com")
    assert not LISTS.admits("")


@given(st.text(), st.sampled_from(Provider), st.text(), st.booleans())
def test_whoever_is_let_in_by_name_has_that_very_name(address, provider, tenant, is_verified):
    found = NAMED.person(provider, address=address, tenant=tenant, is_verified=is_verified)
    assert found is None or (found in NAMED.people | NAMED.users and address.isascii())


@given(st.text())
def test_folding_joins_nothing_but_ascii(address):
    assert folded(address) == (address.lower() if address.isascii() else address)
    assert folded(folded(address)) == folded(address)

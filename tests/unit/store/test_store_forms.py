"""What is written for sealing reads back as it was, whatever a provider sent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.secret import Secret
from syncd.ports.oauth import Grant
from syncd.store.crypto import KeyRing, SealBroken, SealKey
from syncd.store.forms import grant_form, grant_of, read, written

texts = st.text(st.characters())
secrets = texts.map(Secret)
grants = st.builds(
    Grant,
    access_token=secrets,
    expires_at=st.datetimes(timezones=st.just(UTC)),
    refresh_token=st.none() | secrets,
    scopes=st.frozensets(texts),
    api_url=st.none() | texts,
)
RING = KeyRing([SealKey(b"ring", b"r" * 32)])
PLACES = st.fixed_dictionaries(
    {
        "table": st.sampled_from(["token", "flow"]),
        "row": texts,
        "purpose": st.sampled_from(["grant", "profile"]),
    }
)


@given(grants)
def test_a_grant_reads_back(grant: Grant):
    text = written(grant_form(grant))

    assert text.isascii()
    assert grant_of(read(text)) == grant


def test_a_grant_that_ends_in_no_zone_is_refused():
    ends = datetime(2026, 12, 1)  # noqa: DTZ001 - what must be refused
    grant = Grant(access_token=Secret("a"), expires_at=ends, refresh_token=None, scopes=frozenset())

    with pytest.raises(ValueError, match="time zone"):
        grant_form(grant)


@given(st.binary(max_size=200), PLACES, PLACES)
def test_a_seal_opens_at_its_place_only(plain: bytes, place: dict[str, str], other: dict[str, str]):
    sealed = RING.seal(plain, **place)

    assert RING.open(sealed, **place) == plain
    if other != place:
        with pytest.raises(SealBroken):
            RING.open(sealed, **other)


@given(st.binary(max_size=40), st.data())
def test_no_bit_of_a_seal_can_be_flipped(plain: bytes, data: st.DataObject):
    place = {"table": "t", "row": "r", "purpose": "p"}
    sealed = bytearray(RING.seal(plain, **place))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8

    with pytest.raises(SealBroken):
        RING.open(bytes(sealed), **place)

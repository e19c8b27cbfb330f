"""Seals open at their own place, with their own key, unaltered, and nowhere else."""

from __future__ import annotations

import pytest

from syncd.ports.store import StoreError
from syncd.store.crypto import KeyRing, SealBroken, SealKey

OLD = SealKey(b"old!", b"o" * 32)
NEW = SealKey(b"new!", b"n" * 32)
PLACE = {"table": "token", "row": "zoom:account", "purpose": "access token"}


def test_what_is_sealed_opens_at_its_place():
    ring = KeyRing([OLD])

    assert ring.open(ring.seal(b"canary", **PLACE), **PLACE) == b"canary"


def test_the_same_text_is_never_sealed_the_same_way():
    ring = KeyRing([OLD])

    assert ring.seal(b"canary", **PLACE) != ring.seal(b"canary", **PLACE)


def test_an_envelope_names_version_and_key_and_hides_the_rest():
    sealed = KeyRing([OLD]).seal(b"canary", **PLACE)

    assert sealed[:5] == b"\x01old!"
    assert len(sealed) == 1 + 4 + 12 + len(b"canary") + 16
    assert b"canary" not in sealed


@pytest.mark.parametrize("part", ["table", "row", "purpose"])
def test_a_moved_envelope_does_not_open(part: str):
    ring = KeyRing([OLD])
    sealed = ring.seal(b"canary", **PLACE)

    with pytest.raises(SealBroken, match="6f6c6421: it was altered or moved"):
        ring.open(sealed, **(PLACE | {part: "another"}))


@pytest.mark.parametrize("place", [5, 16, 17, -1])
def test_an_altered_envelope_does_not_open(place: int):
    ring = KeyRing([OLD])
    sealed = bytearray(ring.seal(b"canary", **PLACE))
    sealed[place] ^= 1

    with pytest.raises(SealBroken, match="altered"):
        ring.open(bytes(sealed), **PLACE)


@pytest.mark.parametrize("sealed", [b"", b"\x01old!", b"\x02" + b"x" * 60])
def test_what_is_no_envelope_is_refused(sealed: bytes):
    with pytest.raises(SealBroken, match="no sealed value"):
        KeyRing([OLD]).open(sealed, **PLACE)


def test_an_unknown_key_is_named_and_the_content_is_not():
    sealed = KeyRing([OLD]).seal(b"canary", **PLACE)

    with pytest.raises(SealBroken, match="key 6f6c6421, which is not in the key file") as caught:
        KeyRing([NEW]).open(sealed, **PLACE)

    assert "canary" not in str(caught.value)
    assert isinstance(caught.value, StoreError)


def test_another_key_of_the_same_name_does_not_open():
    sealed = KeyRing([OLD]).seal(b"canary", **PLACE)

    with pytest.raises(SealBroken, match="another key of the same name"):
        KeyRing([SealKey(OLD.id, NEW.key)]).open(sealed, **PLACE)


def test_the_first_key_seals_and_all_open():
    former = KeyRing([OLD]).seal(b"canary", **PLACE)
    ring = KeyRing([NEW, OLD])

    assert ring.open(former, **PLACE) == b"canary"
    assert ring.is_stale(former)
    assert not ring.is_stale(ring.seal(b"canary", **PLACE))


def test_a_ring_needs_a_key():
    with pytest.raises(ValueError, match="needs a key"):
        KeyRing([])


def test_keys_never_show_themselves():
    assert repr(OLD) == "SealKey(id=b'old!')"
    assert "o" * 32 not in repr(KeyRing([OLD]))

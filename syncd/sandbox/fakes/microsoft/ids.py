"""Item ids in their two forms, and the change keys that make up the ETags.

A regular id changes when the item moves to another calendar, an immutable one does not
(Outlook immutable identifiers). Both are case-sensitive.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from syncd.sandbox.fakes.microsoft.errors import malformed_id

_IMMUTABLE = "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A"
_REGULAR = "AAMkAGVmMDEzMTM4LTZmYWUtNDdkNC1hMDZi"
_CALENDAR = "AQMkAGVmMDEzMTM4LTZmYWUtNDdkNC1hMDZi"


@dataclass(frozen=True, kw_only=True)
class DecodedId:
    """What an id stands for; `calendar` is None in an immutable id."""

    key: str
    calendar: str | None


def immutable_id(key: str) -> str:
    """Give the id that survives a move to another calendar."""
    return _IMMUTABLE + _pack(key)


def regular_id(key: str, calendar: str) -> str:
    """Give the id that is true while the item stays in that calendar."""
    return _REGULAR + _pack(f"{calendar}/{key}")


def calendar_id(key: str) -> str:
    """Give the id of a calendar; it has one form only."""
    return _CALENDAR + _pack(key)


def decode(text: str) -> DecodedId:
    """Read an item id of either form; raise GraphError 400 for any other text."""
    if text.startswith(_IMMUTABLE):
        return DecodedId(key=_unpack(text.removeprefix(_IMMUTABLE)), calendar=None)
    if not text.startswith(_REGULAR):
        raise malformed_id()
    calendar, _, key = _unpack(text.removeprefix(_REGULAR)).partition("/")
    return DecodedId(key=key, calendar=calendar)


def change_key(key: str, version: int) -> str:
    """Name one version of one item."""
    digest = hashlib.sha256(f"{key}#{version}".encode()).digest()
    return base64.b64encode(digest[:22]).decode()


def etag(key: str) -> str:
    """Give the weak ETag of a change key, as it stands in `@odata.etag`."""
    return f'W/"{key}"'


def _pack(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _unpack(text: str) -> str:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return raw.decode()
    except (binascii.Error, UnicodeError) as problem:
        raise malformed_id() from problem

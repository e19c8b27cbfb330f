"""How syncd knows its own work again: the marker in a meeting, the mark in an event.

Both are MACs under a key that is not in the database, so they survive its loss and cannot be forged
by whoever writes into an event. A copied event carries the mark of another event: not its own.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field

from syncd.core.conference import ConferenceKind
from syncd.core.ids import EventKey

_MARKER = re.compile(r"syncd:[a-z2-7]{1,16}:[a-z2-7]{26}")
_MARK = re.compile(r"v1\.([1-9][0-9]{0,18})\.([a-z2-7]{26})")
_OWN_KIND = re.compile(r"v1\.(google_meet|teams)\.([a-z2-7]{26})")


@dataclass(frozen=True, slots=True)
class MarkKeys:
    """The keys of one installation; the first makes, all recognise."""

    instance: str
    """Tells installations apart: one never touches the meetings of another."""
    keys: tuple[bytes, ...] = field(repr=False)


def _mac(key: bytes, purpose: str, *parts: str) -> str:
    message = "\0".join((purpose, *parts)).encode("utf-8", "surrogatepass")
    digest = hmac.new(key, message, hashlib.sha256).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:26]


def marker_of(keys: MarkKeys, event: EventKey) -> str:
    """Make the marker of an event's meeting: 43 characters for the first line of the agenda."""
    return f"syncd:{keys.instance}:{_mac(keys.keys[0], 'marker', str(event))}"


def markers_of(keys: MarkKeys, event: EventKey) -> frozenset[str]:
    """All markers that may stand for this event, those of former keys too."""
    return frozenset(
        f"syncd:{keys.instance}:{_mac(key, 'marker', str(event))}" for key in keys.keys
    )


def marker_in(agenda: str) -> str | None:
    """Find a marker of any installation in an agenda, cut or not."""
    found = _MARKER.match(agenda)
    return found.group() if found else None


def is_marker_of_ours(keys: MarkKeys, marker: str) -> bool:
    """Tell whether a marker was made by this installation, for whichever event."""
    return marker.startswith(f"syncd:{keys.instance}:")


def mark_of(keys: MarkKeys, event: EventKey, meeting_id: int) -> str:
    """Make the mark of an event: `v1.<meeting id>.<mac>`."""
    return f"v1.{meeting_id}.{_mac(keys.keys[0], 'mark', str(event), str(meeting_id))}"


def names_meeting(mark: str | None, meeting_id: int) -> bool:
    """Tell whether a mark, made for whichever event, names this meeting."""
    found = _MARK.fullmatch(mark or "")
    return found is not None and int(found.group(1)) == meeting_id


def marked_meeting(keys: MarkKeys, event: EventKey, mark: str | None) -> int | None:
    """Give the meeting a mark names, if the mark was made by us for this very event."""
    found = _MARK.fullmatch(mark or "")
    if found is None:
        return None
    named = _named(keys, event, found)
    return None if named is None else int(named)


def kind_mark_of(keys: MarkKeys, event: EventKey, kind: ConferenceKind) -> str:
    """Make the mark of an event whose conference its own provider made for us: `v1.<kind>.<mac>`."""
    return f"v1.{kind}.{_mac(keys.keys[0], 'mark', str(event), str(kind))}"


def marked_kind(keys: MarkKeys, event: EventKey, mark: str | None) -> ConferenceKind | None:
    """Give the provider's conference a mark stands for, if we made the mark for this very event."""
    found = _OWN_KIND.fullmatch(mark or "")
    named = None if found is None else _named(keys, event, found)
    return None if named is None else ConferenceKind(named)


def is_ours(keys: MarkKeys, event: EventKey, mark: str | None) -> bool:
    """Tell whether a mark was made by us for this very event, whatever it names."""
    return (
        marked_meeting(keys, event, mark) is not None or marked_kind(keys, event, mark) is not None
    )


def host_print(keys: MarkKeys, user_id: str) -> str:
    """Give by what a Zoom user is known again, and by nobody who lacks the key."""
    return _mac(keys.keys[0], "host", user_id)


def host_prints(keys: MarkKeys, user_id: str) -> frozenset[str]:
    """Give all that may stand for a Zoom user, by former keys too."""
    return frozenset(_mac(key, "host", user_id) for key in keys.keys)


def request_id_of(keys: MarkKeys, event: EventKey, version: str) -> str:
    """Make the id under which a conference is asked for: the same for the same version."""
    return f"syncd-{_mac(keys.keys[0], 'conference', str(event), version)}"


def _named(keys: MarkKeys, event: EventKey, found: re.Match[str]) -> str | None:
    name, mac = found.group(1), found.group(2)
    for key in keys.keys:
        if hmac.compare_digest(mac, _mac(key, "mark", str(event), name)):
            return name
    return None

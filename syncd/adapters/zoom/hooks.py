"""What Zoom sends us by itself: believed only when it is signed, recent and new.

Source: Zoom, Using webhooks (x-zm-signature, endpoint.url_validation) and App deauthorisation. Any
method here may be given anything at all, and raises nothing but `HookRefused`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from syncd.adapters.http import Garbled, sane_json
from syncd.core.secret import Secret

MOST_BYTES = 64 * 1024

_WINDOW = timedelta(seconds=300)
_MOST_REMEMBERED = 10_000
_STAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)
# With a colon it could be the text that a signature is made over: we would sign for strangers.
_OF_MEETINGS = frozenset({"meeting.updated", "meeting.deleted"})
_MEETING_ID = re.compile(r"[0-9]{9,12}")
_PLAIN_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
_ID = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)


class HookRefused(Exception):
    """A delivery that is not believed; `code` says why, for the log alone.

    hook_too_large, hook_garbled, hook_unsigned, hook_forged, hook_stale, hook_replayed,
    hook_challenge.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """Zoom asks whether we know the secret; `answer` is the JSON to give back with 200."""

    answer: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deauthorised:
    """A person removed the app at Zoom: their consent is no more."""

    account_id: str
    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingChanged:
    """A meeting was changed or deleted at Zoom, by whomever: us among them."""

    meeting_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherEvent:
    """Something that nothing is done about."""

    name: str


Hook = Challenge | Deauthorised | MeetingChanged | OtherEvent


class ZoomHooks:
    """Reads deliveries to one app; remembers for a while which it has seen."""

    def __init__(self, secret: Secret) -> None:
        self._key = secret.reveal().encode()
        if not self._key:
            raise ValueError("anybody could sign with an empty secret")
        self._seen: OrderedDict[str, datetime] = OrderedDict()

    def read(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Hook:
        """Give what a delivery says; `headers` by lower-case name, `body` as it came.

        HookRefused for what is unsigned, forged, more than five minutes old or ahead, seen before,
        longer than 64 KiB, or no event. Only Zoom's question for the secret may come unsigned.
        """
        if len(body) > MOST_BYTES:
            raise HookRefused("hook_too_large")
        is_signed = "x-zm-signature" in headers
        if is_signed:
            self._check(headers, body, now)
        name, payload = _event(body)
        if name == "endpoint.url_validation":
            return Challenge(answer=self._proof(payload))
        if not is_signed:
            raise HookRefused("hook_unsigned")
        if name == "app_deauthorized":
            return Deauthorised(
                account_id=_id(payload, "account_id"), user_id=_id(payload, "user_id")
            )
        if name in _OF_MEETINGS:
            return MeetingChanged(meeting_id=_meeting_id(payload))
        return OtherEvent(name=name)

    def _check(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        stamp, signature = headers.get("x-zm-request-timestamp", ""), headers["x-zm-signature"]
        if not _STAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
            raise HookRefused("hook_unsigned")
        mac = hmac.new(self._key, f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(f"v0={mac}", signature):
            raise HookRefused("hook_forged")
        if abs(int(stamp) - now.timestamp()) > _WINDOW.total_seconds():
            raise HookRefused("hook_stale")
        self._remember(mac, now)

    def _remember(self, mac: str, now: datetime) -> None:
        """Keep it for as long as its stamp can be good; a full memory loses the oldest."""
        while self._seen and next(iter(self._seen.values())) < now:
            self._seen.popitem(last=False)
        if mac in self._seen:
            raise HookRefused("hook_replayed")
        self._seen[mac] = now + 2 * _WINDOW
        if len(self._seen) > _MOST_REMEMBERED:
            self._seen.popitem(last=False)

    def _proof(self, payload: Mapping[str, Any]) -> Mapping[str, str]:
        plain = payload.get("plainToken")
        if not isinstance(plain, str) or not _PLAIN_TOKEN.fullmatch(plain):
            raise HookRefused("hook_challenge")
        shown = hmac.new(self._key, plain.encode(), hashlib.sha256).hexdigest()
        return {"plainToken": plain, "encryptedToken": shown}


def _event(body: bytes) -> tuple[str, Mapping[str, Any]]:
    try:
        event = sane_json(body)
    except Garbled as exc:
        raise HookRefused("hook_garbled") from exc
    name = event.get("event") if isinstance(event, dict) else None
    payload = event.get("payload") if isinstance(event, dict) else None
    if not isinstance(name, str) or not _ID.fullmatch(name) or not isinstance(payload, dict):
        raise HookRefused("hook_garbled")
    return name, payload


def _meeting_id(payload: Mapping[str, Any]) -> int:
    """Read it: a number, or its digits (Zoom's own samples show both)."""
    meeting = payload.get("object")
    found = meeting.get("id") if isinstance(meeting, dict) else None
    text = str(found) if isinstance(found, int | str) and not isinstance(found, bool) else ""
    if not _MEETING_ID.fullmatch(text):
        raise HookRefused("hook_garbled")
    return int(text)


def _id(payload: Mapping[str, Any], name: str) -> str:
    text = payload.get(name)
    if not isinstance(text, str) or not _ID.fullmatch(text):
        raise HookRefused("hook_garbled")
    return text

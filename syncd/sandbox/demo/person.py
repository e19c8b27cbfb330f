"""One person of the sandbox in the provider's own app: plain requests with that person's token."""

from __future__ import annotations

import asyncio
import json
import re
import ssl
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

_JOIN = re.compile(r"https://[^\s\"'<>]*zoom[^\s\"'<>]*/j/\d+[^\s\"'<>]*")


@dataclass(frozen=True, slots=True)
class Shown:
    """What anybody sees who opens the event.

    `zoom` is a join link that stands in location or text; `native` is the link of the
    conference that Google or Outlook itself shows.
    """

    title: str
    location: str
    text: str
    zoom: str | None
    native: str | None = None

    @property
    def link(self) -> str | None:
        """The one link by which guests join."""
        return self.zoom or self.native


class Person:
    """A human with a Google calendar and an Outlook calendar."""

    def __init__(
        self, entry: Mapping[str, Any], places: Mapping[str, Any], trust: ssl.SSLContext
    ) -> None:
        self.email: str = entry["email"]
        self.name = self.email.partition("@")[0].capitalize()
        self._entry = entry
        self._places = places
        self._trust = trust

    async def google(self, method: str, event_id: str = "", body: object = None) -> dict[str, Any]:
        """Call the events of this person's primary Google calendar."""
        base = self._places["google"]["api_base"].rstrip("/")
        tail = f"/{quote(event_id)}" if event_id else ""
        query = "" if method == "GET" else "?sendUpdates=all"
        url = f"{base}/calendars/primary/events{tail}{query}"
        return await self._call(method, url, self._entry["google"]["token"], body)

    async def outlook(self, method: str, event_id: str = "", body: object = None) -> dict[str, Any]:
        """Call the events of this person's Outlook mailbox."""
        base = self._places["microsoft"]["api_base"].rstrip("/")
        tail = f"/{quote(event_id)}" if event_id else ""
        token = self._entry["microsoft"]["token"]
        return await self._call(method, f"{base}/me/events{tail}", token, body)

    async def _call(self, method: str, url: str, token: str, body: object) -> dict[str, Any]:
        return await asyncio.to_thread(self._send, method, url, token, body)

    def _send(self, method: str, url: str, token: str, body: object) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - the sandbox's own https address
            url,
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={
                "Authorization": f"Bearer {token}",
                "Content-Type": "application/json",
                "Prefer": 'IdType="ImmutableId"',
            },
        )
        with urllib.request.urlopen(request, context=self._trust, timeout=10) as answer:  # noqa: S310 - as above
            content = answer.read()
        return json.loads(content) if content else {}


def google_shown(event: Mapping[str, Any]) -> Shown:
    """Read a Google event as its guests see it."""
    native = event.get("hangoutLink")
    return _shown(event.get("summary"), event.get("location"), event.get("description"), native)


def outlook_shown(event: Mapping[str, Any]) -> Shown:
    """Read an Outlook event as its guests see it."""
    location = (event.get("location") or {}).get("displayName")
    native = (event.get("onlineMeeting") or {}).get("joinUrl")
    return _shown(event.get("subject"), location, (event.get("body") or {}).get("content"), native)


def _shown(title: str | None, location: str | None, text: str | None, native: str | None) -> Shown:
    found = _JOIN.search(f"{location or ''}\n{text or ''}".replace("&amp;", "&"))
    link = found.group() if found else None
    return Shown(title or "", location or "", text or "", link, native)

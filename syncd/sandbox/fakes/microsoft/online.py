"""Teams meetings on events: made once, never switched off, and lost with their block of text.

Graph puts a block into the body of an event with a Teams meeting. A client that writes the body
without that block disables the meeting, or gets another one in its place: both were seen, so
here they take turns.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from itertools import count
from random import Random
from typing import Any

from syncd.sandbox.fakes.microsoft import body as bodies

Fields = Mapping[str, Any]


class Teams:
    """Gives out Teams meetings; the calendars of the sandbox allow what `allowed` names."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._rewrites = count()
        self.allowed: tuple[str, ...] = ("teamsForBusiness",)
        """What `allowedOnlineMeetingProviders` says; `("unknown",)` is a personal account."""
        self.deaf = False
        """Read over every wish, whatever is allowed; the answer is 200 all the same."""
        self.slow = False
        """Make a meeting only after the answer: until the next look it has no link."""

    def settle(self, before: Fields, sent: Fields) -> dict[str, Any]:
        """Give the fields to store for `sent` on top of `before`, with the meeting's upkeep done."""
        held = {name: sent[name] for name in sent if name not in _SWITCHES}
        if before["onlineMeeting"] is not None:
            return held | self._keep(before, held)
        if not sent.get("isOnlineMeeting") or not self._may(sent):
            return held
        if self.slow:
            return held | {"isOnlineMeeting": True, "onlineMeetingProvider": self.allowed[0]}
        return held | self._open(held["body"] if "body" in held else before["body"])

    def finish(self, fields: Fields) -> dict[str, Any]:
        """Give the fields of a meeting that had no link yet; nothing for any other event."""
        is_begun = fields.get("isOnlineMeeting") and fields["onlineMeeting"] is None
        return self._open(fields["body"]) if is_begun else {}

    def _may(self, sent: Fields) -> bool:
        if self.deaf:
            return False
        wanted = sent.get("onlineMeetingProvider", "unknown")
        return "unknown" not in self.allowed and wanted in ("unknown", *self.allowed)

    def _keep(self, before: Fields, held: Fields) -> dict[str, Any]:
        if "body" not in held:
            return {}
        if before["onlineMeeting"]["joinUrl"] in html.unescape(held["body"]["content"]):
            return {}
        if next(self._rewrites) % 2:
            return self._open(held["body"])
        return {
            "isOnlineMeeting": False,
            "onlineMeetingProvider": "unknown",
            "onlineMeeting": None,
        }

    def _open(self, body: Mapping[str, str]) -> dict[str, Any]:
        meeting = f"19%3ameeting_{self._random.getrandbits(128):032x}%40thread.v2"
        url = f"https://teams.microsoft.com/l/meetup-join/{meeting}/0?context=%7b%22Tid%22%7d"
        number = str(self._random.randrange(10**8, 10**9))
        return {
            "isOnlineMeeting": True,
            "onlineMeetingProvider": self.allowed[0],
            "onlineMeeting": {
                "joinUrl": url,
                "conferenceId": number,
                "tollNumber": "+49 69 0000000",
            },
            "body": {
                "contentType": "html",
                "content": bodies.append(body["content"], _block(url, number)),
            },
        }


_SWITCHES = frozenset({"isOnlineMeeting", "onlineMeetingProvider"})
_RULE = "_" * 80


def _block(url: str, number: str) -> str:
    return (
        f"<div>{_RULE}</div>\n<div>Microsoft Teams meeting</div>\n"
        f'<div><a href="{html.escape(url)}">Join the meeting now</a></div>\n'
        f"<div>Conference ID: {number}</div>\n<div>{_RULE}</div>"
    )

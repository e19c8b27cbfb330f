"""Delta rounds: the opaque tokens in the links, and the lists that pages are cut from."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from syncd.sandbox.fakes.microsoft.errors import GraphError

_LIFE = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Token:
    """What a link remembers; the window is fixed for as long as the link is followed."""

    generation: str
    issued: float
    mailbox: str
    calendar: str
    start: str
    end: str
    since: int
    """The last write of the mailbox that the reader has seen; 0 is none."""
    round: str = ""
    offset: int = 0
    blank: bool = False
    """True once this round has given its empty page."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a round: an item to show by key, or one to report as removed."""

    key: str
    removed: bool = False
    calendar: str = ""


@dataclass(frozen=True, kw_only=True)
class Round:
    """A round under way: its lines in groups that stay on one page, and where it will end."""

    groups: tuple[tuple[Entry, ...], ...]
    until: int
    begun: datetime


class Rounds:
    """Gives out and takes back the tokens of all mailboxes."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._open: dict[str, Round] = {}
        self.generation = f"{random.getrandbits(32):08x}"
        self.lost_status = 404
        """The status of SyncStateNotFound; the field reports 400, 404 and 410."""

    def forget(self) -> None:
        """Push all tokens out of the cache: every link given so far is refused from now on."""
        self.generation = f"{self._random.getrandbits(32):08x}"
        self._open.clear()

    def open(self, groups: Sequence[tuple[Entry, ...]], *, until: int, now: datetime) -> str:
        """Keep a round and give its name."""
        for name in [name for name, one in self._open.items() if now - one.begun > _LIFE]:
            del self._open[name]
        name = f"{self._random.getrandbits(64):016x}"
        self._open[name] = Round(groups=tuple(groups), until=until, begun=now)
        return name

    def find(self, name: str) -> Round:
        """Find a round under way; raise GraphError SyncStateNotFound when it is forgotten."""
        if name not in self._open:
            raise self._lost()
        return self._open[name]

    def read(self, text: str, *, now: datetime) -> Token:
        """Read a token; raise GraphError when it is too old (410) or lost."""
        try:
            raw: Any = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            token = Token(**raw)
        except (binascii.Error, ValueError, TypeError) as problem:
            raise GraphError(400, "ErrorInvalidUrlQuery", "Badly formed token.") from problem
        if token.generation != self.generation:
            raise self._lost()
        if now.timestamp() - token.issued > _LIFE.total_seconds():
            raise _resync_required()
        return token

    def _lost(self) -> GraphError:
        message = f"The sync state generation is not found; generation={self.generation};"
        return GraphError(self.lost_status, "SyncStateNotFound", message)

    @staticmethod
    def write(token: Token) -> str:
        """Write a token for a link."""
        raw = json.dumps(asdict(token), separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _resync_required() -> GraphError:
    return GraphError(
        410, "resyncRequired", "Resync required. Replace any local items with the server's version."
    )

"""Sync tokens and pages: where a list goes on."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from syncd.sandbox.fakes.google.errors import GoogleError, full_sync_required, invalid
from syncd.sandbox.fakes.world import World

LIFETIME = timedelta(days=7)
"""How long a sync token lives in the sandbox; Google says only that it may die at any time."""

_MOST_RUNS = 500

Items = tuple[dict[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class SyncToken:
    """What a sync token says: a list, the change up to which it was read, and how."""

    list_id: str
    change: int
    issued: float
    generation: int
    shape: str
    """The parameters that have to stay the same."""

    def text(self) -> str:
        """Give the opaque form."""
        content = [self.list_id, self.change, self.issued, self.generation, self.shape]
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of a list; either `next_page` or `next_sync` is set."""

    items: Items
    next_page: str | None = None
    next_sync: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Run:
    items: Items
    size: int
    next_sync: str | None
    list_id: str


class SyncTokens:
    """Issues and reads the tokens of all lists."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._generation = world.random.getrandbits(31)
        self._runs: dict[str, _Run] = {}

    def expire_all(self) -> None:
        """Make every sync token issued so far one that is no longer valid."""
        self._generation += 1

    def issue(self, list_id: str, change: int, *, shape: str) -> str:
        """Give the token for `list_id` read up to `change`."""
        return SyncToken(
            list_id=list_id,
            change=change,
            issued=self._world.now().timestamp(),
            generation=self._generation,
            shape=shape,
        ).text()

    def read(self, text: str, list_id: str, *, shape: str) -> SyncToken:
        """Read a token. Raises GoogleError: 400 for nonsense, 410 for one that is too old."""
        token = _parse(text)
        if token is None or token.list_id != list_id:
            raise invalid("Invalid sync token value.", location="syncToken")
        if self._is_old(token):
            raise full_sync_required()
        if token.shape != shape:
            message = "The parameters differ from those of the initial synchronization."
            raise invalid(message, location="syncToken")
        return token

    def first_page(
        self, items: Items, *, list_id: str, size: int, next_sync: str | None, empty_first: bool
    ) -> Page:
        """Give the first page of `items`; with `empty_first` an empty one if there are more."""
        run = _Run(items=items, size=size, next_sync=next_sync, list_id=list_id)
        if empty_first and len(items) > size:
            return Page(items=(), next_page=self._remember(run))
        return self._cut(run)

    def next_page(self, text: str, list_id: str) -> Page:
        """Give the page of a page token, which may be asked for again. Raises GoogleError (400)."""
        run = self._runs.get(text)
        if run is None or run.list_id != list_id:
            raise GoogleError(400, "invalid", "Invalid page token value.", location="pageToken")
        return self._cut(run)

    def _cut(self, run: _Run) -> Page:
        now, later = run.items[: run.size], run.items[run.size :]
        if not later:
            return Page(items=now, next_sync=run.next_sync)
        rest = _Run(items=later, size=run.size, next_sync=run.next_sync, list_id=run.list_id)
        return Page(items=now, next_page=self._remember(rest))

    def _remember(self, run: _Run) -> str:
        text = f"p{self._world.random.getrandbits(96):024x}"
        self._runs[text] = run
        if len(self._runs) > _MOST_RUNS:
            del self._runs[next(iter(self._runs))]
        return text

    def _is_old(self, token: SyncToken) -> bool:
        age = self._world.now().timestamp() - token.issued
        return token.generation != self._generation or age > LIFETIME.total_seconds()


def shape_of(query: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Give the parameters that a sync token holds fast, as text."""
    return json.dumps({name: query[name] for name in names if name in query}, sort_keys=True)


def _parse(text: str) -> SyncToken | None:
    try:
        list_id, change, issued, generation, shape = json.loads(base64.urlsafe_b64decode(text))
        return SyncToken(
            list_id=str(list_id),
            change=int(change),
            issued=float(issued),
            generation=int(generation),
            shape=str(shape),
        )
    except (ValueError, TypeError, binascii.Error):
        return None

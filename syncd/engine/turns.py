"""Chores that one of several daemons does for all: whose turn they are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from syncd.engine.deps import Deps
from syncd.ports.replicas import Turn

_LASTS = timedelta(minutes=5)
"""How long the others wait for one that may have died at it."""


class Turns:
    """The turns of one engine, which does by its own pace what nobody else does meanwhile."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._started = deps.clock.now()

    async def take(self, chore: str, *, within: timedelta) -> Turn:
        """Take the turn, unless another is at it or did it within this span, and since our start.

        What was done before our start says nothing of what happened while nobody ran.
        """
        deps, now = self._deps, self._deps.clock.now()
        since = max(self._started, now - within)
        return await deps.store.run(
            lambda tx: tx.chores.begin(chore, deps.holder, now=now, until=now + _LASTS, since=since)
        )

    async def done(self, chore: str) -> None:
        """Note that it was done, for the others too."""
        deps, now = self._deps, self._deps.clock.now()
        await deps.store.run(lambda tx: tx.chores.done(chore, deps.holder, now=now))

    async def give_up(self, chore: str) -> None:
        """Let another try."""
        deps = self._deps
        await deps.store.run(lambda tx: tx.chores.give_up(chore, deps.holder))

    @asynccontextmanager
    async def taken(self, chore: str, *, within: timedelta) -> AsyncIterator[bool]:
        """Tell whether the block is to do the chore; noted as done when it ends without an error."""
        is_ours = await self.take(chore, within=within) is Turn.OURS
        yield is_ours
        if is_ours:
            await self.done(chore)

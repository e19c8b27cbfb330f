"""This daemon among those that share its database: it is counted, and keeps to its share of the pace."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

from syncd.adapters.clock import SystemClock
from syncd.adapters.http import Share
from syncd.bootstrap.holder import Holder
from syncd.ports.replicas import Roll
from syncd.ports.store import Store, StoreError

log = logging.getLogger(__name__)

_BEAT = 5.0
_LOOK = 0.25
# By then every other one has seen us that is not frozen, and sends nothing.
_SEEN_BY_ALL = 7.0
_CLOCKS_APART = timedelta(seconds=5)


class Presence:
    """Says every 5 s that this daemon is there, counts the others, and takes the time from the database.

    `share` and `clock` are those that everything else in the process goes by.
    """

    def __init__(self, store: Store, holder: str, *, clock: SystemClock, share: Share) -> None:
        self._store = store
        self._holder = holder
        self._clock = clock
        self._share = share

    @asynccontextmanager
    async def kept(self, stop: asyncio.Event) -> AsyncIterator[None]:
        """Be there while the block runs; it begins once the others count this one too."""
        await self._join(stop)
        keeping = asyncio.create_task(self._keep(), name="presence")
        try:
            yield
        finally:
            keeping.cancel()
            with suppress(StoreError):
                await self._store.run(lambda tx: tx.replicas.leave(self._holder))

    async def _join(self, stop: asyncio.Event) -> None:
        first = await self._beat()
        for former in [
            one
            for one in first.seen
            if one != self._holder and Holder.read(one).is_gone_from_here()
        ]:
            await self._leave_for(former)
        roll = first = await self._beat()
        give_up = self._clock.monotonic() + _SEEN_BY_ALL
        while self._clock.monotonic() < give_up and not stop.is_set():
            if all(
                roll.seen[one] > since for one, since in self._others(first) if one in roll.seen
            ):
                break
            await asyncio.sleep(_LOOK)
            roll = await self._beat()

    def _others(self, roll: Roll) -> list[tuple[str, datetime]]:
        return [(one, roll.time) for one in roll.seen if one != self._holder]

    async def _leave_for(self, former: str) -> None:
        """Strike one out that was killed on this machine; it would be waited for in vain."""
        await self._store.run(lambda tx: tx.replicas.leave(former))

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(_BEAT)
            try:
                await self._beat()
            except StoreError:
                # The engine tells of it. Nothing can be sent that needs a commit, so the share stays.
                continue

    async def _beat(self) -> Roll:
        before = self._clock.now()
        roll = await self._store.run(lambda tx: tx.replicas.beat(self._holder, now=before))
        apart = self._clock.set_by(roll.time, before=before)
        if abs(apart) > _CLOCKS_APART:
            extra = {"seconds": round(apart.total_seconds())}
            log.warning("clock differs from the database's, which counts", extra=extra)
        if roll.alive != self._share.parts:
            self._share.parts = roll.alive
            log.info("daemons share the work", extra={"daemons": roll.alive})
        return roll

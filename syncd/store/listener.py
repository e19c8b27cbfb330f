"""Hears the hints of a PostgreSQL database, by a connection of its own beside those of transactions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncConnection, Error, sql

from syncd.store.hints import CHANNEL
from syncd.store.server_faults import told_by_server

log = logging.getLogger(__name__)

_LEAST_BETWEEN = 0.05
_PAUSE = 3.0
_CLOSING = 1.0


class Listener:
    """Calls `on_hint` in the event loop, once for the hints of each 50 ms; some may get lost.

    `parameters` are those of a connection. One that broke, or that cannot be made, is made again
    `pause` seconds later, and nobody is troubled: the engine tells of a database that fails.
    """

    def __init__(
        self, parameters: Mapping[str, Any], on_hint: Callable[[], None], *, pause: float = _PAUSE
    ) -> None:
        self._parameters = parameters
        self._on_hint = on_hint
        self._pause = pause
        self._problem: str | None = None
        self.is_listening = asyncio.Event()
        """Set while it hears."""

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Listen while the block runs, which begins at once."""
        listening = asyncio.create_task(self._keep(), name="hints")
        try:
            yield
        finally:
            # Asked again, since the driver waits first for a server that stands still.
            while not listening.done():
                listening.cancel()
                await asyncio.wait((listening,), timeout=_CLOSING)

    async def _keep(self) -> None:
        while True:
            try:
                await self._listen()
            except (Error, OSError) as error:
                self._note(told_by_server(error))
            finally:
                self.is_listening.clear()
            await asyncio.sleep(self._pause)

    async def _listen(self) -> None:
        connection = await AsyncConnection.connect(autocommit=True, **self._parameters)
        try:
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
            self.is_listening.set()
            self._problem = None
            while True:
                # Those that came together are one.
                async for _ in connection.notifies(stop_after=1):
                    pass
                self._on_hint()
                await asyncio.sleep(_LEAST_BETWEEN)
        finally:
            await connection.close()

    def _note(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            log.info("no hints from the database", extra={"problem": problem})

"""One database and its threads: transactions are plain functions, run to their end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from syncd.ports.store import StoreError
from syncd.store.faults import translated
from syncd.store.postgres import CONNECTIONS, is_postgres, postgres_engine
from syncd.store.repeating import transaction
from syncd.store.sqlite import database_path, emptied_log, sqlite_engine

T = TypeVar("T")

# Seconds for which the only thread may wait for another program that reads.
_PATIENCE = 2.0


class Database:
    """A database by URL: `sqlite:////path/to/file`, `sqlite://` in memory, `postgresql://...`.

    Transactions run in threads of their own, one for SQLite, a few for PostgreSQL, which has as
    many connections; or in place: in memory always, else with `inline`.
    """

    def __init__(self, url: str, *, inline: bool = False, password: str | None = None) -> None:
        self.is_shared = is_postgres(url)
        self._path = None if self.is_shared else database_path(url)
        self.is_in_memory = self._path is None and not self.is_shared
        self.engine = engine_of(url, password=password)
        self._file = _identity(self._path)
        self._threads: ThreadPoolExecutor | None = None
        if not (inline or self.is_in_memory):
            number = CONNECTIONS if self.is_shared else 1
            self._threads = ThreadPoolExecutor(number, thread_name_prefix="syncd-database")
        self._is_closed = False
        self._is_unsettled = False

    async def run(self, work: Callable[[sa.Connection], T]) -> T:
        """Run one transaction; a cancelled caller waits for its end before it is cancelled."""
        return await self._in_thread(partial(self.transact, work))

    async def settle(self) -> None:
        """Let nothing that was erased stay in the write-ahead log.

        While another program reads it cannot be emptied: then it is tried again after each later
        transaction and when the database is closed. What a server keeps in its files is its own.
        """
        if self._path is not None:
            self._is_unsettled = True
            await self._in_thread(partial(self._settle, patience=_PATIENCE))

    def transact(self, work: Callable[[sa.Connection], T]) -> T:
        """Run one transaction in place: committed when `work` returns, undone when it raises."""
        self._must_be_ours()
        with translated():
            result = self._transacted(work)
        if self._is_unsettled:
            self._settle(patience=0.0)
        return result

    def _transacted(self, work: Callable[[sa.Connection], T]) -> T:
        if self.is_shared:
            return transaction(self.engine, work)
        with self.engine.begin() as connection:
            return work(connection)

    def close(self) -> None:
        """Wait for the transactions that run, then close the file or the connections."""
        self._is_closed = True
        if self._threads is not None:
            self._threads.shutdown(wait=True)
        try:
            if self._is_unsettled:
                self._settle(patience=_PATIENCE)
        finally:
            self.engine.dispose()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._is_closed:
            raise StoreError("the database is closed")
        if self._threads is None:
            return work()
        loop = asyncio.get_running_loop()
        return await _to_the_end(loop.run_in_executor(self._threads, work))

    def _settle(self, *, patience: float) -> None:
        self._must_be_ours()
        self._is_unsettled = not emptied_log(self.engine, patience=patience)

    def _must_be_ours(self) -> None:
        if _identity(self._path) != self._file:
            # SQLite goes on writing to a file that has no name any more: all of it would be lost.
            raise StoreError(f"the database {self._path} was removed or replaced; restart syncd")


def engine_of(url: str, *, password: str | None = None) -> sa.Engine:
    """Make the engine of a URL; StoreError for one that names no database known here."""
    if is_postgres(url):
        return postgres_engine(url, password=password)
    return sqlite_engine(url)


def _identity(path: Path | None) -> tuple[int, int] | None:
    """Tell one file from another that takes its name; None without a file."""
    try:
        found = None if path is None else path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"the database {path} cannot be reached: {error.strerror}") from error
    return None if found is None else (found.st_dev, found.st_ino)


async def _to_the_end(transaction: asyncio.Future[T]) -> T:
    """Await what cannot be stopped: nobody may go on while a commit of theirs is under way."""
    try:
        return await asyncio.shield(transaction)
    except asyncio.CancelledError as cancelled:
        while not transaction.done():
            try:
                await asyncio.wait((transaction,))
            except asyncio.CancelledError:
                continue
        raise cancelled from transaction.exception()

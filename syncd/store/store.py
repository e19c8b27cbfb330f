"""The store of the engine, over one SQL database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar

import sqlalchemy as sa

from syncd.ports.store import Tx
from syncd.store.crypto import KeyRing
from syncd.store.database import Database
from syncd.store.migrate import create, upgrade
from syncd.store.postgres import connection_parameters
from syncd.store.sealed_columns import reseal_one, sealed_with
from syncd.store.secret_check import check_secret
from syncd.store.tx import SqlTx

T = TypeVar("T")


class SqlStore:
    """Implements `syncd.ports.store.Store`; make one with `open`, and close it."""

    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring

    @classmethod
    def open(
        cls, url: str, ring: KeyRing, *, inline: bool = False, password: str | None = None
    ) -> SqlStore:
        """Open a database by URL, brought to the newest schema, and check that the keys are its own.

        `sqlite:////path/to/file`, `sqlite://` for a new one in memory, or `postgresql://...` with
        its `password` where it needs one. With `inline` transactions run in the caller's thread.
        Raises StoreError when it cannot be used.
        """
        database = Database(url, inline=inline, password=password)
        try:
            if database.is_in_memory:
                create(database.engine)
            else:
                upgrade(database.engine)
            database.transact(lambda connection: check_secret(connection, ring))
        except BaseException:
            database.close()
            raise
        return cls(database, ring)

    async def run(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in one transaction, durable once this returns.

        A caller that is cancelled waits for the end of the transaction, which may be its commit.
        """
        return await self._database.run(lambda connection: work(self._tx(connection)))

    def run_in_place(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in one transaction of a store opened `inline`, where no event loop is needed."""
        return self._database.transact(lambda connection: work(self._tx(connection)))

    async def settle(self) -> None:
        """Let nothing that was erased stay in the database's files.

        While another program reads, this is put off until after a later transaction of this one,
        at the latest until `close`.
        """
        await self._database.settle()

    @asynccontextmanager
    async def hinted(self, on_hint: Callable[[], None]) -> AsyncIterator[None]:
        """Have `on_hint` called in the event loop when a calendar was hurried or a connection changed.

        For as long as the block runs, by whichever process, and on PostgreSQL only. Nothing may rest
        on it: a hint can get lost, and one can come for nothing.
        """
        if not self._database.is_shared:
            yield
            return
        # Its driver is only there for PostgreSQL.
        from syncd.store.listener import Listener

        async with Listener(connection_parameters(self._database.engine), on_hint).kept():
            yield

    def sealed_with(self) -> Mapping[str, int]:
        """Count the sealed values by the id of their key, 8 hexadecimal digits."""
        return self._database.transact(sealed_with)

    def reseal(self) -> int:
        """Seal everything with the first key, one value per transaction; gives their number.

        Breaking it off loses nothing. SealBroken when a value does not open.
        """
        number = 0
        while self._database.transact(lambda connection: reseal_one(connection, self._ring)):
            number += 1
        return number

    def close(self) -> None:
        """Wait for the transaction that runs, then close the database."""
        self._database.close()

    def _tx(self, connection: sa.Connection) -> SqlTx:
        return SqlTx(connection, self._ring)

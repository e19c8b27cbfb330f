"""What all runs of one process share, brought back to its first state before each: made once, since
keys, routes and tables take longer to make than a run takes."""

from __future__ import annotations

import asyncio
import gc
import logging
import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache

import httpx

from syncd.core.binding import BindingState
from syncd.core.marks import MarkKeys
from syncd.ports.rows import Lease
from syncd.sandbox.fakes.app import build_app
from syncd.sandbox.fakes.google import GoogleStandIn
from syncd.sandbox.fakes.microsoft import MicrosoftStandIn
from syncd.sandbox.fakes.microsoft.mailbox import Mailbox
from syncd.sandbox.fakes.world import World
from syncd.sandbox.fakes.zoom import ZoomStandIn
from syncd.store.keyfile import new_key_file, read_key_file
from syncd.store.keys import calendar_text
from syncd.store.store import SqlStore
from tests.simulation.process import START, Killed
from tests.simulation.wire import People

_LEASE = "SELECT lease_holder, lease_epoch FROM calendar WHERE key = ?"
_HOLDERS = "SELECT DISTINCT lease_holder FROM calendar WHERE lease_holder IS NOT NULL"
_NEXT_DUE = (
    "SELECT min(CASE WHEN lease_until > due_at THEN lease_until ELSE due_at END)"
    " FROM calendar WHERE enabled"
)
_BEGUN = (
    "SELECT 'a ' || kind FROM intent WHERE closed_at IS NULL"
    " UNION ALL SELECT state || ' ' || event_id FROM binding"
    # What its provider did not make is asked for again an hour later.
    " WHERE state IN ('creating', 'removing') AND failed_at IS NULL"
)
BASE = "https://sandbox.example"


class VirtualWorld(World):
    """The sandbox's shared ground, on the time of the running loop."""

    loop: asyncio.AbstractEventLoop

    def now(self) -> datetime:
        return START + timedelta(seconds=self.loop.time())


class Stage:
    """The stand-ins, people's network and the database."""

    def __init__(self) -> None:
        self.world = VirtualWorld(people=2)
        self.world.base = BASE
        self.google = GoogleStandIn(self.world)
        self.outlook = MicrosoftStandIn(self.world)
        self.zoom = ZoomStandIn(self.world)
        self.app = build_app(self.world, [self.google, self.outlook, self.zoom])
        self.people = httpx.AsyncClient(transport=People(self.app), base_url=BASE)
        ring = read_key_file(new_key_file()).ring
        # The same in every process: they stand in what is written into the trace.
        self.keys = MarkKeys("simul", (b"simulated" * 4,))
        self.store = SqlStore.open("sqlite://", ring, inline=True)
        # The one connection of a database in memory, without the layers between.
        self._connection = _driver(self.store)
        self._empty = self.saved()
        self.creates_are_late_until = 0.0
        self.locked_until = 0.0
        """Until when the database refuses everything, in the loop's seconds."""

    def reset(self, seed: int, loop: asyncio.AbstractEventLoop) -> None:
        """Begin a run."""
        world = self.world
        world.loop = loop
        self.locked_until = self.creates_are_late_until = 0.0
        world.random.seed(seed)
        world.reset()
        world.issued.clear()
        self.google.reset()
        self.outlook.reset()
        # Its versions would go on counting.
        for person in world.people:
            self.outlook.exchange.mailboxes[person.email] = Mailbox(person, world.random)
        self.zoom.reset()
        self.wipe()

    def store_lease(self, lease: Lease) -> tuple[str | None, int]:
        """Give who holds a calendar, as the open transaction sees it, and its epoch."""
        [(holder, epoch)] = self._connection.execute(_LEASE, (calendar_text(lease.calendar),))
        return holder, epoch

    def holders(self) -> set[str]:
        """Give who holds a calendar."""
        return {holder for [holder] in self._connection.execute(_HOLDERS)}

    def begun(self) -> list[str]:
        """Tell what the database says was begun and has not ended."""
        return [what for [what] in self._connection.execute(_BEGUN)]

    def is_linked(self, event_id: str) -> bool:
        """Tell whether it is recorded that an event has its link."""
        states = self.store.run_in_place(
            lambda tx: {one.ref.event_id: one.state for one in tx.bindings.all()}
        )
        return states.get(event_id) is BindingState.LINKED

    def is_due(self, now: datetime) -> bool:
        """Tell whether some calendar can be claimed."""
        text = now.replace(tzinfo=None).isoformat(" ", "microseconds")
        [[found]] = self._connection.execute(_NEXT_DUE)
        return found is not None and found <= text

    @property
    def changes(self) -> int:
        """Count the rows that were ever changed."""
        return self._connection.total_changes

    def saved(self) -> bytes:
        """Give the database as it is now."""
        return self._connection.serialize()

    def restore(self, database: bytes) -> None:
        """Put a former database in the place of the present one."""
        self._connection.deserialize(database)

    def wipe(self) -> None:
        """Put an empty database in the place of the present one."""
        self.restore(self._empty)


def _driver(store: SqlStore) -> sqlite3.Connection:
    held = store._database.engine.raw_connection()
    try:
        connection = held.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        return connection
    finally:
        held.close()


@cache
def stage() -> Stage:
    """Give the stage of this process."""
    made = Stage()
    # All that is there by now stays: to look through it after each run takes longer than the run.
    gc.collect()
    gc.freeze()
    return made


class Surprises(logging.Handler):
    """Keeps what the code under test logs as an error of its own, a broken promise among them."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg == "event set aside":
            self.told.append(f"{vars(record)['promise']} stopped itself: {vars(record)['problem']}")
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and not _is_death(error):
            self.told.append(f"{record.getMessage()}: {type(error).__name__}: {error}")


def _is_death(error: BaseException) -> bool:
    """Tell whether it is only how the end of a process looks from inside."""
    if isinstance(error, BaseExceptionGroup):
        # What the other tasks of a dead process ran into meanwhile, its supervisor never hears.
        return any(map(_is_death, error.exceptions))
    return isinstance(error, Killed)


@contextmanager
def surprises() -> Iterator[list[str]]:
    """Give what is logged as an unexpected error while the block runs."""
    handler = Surprises()
    logger = logging.getLogger("syncd")
    level, spreads = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.ERROR)
    logger.propagate = False
    try:
        yield handler.told
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = spreads


def chances(seed: int, *names: str) -> Iterator[random.Random]:
    """Give independent sources of chance for one seed, one for each name."""
    for name in names:
        yield random.Random(f"{seed} {name}")

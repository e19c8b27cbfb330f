"""The daemon as a process: signals, reload, the service manager, a clean end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr

from syncd import __version__, logs
from syncd.adapters.systemd import Notifier
from syncd.bootstrap.application import Opened, dependencies, opened
from syncd.config.errors import ConfigError
from syncd.config.load import Loaded, load
from syncd.engine.daemon import Engine
from syncd.engine.deps import Deps
from syncd.services.status import links

T = TypeVar("T")

log = logging.getLogger("syncd")

# How long a shutdown waits for what is in flight: a request takes 10 s at most.
_PATIENCE = 20.0
_STOP = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True, slots=True)
class Synced:
    """What one `sync` left behind; `complete` False when a calendar could not be read."""

    complete: bool
    linked: int
    waiting: int


def run(config_path: Path) -> int:
    """Run the daemon until it is told to stop; gives the exit code."""
    # Whatever it writes, no other user reads.
    os.umask(0o077)
    loaded = load(config_path)
    configure_logs(loaded)
    with opened(loaded, exclusive=True) as store:
        return asyncio.run(_Daemon(config_path, loaded, store).main())


def sync(config_path: Path) -> Synced:
    """Work until nothing is left to do."""
    loaded = load(config_path)
    configure_logs(loaded)
    with opened(loaded, exclusive=True) as store:
        return asyncio.run(_sync(loaded, store))


async def _sync(loaded: Loaded, store: Opened) -> Synced:
    async with running(loaded, store) as engine:
        complete = await engine.until_quiet()
        lines = await links(engine.deps)
        linked = sum(1 for line in lines if line.meeting_id is not None)
        waiting = sum(1 for line in lines if line.state == "waiting")
        return Synced(complete, linked, waiting)


def beside(config_path: Path, work: Callable[[Deps], Awaitable[T]]) -> T:
    """Do one piece of work that writes, whether or not a daemon runs: leases keep the two apart."""
    loaded = load(config_path)
    configure_logs(loaded)
    with opened(loaded, exclusive=False, make=True) as store:
        return asyncio.run(_beside(loaded, store, work))


async def _beside(loaded: Loaded, store: Opened, work: Callable[[Deps], Awaitable[T]]) -> T:
    async with dependencies(loaded, store) as deps:
        return await work(deps)


@asynccontextmanager
async def running(loaded: Loaded, store: Opened) -> AsyncIterator[Engine]:
    """Give an engine that is prepared; what is in flight ends before the block is left."""
    async with dependencies(loaded, store) as deps:
        engine = Engine(deps)
        # Whoever was killed left its leases behind; who works beside us takes its own anew.
        await store.store.run(lambda tx: tx.calendars.break_leases())
        await engine.prepare()
        try:
            yield engine
        finally:
            await engine.stop(patience=_PATIENCE)


def configure_logs(loaded: Loaded) -> None:
    """Set up the log; the secrets of the configuration are taken out of every record."""
    settings, secrets = loaded.config.log, loaded.secrets
    values = (getattr(secrets, name) for name in secrets.__slots__)
    known = [v.get_secret_value() for v in values if isinstance(v, SecretStr)]
    logs.configure(level=settings.level, form=settings.format, secrets=known)


class _Daemon:
    def __init__(self, config_path: Path, loaded: Loaded, store: Opened) -> None:
        self._config_path = config_path
        self._loaded = loaded
        self._store = store
        self._notifier = Notifier(os.environ, pid=os.getpid())
        self._stop = asyncio.Event()
        self._reload = asyncio.Event()

    async def main(self) -> int:
        """Serve one configuration after the other, until it is told to stop."""
        self._listen()
        alive = asyncio.create_task(self._feed_watchdog(), name="watchdog")
        while not self._stop.is_set():
            async with AsyncExitStack() as stack:
                engine = await stack.enter_async_context(running(self._loaded, self._store))
                engine.start()
                self._say_ready(engine)
                await self._until_stop_or_reload()
                if self._stop.is_set():
                    self._notifier.stopping()
                    log.info("stopping")
        alive.cancel()
        log.info("stopped")
        return 0

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for one in _STOP:
            loop.add_signal_handler(one, self._asked_to_stop)
        loop.add_signal_handler(signal.SIGHUP, self._reload.set)

    def _asked_to_stop(self) -> None:
        if self._stop.is_set():
            # Asked twice, somebody is in a hurry; every instant is a safe one to die at.
            os._exit(130)
        self._stop.set()

    def _say_ready(self, engine: Engine) -> None:
        calendars = len(engine.deps.watched)
        log.info("ready", extra={"version": __version__, "calendars": calendars})
        self._notifier.ready(f"{calendars} calendars")

    async def _until_stop_or_reload(self) -> None:
        """Wait; a configuration that is refused changes nothing, and the wait goes on."""
        while not self._stop.is_set():
            waits = [asyncio.create_task(event.wait()) for event in (self._stop, self._reload)]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()
            if self._reload.is_set() and not self._stop.is_set():
                self._reload.clear()
                if await self._reloaded():
                    return

    async def _reloaded(self) -> bool:
        self._notifier.reloading()
        try:
            new = await asyncio.to_thread(load, self._config_path)
            self._check_unchanged(new)
        except ConfigError as error:
            for problem in error.problems:
                log.error("configuration refused", extra=problem.as_json())  # noqa: TRY400 - each problem is a record of its own
            self._notifier.ready("configuration refused, the former one stays; see the log")
            return False
        self._loaded = new
        configure_logs(new)
        log.info("configuration read again")
        return True

    def _check_unchanged(self, new: Loaded) -> None:
        if new.config.state == self._loaded.config.state:
            return
        from syncd.config.errors import Problem

        text = "the database and its keys cannot be changed while the daemon runs"
        raise ConfigError(
            [Problem(str(self._config_path), 1, 1, "state", text, "restart the daemon")]
        )

    async def _feed_watchdog(self) -> None:
        period = self._notifier.watchdog_period
        while period is not None:
            self._notifier.alive()
            await asyncio.sleep(period.total_seconds() / 3)

"""The daemon while it runs: one engine after the other, the pages beside them, until it is told to stop.

The engine is built anew when the configuration was read again, and when an account came or went. The
pages go on meanwhile: they move to the new engine's parts before the old one's are closed.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from syncd import __version__
from syncd.adapters.own_memory import shut_to_others
from syncd.adapters.systemd import Notifier
from syncd.bootstrap.application import Opened, Serving, opened, serving
from syncd.bootstrap.current import Current
from syncd.bootstrap.pages import Pages
from syncd.bootstrap.process import PATIENCE, configure_logs
from syncd.config.errors import ConfigError, Problem
from syncd.config.load import Loaded, load
from syncd.engine.daemon import Engine
from syncd.ports.store import StoreError

log = logging.getLogger("syncd")

_STOP = (signal.SIGTERM, signal.SIGINT)
_ACCOUNTS_SECONDS = 2.0
# Longer than a call to a provider takes.
_PAGES_SECONDS = 12.0


def run(config_path: Path) -> int:
    """Run the daemon until it is told to stop; gives the exit code."""
    # Whatever it writes, no other user reads.
    os.umask(0o077)
    shut_to_others()
    loaded = load(config_path)
    configure_logs(loaded)
    with opened(loaded, exclusive=True) as store:
        return asyncio.run(Daemon(config_path, loaded, store).main())


def _nothing() -> None:
    """Be what is done when there is nothing to do."""


class Daemon:
    """One process that serves until a signal ends it; `on_ready` is called once, when it does."""

    def __init__(
        self,
        config_path: Path,
        loaded: Loaded,
        opened: Opened,
        *,
        on_ready: Callable[[], None] = _nothing,
    ) -> None:
        self._config_path = config_path
        self._loaded = loaded
        self._opened = opened
        self._notifier = Notifier(os.environ, pid=os.getpid())
        self._stop = asyncio.Event()
        self._reload = asyncio.Event()
        self._hint = asyncio.Event()
        self._current = Current(clock=opened.clock)
        self._pages = Pages(self._current)
        self._is_running = False
        self._on_ready = on_ready

    async def main(self) -> int:
        """Serve; gives the exit code."""
        self._listen()
        alive = asyncio.create_task(self._feed_watchdog(), name="watchdog")
        try:
            await self._opened.free_leases()
            hinted = self._opened.store.hinted(self._hint.set)
            async with self._opened.present(self._stop), hinted:
                await self._serve_all()
        finally:
            alive.cancel()
        log.info("stopped")
        return 0

    async def _serve_all(self) -> None:
        """Run one engine after the other."""
        former = AsyncExitStack()
        try:
            while not self._stop.is_set():
                former = await self._serve(former)
        finally:
            await self._pages.close()
            await former.aclose()

    async def _serve(self, former: AsyncExitStack) -> AsyncExitStack:
        """Run one engine until there is a reason for another; gives what is to be closed after it."""
        parts = AsyncExitStack()
        try:
            served = await parts.enter_async_context(serving(self._loaded, self._opened))
            # Run when these parts are closed: a page that was asked for before works with them.
            parts.push_async_callback(self._pages.settled, patience=_PAGES_SECONDS)
            self._current.deps = served.deps
            await former.aclose()
            await self._serve_pages()
            engine = Engine(served.deps)
            parts.push_async_callback(engine.stop, patience=PATIENCE)
            await engine.prepare()
            engine.start()
            self._say_ready(engine)
            await self._until_due(engine, served)
        except BaseException:
            await parts.aclose()
            raise
        if self._stop.is_set():
            self._notifier.stopping()
            log.info("stopping")
        return parts

    async def _serve_pages(self) -> None:
        """Serve the pages; links matter more: once they run, a daemon does not end for its pages."""
        try:
            await self._pages.serve(self._loaded)
        except OSError as error:
            if not self._is_running:
                raise
            log.error("pages not served", extra={"problem": str(error)})  # noqa: TRY400 - a sentence, no bug
        self._is_running = True

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
        extra = {"version": __version__, "calendars": calendars}
        if self._pages.address is not None:
            extra["web"] = self._pages.address
        log.info("ready", extra=extra)
        self._on_ready()
        self._on_ready = _nothing
        self._notifier.ready(f"{calendars} calendars")

    async def _until_due(self, engine: Engine, served: Serving) -> None:
        """Wait until this engine is to end: to stop, for a new configuration, for other accounts.

        A hint makes it look for other accounts at once, and the engine for calendars that are due.
        """
        told: str | None = None
        while not self._stop.is_set():
            told = self._tell_health(served, told)
            if self._reload.is_set():
                self._reload.clear()
                if await self._reloaded():
                    return
            if self._hint.is_set():
                self._hint.clear()
                engine.hurry()
            self._current.outdated.clear()
            if await self._have_accounts_changed(served):
                log.info("accounts changed")
                return
            await self._woken(_ACCOUNTS_SECONDS)

    def _tell_health(self, served: Serving, told: str | None) -> str | None:
        """Tell the service manager what became of the database; gives what it knows now."""
        problem = served.deps.health.database
        if problem != told:
            usable = f"{len(served.deps.watched)} calendars"
            self._notifier.status(usable if problem is None else f"database unusable: {problem}")
        return problem

    async def _woken(self, seconds: float) -> None:
        events = (self._stop, self._reload, self._hint, self._current.outdated)
        waits = [asyncio.create_task(event.wait()) for event in events]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _have_accounts_changed(self, served: Serving) -> bool:
        try:
            version = await self._opened.store.run(lambda tx: tx.connections.version())
        except StoreError:
            return False  # The engine itself tells of a database that cannot be used.
        return version != served.version

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
        if new.config.state != self._loaded.config.state:
            text = "the database and its keys cannot be changed while the daemon runs"
            raise ConfigError(
                [Problem(str(self._config_path), 1, 1, "state", text, "restart the daemon")]
            )

    async def _feed_watchdog(self) -> None:
        period = self._notifier.watchdog_period
        while period is not None:
            self._notifier.alive()
            await asyncio.sleep(period.total_seconds() / 3)

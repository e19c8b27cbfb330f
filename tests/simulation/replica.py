"""One replica of the daemon: its engine over the real adapters, in a process that can die."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from syncd.adapters.google import GoogleCalendars, ServiceAccountTokens, tokens
from syncd.adapters.http import Http, Limits
from syncd.adapters.microsoft import GraphCalendars, PersonTokens
from syncd.adapters.recurrence import Rules
from syncd.adapters.zoom import ZoomAccounts, ZoomMeetings, ZoomTokens
from syncd.bootstrap.abilities import StoredAbilities
from syncd.core.ids import CalendarKey, Provider
from syncd.core.policy import LinkPolicy, PersonPolicy
from syncd.core.secret import Secret
from syncd.engine.daemon import Engine
from syncd.engine.deps import Deps, Timing
from syncd.engine.lease import break_all
from syncd.engine.schedule import Tick
from syncd.ports.store import StoreError
from tests.integration.adapters.microsoft_sandbox import SandboxTokens
from tests.simulation.faults import Faults
from tests.simulation.faulty_store import FaultyStore
from tests.simulation.process import CURRENT, Process, VirtualClock
from tests.simulation.stage import BASE, Stage
from tests.simulation.truth import AppName
from tests.simulation.wire import Seam, Wire
from tests.simulation.witness import Witness

T = TypeVar("T")

_LIMITS = Limits(concurrency=4, per_second=10_000, burst=10_000)
# What was under way when a clock jumped has ended by then.
_SETTLES = 60.0
_PROVIDERS = {"google": Provider.GOOGLE, "outlook": Provider.MICROSOFT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How a daemon of a run is configured."""

    apps: tuple[AppName, ...]
    timing: Timing
    link: LinkPolicy
    replicas: int = 1
    stretch: float = 8.0
    """How much slower the chores tick than in earnest, and dispatching with them."""


class VirtualTimers:
    """Regular ticks on the loop's own time, as `syncd.engine.schedule.Timers` gives them."""

    def __init__(self, process: Process, stretch: float, has_work: Callable[[], bool]) -> None:
        self._process = process
        # Of the beginning: the clock may have jumped before the first tick.
        self._jump = process.jump
        self._stretch = stretch
        self._has_work = has_work
        self._ticks: list[tuple[float, Tick]] = []
        self._tasks: list[asyncio.Task[None]] = []

    def every(self, period: timedelta, tick: Tick, *, name: str) -> None:
        seconds = period.total_seconds()
        if name == "dispatch":
            one = asyncio.Lock()
            self._ticks.append((0.0, partial(self._at_jumps, seconds, one, tick)))
            tick = partial(self._if_due(tick), one)
        self._ticks.append((seconds * self._stretch, tick))

    def soon(self, name: str) -> None:
        """Go on as before: a hint can get lost, and nothing may rest on one."""

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._run(*one)) for one in self._ticks]

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _at_jumps(self, seconds: float, one: asyncio.Lock, dispatch: Tick) -> None:
        """See that the clock was set as soon as in earnest."""
        await self._process.jumped.wait()
        self._process.jumped.clear()
        await asyncio.sleep(seconds)
        await self._process.goes_on()
        async with one:
            await dispatch()

    def _if_due(self, dispatch: Tick) -> Callable[[asyncio.Lock], Awaitable[None]]:
        """Leave out what finds nothing to do: most of all ticks, and the same each time."""
        loop, jump, jumped_at = asyncio.get_running_loop(), self._jump, -_SETTLES

        async def tick(one: asyncio.Lock) -> None:
            nonlocal jump, jumped_at
            if jump != self._process.jump:
                jump, jumped_at = self._process.jump, loop.time()
            if loop.time() < jumped_at + _SETTLES or self._has_work():
                async with one:
                    await dispatch()

        return tick

    async def _run(self, period: float, tick: Tick) -> None:
        while True:
            await asyncio.sleep(period)
            await self._process.goes_on()
            try:
                await tick()
            except StoreError:
                continue  # As the real timers do.


_SIGNERS: list[Any] = []


def _with_known_key(build: Callable[[], ServiceAccountTokens]) -> ServiceAccountTokens:
    """Build what signs by the service account's key, which takes long to read: once per process."""
    read = tokens._signer

    def known(info: Any) -> Any:
        if not _SIGNERS:
            _SIGNERS.append(read(info))
        return _SIGNERS[0]

    tokens._signer = known
    try:
        return build()
    finally:
        tokens._signer = read


def _is_left_over(engine: Engine) -> bool:
    """Tell whether dispatching has to do what an earlier cycle or dispatch could not."""
    return bool(engine._has_left_over or engine._database_problem or engine._is_overtaken)


class Replica:
    """One place where the daemon runs, life after life, until the run ends."""

    def __init__(
        self,
        number: int,
        *,
        stage: Stage,
        setting: Setting,
        faults: Faults,
        witness: Witness,
        chance: random.Random,
        note: Callable[[str], None],
    ) -> None:
        self.number = number
        self.process: Process | None = None
        self.lives = 0
        self.jump = 0.0
        self.is_held_down = False
        self._stage = stage
        self._setting = setting
        self._faults = faults
        self._witness = witness
        self._chance = chance
        self._note = note
        self._stopping = False

    async def live(self) -> None:
        """Run one life after the other."""
        loop = asyncio.get_running_loop()
        while not self._stopping:
            if self.is_held_down:
                await asyncio.sleep(1)
                continue
            self.lives += 1
            process = Process(f"{'abc'[self.number]}{self.lives}", loop, self.jump)
            self.process = process
            context = copy_context()
            context.run(CURRENT.set, process)
            life = loop.create_task(self._one_life(process), context=context)
            await process.ended.wait()
            await asyncio.gather(life, return_exceptions=True)
            self._note(f"{process.name} ended")
            await asyncio.sleep(self._chance.choice((0.1, 1.0, 5.0, 20.0)))

    def stop(self) -> None:
        """Let no other life follow, and end this one."""
        self._stopping = True
        if self.process is not None:
            self.process.kill()

    async def _one_life(self, process: Process) -> None:
        deps, http = self._deps(process)

        def has_work() -> bool:
            return _is_left_over(engine) or self._stage.is_due(deps.clock.now())

        timers = VirtualTimers(process, self._setting.stretch, has_work)
        engine = Engine(deps, timers=timers)
        try:
            if self._setting.replicas == 1:
                await deps.store.run(break_all)
            await engine.prepare()
            engine.start()
        except StoreError:
            # The daemon ends with an error, and its supervisor starts it again.
            process.kill()
        try:
            await asyncio.Event().wait()
        finally:
            timers.stop()
            await http.close()

    def _deps(self, process: Process) -> tuple[Deps, Http]:
        stage, setting = self._stage, self._setting
        clock = VirtualClock(process, asyncio.get_running_loop(), self._chance)
        seam = Seam(process, self._faults, self._witness, self._note)
        store = FaultyStore(stage, seam, self._witness, has_server=setting.replicas > 1)
        http = Http(
            clock=clock,
            origins=[BASE],
            ca_file=None,
            limits=_LIMITS,
            deadline=setting.timing.request.total_seconds(),
            transport=Wire(seam, self._chance),
        )
        google = GoogleCalendars(
            http,
            _with_known_key(
                lambda: ServiceAccountTokens(
                    http,
                    clock,
                    info=stage.google.service_account_info(),
                    oauth_base=f"{BASE}/google/oauth",
                )
            ),
            clock,
            api_base=f"{BASE}/google/calendar/v3/",
            abilities=StoredAbilities(store),
            conference_data="never",
        )
        graph = GraphCalendars(
            http,
            PersonTokens(None, SandboxTokens(stage.outlook)),
            clock,
            api_base=f"{BASE}/microsoft/v1.0",
            horizon=timedelta(days=180),
        )
        ana = stage.world.people[0].email
        access = ZoomTokens(
            http,
            store,
            clock,
            account_id=stage.zoom.account_id,
            client_id=stage.zoom.client_id,
            client_secret=Secret(stage.zoom.client_secret),
            oauth_base=f"{BASE}/zoom/oauth",
            holder=process.name,
        )
        person = PersonPolicy(
            email=ana, host=ana, domains=frozenset({"example.com"}), link=setting.link
        )
        deps = Deps(
            store=store,
            calendars={Provider.GOOGLE: google, Provider.MICROSOFT: graph},
            meetings=ZoomAccounts(
                http,
                clock,
                api_base=f"{BASE}/zoom/v2",
                service=ZoomMeetings(http, access, clock, f"{BASE}/zoom/v2"),
                grants=None,
                hosts={ana: ana},
                connected=(),
            ),
            recurrences=Rules(),
            clock=clock,
            keys=stage.keys,
            people={ana: person},
            watched=frozenset(CalendarKey(_PROVIDERS[app], ana, "primary") for app in setting.apps),
            timing=setting.timing,
            holder=process.name,
        )
        return deps, http

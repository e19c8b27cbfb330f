"""A sandbox as a process of its own."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom

from syncd.sandbox.fakes.app import build_app
from syncd.sandbox.fakes.directory import write_directory
from syncd.sandbox.fakes.server import make_authority, serve
from syncd.sandbox.fakes.stand_ins import StandIns
from syncd.sandbox.fakes.world import World

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True, kw_only=True)
class Running:
    """A sandbox that answers: its address, its world, and the file that describes it."""

    base: str
    world: World
    stand_ins: StandIns
    address_file: Path


@asynccontextmanager
async def running_sandbox(
    directory: Path, *, port: int = 0, people: int = 2, latency_ms: int = 0
) -> AsyncIterator[Running]:
    """Run a sandbox in this loop, its files in `directory`, until the block ends."""
    # No two sandboxes give out the same ids: a database may outlive the sandbox it was filled by.
    world = World(people=people, seed=SystemRandom().getrandbits(64), latency_ms=latency_ms)
    stand_ins = StandIns.of(world)
    authority = make_authority()
    async with serve(build_app(world, stand_ins.all()), authority=authority, port=port) as base:
        world.base = base
        file = write_directory(directory, base, world, authority=authority, apps=stand_ins.apps())
        yield Running(base=base, world=world, stand_ins=stand_ins, address_file=file)


async def run_sandbox(
    directory: Path, *, port: int, people: int, latency_ms: int, announce: Callable[[str], None]
) -> None:
    """Serve until SIGTERM or SIGINT; `announce` gets the path of sandbox.json once it answers."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in _SIGNALS:
        loop.add_signal_handler(one, stop.set)
    try:
        async with running_sandbox(
            directory, port=port, people=people, latency_ms=latency_ms
        ) as running:
            announce(str(running.address_file))
            await stop.wait()
    finally:
        for one in _SIGNALS:
            loop.remove_signal_handler(one)

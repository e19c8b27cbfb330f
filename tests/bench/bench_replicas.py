"""What a second daemon on the same PostgreSQL gains: `python -m tests.bench.bench_replicas` prints JSON.

Daemons, sandbox, server and this program share one machine, so that a second daemon gains at most
what the machine has left. So the figure is taken with each daemon on a machine of its own, so to
speak: it gets no more than a part of a core (`--cores`), which leaves the others enough. With
`--cores 0` all take what they get; the CPU per link of each stands beside the figures.
"""

from __future__ import annotations

import argparse
import os
import re
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import httpx

from tests.acceptance.processes import Sandbox, google_event, outlook_event, until
from tests.bench.figures import Figure, document, show
from tests.bench.machines import small_machine
from tests.bench.spawned import Watched, calls, cpu_seconds, crowd, watched
from tests.postgres import Server, server

PEOPLE, EVENTS, LATENCY, ROUNDS = 50, 2000, 100, 1
_CORES = 0.5
"""What a daemon gets of one."""
# As a second daemon has to bring it: 1.7 times the links in the same time.
_TARGET = 1 / 1.7
_AT_ONCE = 20
_PATIENCE = 900.0
# Nothing is read but when the bench says so.
_INTERVAL = "30m"
_PROCESSES = "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
# Read, and left alone for a while: whoever starts has all of them read once more.
_UNREAD = (
    "SELECT count(*) FROM calendar WHERE last_success IS NULL OR lease_holder IS NOT NULL"
    " OR due_at <= clock_timestamp() OR last_success > clock_timestamp() - interval '5 s'"
)
_NOW = "SELECT clock_timestamp()::text"
_DUE = (
    "UPDATE calendar SET due_at = clock_timestamp(), poll_at = clock_timestamp()"
    " WHERE last_success < '{since}' AND lease_holder IS NULL"
)


@dataclass(frozen=True, kw_only=True)
class Run:
    """What so many daemons took for the same links."""

    daemons: int
    links: int
    seconds: float
    cpu: dict[str, float]
    """CPU per link in ms, of each part of the whole."""
    calls: float
    shares: list[int]

    def as_json(self) -> dict[str, Any]:
        told = {name: round(value, 1) for name, value in self.cpu.items()}
        return {
            "daemons": self.daemons,
            "seconds": round(self.seconds, 2),
            "links per second": round(self.links / self.seconds, 1),
            "calls per link": round(self.calls, 2),
            "links of each": self.shares,
            "CPU per link in ms": told,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--cores", type=float, default=_CORES, help="for each daemon; 0: no limit")
    told = parser.parse_args()
    with server() as postgres:
        runs = [
            _run(postgres, told, daemons=number) for _ in range(told.rounds) for number in (1, 2)
        ]
    show(_told(runs, told.cores))


def _told(runs: list[Run], cores: float) -> dict[str, Any]:
    """Take the best round of each: other work on the machine only ever adds."""
    one, two = (min(r.seconds for r in runs if r.daemons == number) for number in (1, 2))
    place = f"each on {cores:g} of a core" if cores else "all on one machine"
    figure = Figure(
        name=f"{runs[0].links} links by two daemons, {place}, {LATENCY} ms per call",
        value=two / one,
        unit="times what one takes",
        target=_TARGET,
    )
    gained = {"times the links of one": round(one / two, 2), "cores": os.cpu_count()}
    return document([figure]) | gained | {"runs": [run.as_json() for run in runs]}


def _run(postgres: Server, told: argparse.Namespace, *, daemons: int) -> Run:
    with (
        crowd(people=told.people, interval=_INTERVAL, latency=LATENCY) as sandbox,
        ExitStack() as ends,
    ):
        database = postgres.new_database()
        configs = _configs(sandbox, postgres.url(database), daemons)
        running = [ends.enter_context(watched(config)) for config in configs]
        for daemon in running:
            daemon.moment("ready")
        _wait_for_first_read(postgres, database)
        links = _mark(sandbox, told.events)
        if any(daemon.moments("link written") for daemon in running):
            raise RuntimeError("the daemons began before they were told to")
        for daemon in running if told.cores else ():
            ends.enter_context(small_machine(daemon.process.pid, cores=told.cores))
        before, busy = calls(sandbox), _cpu(sandbox, postgres, running)
        began = perf_counter()
        ((since,),) = postgres.sql(_NOW)

        def hint() -> None:
            # Again and again: whoever lets a calendar go at this moment sets its time anew.
            postgres.sql(_DUE.format(since=since), database)

        shares = _all_linked(running, links, hint)
        used = _cpu(sandbox, postgres, running)
        return Run(
            daemons=daemons,
            links=links,
            seconds=max(max(share) for share in shares if share) - began,
            cpu={name: 1000 * (used[name] - busy[name]) / links for name in used},
            calls=(calls(sandbox) - before).total() / links,
            shares=[len(share) for share in shares],
        )


def _cpu(sandbox: Sandbox, postgres: Server, running: list[Watched]) -> dict[str, float]:
    """Tell what each part of the whole took so far."""
    backends = [pid for (pid,) in postgres.sql(_PROCESSES)]
    return {
        "daemons": sum(daemon.cpu_seconds() for daemon in running),
        "sandbox": cpu_seconds(sandbox.process.pid),
        "server": cpu_seconds(*backends),
    }


def _all_linked(running: list[Watched], links: int, hint: Callable[[], None]) -> list[list[float]]:
    """Wait for all links; gives when each daemon wrote its own."""
    give_up = perf_counter() + _PATIENCE
    while True:
        hint()
        shares = [daemon.moments("link written") for daemon in running]
        written = sum(len(share) for share in shares)
        if written >= links:
            return shares
        if perf_counter() > give_up:
            raise RuntimeError(f"{written} of {links} links")
        sleep(0.5)


def _configs(sandbox: Sandbox, url: str, number: int) -> list[Path]:
    """Give each daemon a file of its own that names the same database."""
    text = re.sub(r"database: .*", f'database: "{url}"', sandbox.config.read_text())
    folders = [sandbox.directory / f"daemon {one}" for one in range(number)]
    for folder in folders:
        folder.mkdir()
        (folder / "syncd.yaml").write_text(text)
    return [folder / "syncd.yaml" for folder in folders]


def _wait_for_first_read(postgres: Server, database: str) -> None:
    until("all calendars were read", lambda: postgres.sql(_UNREAD, database) == [(0,)] or None)


def _mark(sandbox: Sandbox, events: int) -> int:
    """Let everybody make their marked events; gives how many there are."""
    each = -(-events // (2 * len(sandbox.people)))
    trust = ssl.create_default_context(cafile=sandbox.address["ca_file"])
    google = f"{sandbox.address['google']['api_base']}calendars/primary/events"
    outlook = f"{sandbox.address['microsoft']['api_base']}/me/events"
    kinds = {
        "google": (google, google_event(location="zoom")),
        "microsoft": (outlook, outlook_event(categories=["Zoom"])),
    }

    def fill(place: tuple[dict[str, Any], str]) -> None:
        person, kind = place
        url, event = kinds[kind]
        headers = {"Authorization": f"Bearer {person[kind]['token']}"}
        with httpx.Client(verify=trust, trust_env=False, headers=headers, timeout=60) as client:
            for _ in range(each):
                client.post(url, json=event).raise_for_status()

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(fill, [(person, kind) for person in sandbox.people for kind in kinds]))
    return each * 2 * len(sandbox.people)


if __name__ == "__main__":
    main()

"""What a daemon costs when nothing happens: `python -m tests.bench.bench_rest` prints JSON."""

from __future__ import annotations

import ssl
from time import process_time, sleep
from typing import Any

import httpx

from tests.acceptance.processes import Sandbox
from tests.bench.figures import Figure, document, show
from tests.bench.spawned import Watched, calls, crowd, polls, watched

PEOPLE, INTERVAL, SECONDS = 50, "5s", 30.0
_SETTLE = 10.0
_BARE_CALLS = 200


def run() -> dict[str, Any]:
    with crowd(people=PEOPLE, interval=INTERVAL) as sandbox:
        bare = _bare_ms(sandbox)
        with watched(sandbox.config) as daemon:
            daemon.moment("ready")
            sleep(_SETTLE)
            return document(_at_rest(sandbox, daemon, bare))


def _at_rest(sandbox: Sandbox, daemon: Watched, bare: float) -> list[Figure]:
    polled, worked, busy = polls(sandbox), calls(sandbox), daemon.cpu_seconds()
    sleep(SECONDS)
    busy = daemon.cpu_seconds() - busy
    polled, worked = polls(sandbox) - polled, calls(sandbox) - worked
    return [
        Figure(
            name=f"CPU per poll, {2 * PEOPLE} calendars every {INTERVAL}, all else included",
            value=1000 * busy / polled,
            unit="ms",
            baseline=bare,
            against="CPU of a bare client for the same call",
        ),
        Figure(name="CPU per minute", value=busy * 60 / SECONDS, unit="s"),
        Figure(name="polls per second", value=polled / SECONDS, unit=""),
        Figure(name="calls beside the polls", value=worked.total(), unit="", target=0),
        Figure(name="memory", value=daemon.resident_mb(), unit="MB", target=150.0),
    ]


def _bare_ms(sandbox: Sandbox) -> float:
    trust = ssl.create_default_context(cafile=sandbox.address["ca_file"])
    url = f"{sandbox.address['google']['api_base']}calendars/primary/events"
    tokens = [person["google"]["token"] for person in sandbox.people]
    with httpx.Client(verify=trust, trust_env=False) as client:
        began = process_time()
        for number in range(_BARE_CALLS):
            token = tokens[number % len(tokens)]
            answer = client.get(url, headers={"Authorization": f"Bearer {token}"})
            answer.raise_for_status().json()
        return 1000 * (process_time() - began) / _BARE_CALLS


if __name__ == "__main__":
    show(run())

"""From a person's insert to the link: `python -m tests.bench.bench_latency` prints JSON."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter, sleep
from typing import Any

from tests.acceptance.processes import Sandbox, google_event, outlook_event
from tests.bench.figures import Figure, document, seconds, show
from tests.bench.spawned import Watched, crowd, watched

PEOPLE, TIMES = 4, 20
INTERVAL = 2.0
TARGET = INTERVAL + 2.0
# Seconds between two inserts: no part of the interval, so that they fall on all of its phases.
_STRIDE = 0.618

_Insert = Callable[[int], dict[str, Any]]


def run() -> dict[str, Any]:
    with crowd(people=PEOPLE) as sandbox, watched(sandbox.config) as daemon:
        daemon.moment("ready")
        google, outlook = _google(sandbox), _outlook(sandbox)
        bare = median(seconds(lambda: _bare(sandbox)) for _ in range(9))
        figures = [
            *_provider("Google", google, daemon, bare),
            *_provider("Outlook", outlook, daemon, bare),
        ]
        _see(sandbox)
        return document(figures)


def _google(sandbox: Sandbox) -> _Insert:
    return lambda person: sandbox.google(person, "POST", body=google_event(location="zoom"))


def _outlook(sandbox: Sandbox) -> _Insert:
    return lambda person: sandbox.outlook(person, "POST", body=outlook_event(categories=["Zoom"]))


def _provider(name: str, insert: _Insert, daemon: Watched, bare: float) -> list[Figure]:
    took = _latencies(insert, daemon)
    against = "half the interval, and the calls of one link by a bare client"
    baseline = INTERVAL / 2 + bare
    return [
        Figure(
            name=f"{name}, insert to link, {kind} of {TIMES}",
            value=value,
            unit="s",
            target=TARGET,
            baseline=baseline,
            against=against,
        )
        for kind, value in (("median", median(took)), ("worst", max(took)))
    ]


def _latencies(insert: _Insert, daemon: Watched) -> list[float]:
    inserted: list[tuple[str, float]] = []
    for number in range(TIMES):
        made = insert(number % PEOPLE)
        inserted.append((made["id"], perf_counter()))
        sleep(_STRIDE)
    return [daemon.moment("link written", event=event) - at for event, at in inserted]


def _bare(sandbox: Sandbox) -> None:
    """As many calls as one link takes, each with a connection of its own."""
    for _ in range(3):
        sandbox.google(0, "GET")


def _see(sandbox: Sandbox) -> None:
    """Look whether the links are there for people, as the log says."""
    meetings = {meeting["join_url"] for meeting in sandbox.meetings()}
    places = {
        event["location"]
        for person in range(PEOPLE)
        for event in sandbox.google(person, "GET")["items"]
    }
    if len(meetings) != 2 * TIMES or not places <= meetings:
        raise RuntimeError(f"{len(meetings)} meetings, links without: {places - meetings}")


if __name__ == "__main__":
    show(run())

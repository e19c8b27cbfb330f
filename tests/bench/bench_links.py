"""What a hundred links cost at 100 ms per call: `python -m tests.bench.bench_links` prints JSON."""

from __future__ import annotations

import ssl
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import Any

import httpx

from tests.acceptance.processes import Sandbox, google_event, outlook_event
from tests.bench.figures import Figure, document, seconds, show
from tests.bench.spawned import Watched, calls, crowd, polls, watched, writes

PEOPLE, PER_CALENDAR, LATENCY = 5, 10, 100
CALENDARS, LINKS = 2 * PEOPLE, 2 * PEOPLE * PER_CALENDAR
CALLS_PER_LINK = 3
_POLLS_AT_REST = 5


def run() -> dict[str, Any]:
    with crowd(people=PEOPLE, latency=LATENCY) as sandbox:
        _mark(sandbox)
        bare = seconds(lambda: _bare_clients(sandbox))
        before = calls(sandbox)
        with watched(sandbox.config) as daemon:
            return document([*_busy(sandbox, daemon, before, bare), *_at_rest(sandbox)])


def _busy(sandbox: Sandbox, daemon: Watched, before: Counter[str], bare: float) -> list[Figure]:
    ready = daemon.moment("ready")
    all_stand = daemon.moment("link written", count=LINKS)
    _see(sandbox)
    spent = calls(sandbox) - before
    return [
        Figure(
            name=f"{LINKS} links on {CALENDARS} calendars, {LATENCY} ms per call",
            value=all_stand - ready,
            unit="s",
            baseline=bare,
            against=f"{CALENDARS} bare clients at once, each {CALLS_PER_LINK} reads per link",
        ),
        Figure(name="calls per link", value=spent.total() / LINKS, unit="", target=CALLS_PER_LINK),
        Figure(name="writes per link", value=writes(spent) / LINKS, unit="", target=2),
    ]


def _at_rest(sandbox: Sandbox) -> list[Figure]:
    quiet, polled = calls(sandbox), polls(sandbox)
    while polls(sandbox) < polled + _POLLS_AT_REST * CALENDARS:
        sleep(0.5)
    spent, polled = calls(sandbox) - quiet, polls(sandbox) - polled
    return [
        Figure(name="writes in the polls after", value=writes(spent), unit="", target=0),
        Figure(name="calls in the polls after, beside the polls", value=spent.total(), unit=""),
        Figure(name="polls after", value=polled, unit=""),
    ]


def _mark(sandbox: Sandbox) -> None:
    """Let everybody make their marked events, all calendars at once."""

    def fill(person: int, *, outlook: bool) -> None:
        for _ in range(PER_CALENDAR):
            if outlook:
                sandbox.outlook(person, "POST", body=outlook_event(categories=["Zoom"]))
            else:
                sandbox.google(person, "POST", body=google_event(location="zoom"))

    with ThreadPoolExecutor(CALENDARS) as pool:
        done = [pool.submit(fill, p, outlook=o) for p in range(PEOPLE) for o in (False, True)]
    for one in done:
        one.result()


def _see(sandbox: Sandbox) -> None:
    """Look whether every event has a link of its own, as its calendar shows it."""
    state = sandbox.state()
    events = [e for name in ("google", "microsoft") for e in _events(state[name]["calendars"])]
    places = [event.get("location", "") for event in events]
    links = {p["displayName"] if isinstance(p, dict) else p for p in places}
    wanted = {meeting["join_url"] for meeting in state["zoom"]["meetings"]}
    if links != wanted or len(links) != LINKS:
        raise RuntimeError(f"{len(links)} places of {LINKS} events, {len(wanted)} meetings")


def _events(calendars: dict[str, Any]) -> list[dict[str, Any]]:
    return [event for calendar in calendars.values() for event in calendar["events"]]


def _bare_clients(sandbox: Sandbox) -> None:
    """As many calls as the links take, one after the other for each calendar."""
    trust = ssl.create_default_context(cafile=sandbox.address["ca_file"])
    base = sandbox.address["google"]["api_base"]

    def one(calendar: int) -> None:
        token = sandbox.people[calendar % PEOPLE]["google"]["token"]
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(verify=trust, trust_env=False, headers=headers) as client:
            for _ in range(PER_CALENDAR * CALLS_PER_LINK):
                client.get(f"{base}calendars/primary/events?maxResults=1").raise_for_status()

    with ThreadPoolExecutor(CALENDARS) as pool:
        list(pool.map(one, range(CALENDARS)))


if __name__ == "__main__":
    show(run())

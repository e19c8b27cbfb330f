"""Killed at any instant, again and again: one meeting per marked event, and no dead link."""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.processes import Daemon, Sandbox, google_event, outlook_event, until

KILLS = int(os.environ.get("SYNCD_KILLS", "50"))
# Every kill comes with an event, and a host may have 90 meetings a day.
PEOPLE = 2 + KILLS // 50
SEED = int(os.environ.get("SYNCD_KILL_SEED", "1"))


def _marked(sandbox: Sandbox, person: int, kind: str) -> tuple[str, str]:
    if kind == "google":
        made = sandbox.google(person, "POST", body=google_event(location="zoom"))
    else:
        made = sandbox.outlook(person, "POST", body=outlook_event(categories=["Zoom"]))
    return kind, made["id"]


def _location(sandbox: Sandbox, person: int, kind: str, event_id: str) -> str:
    if kind == "google":
        location: str = sandbox.google(person, "GET", event_id).get("location", "")
        return location
    shown: str = sandbox.outlook(person, "GET", event_id)["location"]["displayName"]
    return shown


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """Give a sandbox of enough people, polled every second."""
    made = Sandbox(tmp_path / "sandbox", people=PEOPLE)
    made.set('interval: "2s"', 'interval: "1s"')
    yield made
    made.stop()


def test_killed_again_and_again_every_marked_event_has_exactly_one_meeting(sandbox: Sandbox):
    """Kill the daemon at random moments while people mark, unmark and delete events.

    The moments are drawn from a printed seed, and spread over start, pull, create and link.
    """
    moments = random.Random(SEED)
    marked: list[tuple[int, str, str]] = []
    gone: list[tuple[int, str, str]] = []
    for _ in range(KILLS):
        person, kind = moments.randrange(PEOPLE), moments.choice(("google", "outlook"))
        marked.append((person, *_marked(sandbox, person, kind)))
        if len(marked) > 4 and moments.random() < 0.3:
            victim = marked.pop(moments.randrange(len(marked)))
            _delete(sandbox, victim)
            gone.append(victim)
        daemon = Daemon(sandbox.config)
        if moments.random() < 0.9:
            daemon.ready()
        time.sleep(moments.uniform(0, 0.6))
        daemon.kill()
    daemon = Daemon(sandbox.config).ready()
    try:
        until("every event settled", lambda: _settled(sandbox, marked, len(gone)))
    finally:
        assert daemon.stop() == 0
    meetings = sandbox.meetings()
    locations = [_location(sandbox, *event) for event in marked]
    assert sorted(locations) == sorted(meeting["join_url"] for meeting in meetings), f"seed {SEED}"
    agendas = [meeting["agenda"] for meeting in meetings]
    assert len(set(agendas)) == len(agendas)


def _delete(sandbox: Sandbox, event: tuple[int, str, str]) -> None:
    person, kind, event_id = event
    if kind == "google":
        sandbox.google(person, "DELETE", event_id)
    else:
        sandbox.outlook(person, "DELETE", event_id)


def _settled(
    sandbox: Sandbox, marked: list[tuple[int, str, str]], gone: int
) -> list[dict[str, Any]] | None:
    meetings = sandbox.meetings()
    if len(meetings) != len(marked):
        return None
    linked = all(_location(sandbox, *event).startswith("https://") for event in marked)
    return meetings if linked else None

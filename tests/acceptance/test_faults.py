"""Faults at every call of the daemon: never a second meeting, never a dead link, and back by itself."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.faults import (
    GOOGLE_LIST,
    GOOGLE_PATCH,
    GOOGLE_TOKEN,
    GRAPH_DELTA,
    GRAPH_GET,
    GRAPH_PATCH,
    ZOOM_CREATE,
    ZOOM_DELETE,
    ZOOM_GET,
    ZOOM_LIST,
    ZOOM_TOKEN,
    ZOOM_UPDATE,
    Marked,
    advance,
    calls,
    google_says,
    graph_says,
    links_are_alive,
    spared,
    strike,
    unwell,
    well,
    zoom_says,
)
from tests.acceptance.processes import Daemon, Sandbox, until


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, Daemon]]:
    """Give one sandbox and one daemon to all tests of this file."""
    directory: Path = tmp_path_factory.mktemp("faults")
    sandbox = Sandbox(directory / "sandbox")
    sandbox.set('interval: "2s"', 'interval: "1s"')
    daemon = Daemon(sandbox.config).ready()
    yield sandbox, daemon
    code = daemon.stop()
    sandbox.stop()
    assert code == 0
    assert [r for r in daemon.records() if r["level"] == "ERROR"] == []


@pytest.fixture
def sandbox(shared: tuple[Sandbox, Daemon]) -> Iterator[Sandbox]:
    yield shared[0]
    spared(shared[0])


# What strikes one call once: where, how, and how many creates are sent in all.
PASSING_FAULTS: dict[str, tuple[str, tuple[str, str], str, dict[str, Any], int]] = {
    "create answered with garbage": ("google", ZOOM_CREATE, "garbage", {}, 1),
    "create without answer": ("google", ZOOM_CREATE, "drop_response", {}, 1),
    "create too early": ("outlook", ZOOM_CREATE, "status", {"status": 429}, 2),
    "create told to wait": (
        "google",
        ZOOM_CREATE,
        "status",
        {"status": 429, "headers": {"Retry-After": "2020-01-01T00:00:00Z"}},
        2,
    ),
    "create with an old token": (
        "google",
        ZOOM_CREATE,
        "status",
        zoom_says(401, 124, "Access token is expired."),
        2,
    ),
    "google patch lost": ("google", GOOGLE_PATCH, "drop_request", {}, 1),
    "google patch without answer": ("google", GOOGLE_PATCH, "drop_response", {}, 1),
    "google patch of a former version": (
        "google",
        GOOGLE_PATCH,
        "status",
        google_says(412, "conditionNotMet"),
        1,
    ),
    "graph patch lost": ("outlook", GRAPH_PATCH, "drop_request", {}, 1),
    "graph patch cut short": ("outlook", GRAPH_PATCH, "truncate", {}, 1),
    "graph patch of a former version": (
        "outlook",
        GRAPH_PATCH,
        "status",
        graph_says(412, "ErrorIrresolvableConflict"),
        1,
    ),
    "graph patch 429": ("outlook", GRAPH_PATCH, "status", {"status": 429}, 1),
    "graph get 500": ("outlook", GRAPH_GET, "status", {"status": 500}, 1),
    "google list 410": (
        "google",
        GOOGLE_LIST,
        "status",
        google_says(410, "fullSyncRequired"),
        1,
    ),
    "google list garbage": ("google", GOOGLE_LIST, "garbage", {}, 1),
    "graph delta 410": ("outlook", GRAPH_DELTA, "status", graph_says(410, "SyncStateNotFound"), 1),
    "graph delta cut short": ("outlook", GRAPH_DELTA, "truncate", {}, 1),
}


@pytest.mark.parametrize("name", PASSING_FAULTS)
def test_one_fault_is_got_over(sandbox: Sandbox, name: str):
    app, where, kind, more, creates = PASSING_FAULTS[name]
    before, sent = len(sandbox.meetings()), calls(sandbox)[ZOOM_CREATE]
    strike(sandbox, where, kind, **more)
    event = Marked(sandbox, 0, app)
    links_are_alive(sandbox, event)
    assert len(sandbox.meetings()) == before + 1
    assert calls(sandbox)[ZOOM_CREATE] - sent == creates


def test_creates_with_no_certain_answer_and_a_frozen_daemon_make_one_meeting_per_event(
    shared: tuple[Sandbox, Daemon], sandbox: Sandbox
):
    before, sent = len(sandbox.meetings()), calls(sandbox)[ZOOM_CREATE]
    strike(sandbox, ZOOM_CREATE, "drop_request")
    strike(sandbox, ZOOM_CREATE, status=500)
    # Longer than a request may take: it happens when nobody waits for it any more.
    strike(sandbox, ZOOM_CREATE, "delay", delay_ms=12_000)
    strike(sandbox, ZOOM_LIST, status=503, count=2)
    events = [Marked(sandbox, person, app) for person in (0, 1) for app in ("google", "outlook")]
    until("all are under way", lambda: calls(sandbox)[ZOOM_CREATE] >= sent + 4 or None)
    shared[1].signal(signal.SIGSTOP)
    # Longer than a lease lasts, by the clock of the machine.
    time.sleep(15.5)
    shared[1].signal(signal.SIGCONT)
    links_are_alive(sandbox, *events)
    assert len(sandbox.meetings()) == before + 4
    # The two that had no effect were sent again.
    assert calls(sandbox)[ZOOM_CREATE] - sent == 6


def test_a_meeting_zoom_denies_once_is_kept_and_a_delete_that_fails_is_done_in_the_end(
    sandbox: Sandbox,
):
    gone: dict[str, Any] = zoom_says(404, 3001, "Meeting does not exist: 1.")
    old, unwanted = Marked(sandbox, 0, "google"), Marked(sandbox, 1, "outlook")
    link, unwanted_link = old.link(), unwanted.link()
    before = len(sandbox.meetings())
    strike(sandbox, ZOOM_UPDATE, **gone)
    strike(sandbox, ZOOM_DELETE, "drop_response")
    strike(sandbox, ZOOM_DELETE, status=500, count=3)
    old.rename("Renamed")
    unwanted.delete()

    def followed() -> bool | None:
        meetings = sandbox.meetings()
        is_renamed = "Renamed" in {meeting["topic"] for meeting in meetings}
        is_deleted = unwanted_link not in {meeting["join_url"] for meeting in meetings}
        return (is_renamed and is_deleted) or None

    until("the meetings followed", followed)
    assert old.location() == link
    assert len(sandbox.meetings()) == before - 1


def test_a_meeting_zoom_does_not_know_yet_is_not_made_twice(sandbox: Sandbox):
    before = len(sandbox.meetings())
    strike(sandbox, GOOGLE_PATCH, **google_says(412, "conditionNotMet"))
    strike(sandbox, ZOOM_GET, **zoom_says(404, 3001, "Meeting does not exist: 1."))
    links_are_alive(sandbox, Marked(sandbox, 1, "google"))
    assert len(sandbox.meetings()) == before + 1


GOOGLE_REFUSES = {"error": "unauthorized_client", "error_description": "Client is unauthorized."}
ZOOM_REFUSES = {"reason": "Invalid client_id or client_secret", "error": "invalid_client"}


def test_lost_accounts_say_so_while_others_go_on_and_come_back_by_themselves(sandbox: Sandbox):
    before = len(sandbox.meetings())
    strike(sandbox, GOOGLE_TOKEN, status=401, body=GOOGLE_REFUSES, count=1000)
    advance(sandbox, 3700)
    lost, other = Marked(sandbox, 0, "google"), Marked(sandbox, 0, "outlook")
    links_are_alive(sandbox, other)
    strike(sandbox, ZOOM_TOKEN, status=401, body=ZOOM_REFUSES, count=1000)
    advance(sandbox, 3700)
    waits = Marked(sandbox, 1, "outlook")

    def told() -> dict[str, Any] | None:
        said = unwell(sandbox)
        return said if {waits.event_id, "google:ana@example.com"} <= said.keys() else None

    said = until("both are told", told)
    google = said["google:ana@example.com"]
    assert google["state"] == "needs_reconnect"
    assert "Domain-wide delegation" in google["remedy"]
    assert said["google:ana@example.com/primary"]["problem"] == google["reason"]
    assert said[waits.event_id]["code"] == "zoom_auth"
    assert said[waits.event_id]["next_try"]
    (zoom,) = (line for name, line in said.items() if name.startswith("zoom:"))
    assert zoom["state"] == "needs_reconnect"
    assert "client_secret" in zoom["remedy"]
    assert not [name for name in said if name.startswith("microsoft:")]
    spared(sandbox)
    links_are_alive(sandbox, lost, other, waits)
    assert len(sandbox.meetings()) == before + 3
    well(sandbox)


def test_tokens_and_cursors_that_expired_cost_no_link_and_make_no_second_one(sandbox: Sandbox):
    before = sorted(meeting["id"] for meeting in sandbox.meetings())
    advance(sandbox, 8 * 86_400)
    events = [Marked(sandbox, 1, app) for app in ("google", "outlook")]
    links_are_alive(sandbox, *events)
    after = sorted(meeting["id"] for meeting in sandbox.meetings())
    assert set(before) < set(after)
    assert len(after) == len(before) + 2


def test_a_provider_that_hangs_stops_neither_another_nor_the_end_of_the_daemon(sandbox: Sandbox):
    """The last of this file: the daemon is told to end while its calls hang."""
    strike(sandbox, GRAPH_DELTA, "delay", delay_ms=30_000, count=1000)
    hanging = calls(sandbox)[GRAPH_DELTA]
    until("a call hangs", lambda: calls(sandbox)[GRAPH_DELTA] > hanging or None)
    links_are_alive(sandbox, Marked(sandbox, 0, "google"), Marked(sandbox, 1, "google"))

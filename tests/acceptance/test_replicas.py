"""Two daemons on one PostgreSQL: they share the work, one takes over from the other, nothing is doubled."""

from __future__ import annotations

import json
import re
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.processes import Daemon, Sandbox, google_event, outlook_event, syncd, until
from tests.postgres import Server, postgres  # noqa: F401 - a fixture

PEOPLE = 6
LEASE, TAKEN_WITHIN, BACK_WITHIN = 15.0, 5.0, 10.0
Event = tuple[int, str, str]


class Pair:
    """Two daemons, each with a configuration file of its own, on one database."""

    def __init__(self, sandbox: Sandbox, server: Server, folder: Path) -> None:
        self.sandbox = sandbox
        self.server = server
        self.database = server.new_database()
        text = re.sub(
            r"database: .*", f'database: "{server.url(self.database)}"', sandbox.config.read_text()
        )
        self.configs = [folder / name / "syncd.yaml" for name in ("one", "two")]
        for config in self.configs:
            config.parent.mkdir()
            config.write_text(text)
        self.daemons = [daemon.ready() for daemon in [Daemon(config) for config in self.configs]]
        self.marked: list[Event] = []

    def mark(self, number: int, **fields: Any) -> list[Event]:
        """Let people mark so many events at once, in all calendars in turn."""

        def one(place: int) -> Event:
            person, is_google = place % PEOPLE, place // PEOPLE % 2 == 0
            if is_google:
                made = self.sandbox.google(
                    person, "POST", body=google_event(location="zoom", **fields)
                )
                return person, "google", made["id"]
            made = self.sandbox.outlook(person, "POST", body=outlook_event(categories=["Zoom"]))
            return person, "outlook", made["id"]

        with ThreadPoolExecutor(8) as pool:
            new = list(pool.map(one, range(number)))
        self.marked += new
        return new

    def location(self, event: Event) -> str:
        person, kind, event_id = event
        if kind == "google":
            shown: str = self.sandbox.google(person, "GET", event_id).get("location", "")
            return shown
        place: str = self.sandbox.outlook(person, "GET", event_id)["location"]["displayName"]
        return place

    def all_linked(self, events: list[Event]) -> bool | None:
        return all(self.location(event).startswith("https://") for event in events) or None

    def see_each_linked_once(self) -> None:
        """See that every event marked so far shows a meeting of its own, and no other meeting lives."""
        until("all are linked", lambda: self.all_linked(self.marked))
        wanted = sorted(self.location(event) for event in self.marked)
        until("none lives beside them", lambda: self._living() == wanted or None)
        assert len(set(wanted)) == len(self.marked)

    def _living(self) -> list[str]:
        return sorted(meeting["join_url"] for meeting in self.sandbox.meetings())

    def held_by(self, daemon: Daemon) -> int:
        """Count the calendars that the database says are leased to a process."""
        pattern = f"%:{daemon.process.pid}:%"
        held = f"SELECT count(*) FROM calendar WHERE lease_holder LIKE '{pattern}'"
        ((count,),) = self.server.sql(held, self.database)
        return int(count)

    def have_all_said(self, message: str) -> bool | None:
        return all(message in daemon.messages() for daemon in self.daemons) or None

    def created(self, daemon: Daemon) -> int:
        return daemon.messages().count("meeting created")


@pytest.fixture(scope="module")
def pair(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:  # noqa: F811
    folder = tmp_path_factory.mktemp("replicas")
    sandbox = Sandbox(folder / "sandbox", people=PEOPLE, latency=20)
    made = Pair(sandbox, postgres, folder)
    yield made
    assert [daemon.stop() for daemon in made.daemons] == [0, 0]
    sandbox.stop()


def test_two_share_the_work_and_lose_nothing_when_connections_are_cut(pair: Pair):
    cuts: list[int] = []

    def cut() -> None:
        while len(cuts) < 20:
            ended = pair.server.cut_connections(pair.database)
            cuts.extend([1] * ended)
            time.sleep(0.15)

    cutting = threading.Thread(target=cut)
    pair.mark(24)
    cutting.start()
    pair.mark(12)
    cutting.join()
    pair.see_each_linked_once()

    assert len(cuts) >= 20
    shares = [pair.created(daemon) for daemon in pair.daemons]
    assert min(shares) >= 3, shares


def test_an_admin_asks_and_checks_beside_them(pair: Pair):
    config = ("--json", "--config", str(pair.configs[0]))
    asked = ("links", "plan", "db check", f"explain {pair.marked[0][2]}")
    with ThreadPoolExecutor(2) as pool:
        told = dict(
            zip(asked, pool.map(lambda words: syncd(*words.split(), *config), asked), strict=True)
        )

    assert len(json.loads(told["links"])) == len(pair.marked)
    assert json.loads(told["plan"])["actions"] == []
    assert json.loads(told["db check"])["problems"] == []
    assert str(pair.server.folder) not in "".join(told.values())


def test_a_server_that_restarts_while_links_are_made_costs_no_link(pair: Pair):
    pair.mark(30)
    until("some are linked", lambda: len(pair._living()) > len(pair.marked) - 25 or None)
    pair.server.stop()
    until("it is told", lambda: pair.have_all_said("database unusable"))
    pair.server.start()
    began = time.monotonic()
    fresh = pair.mark(4)
    until("work goes on", lambda: pair.all_linked(fresh))
    # One of them may have linked all.
    until("both are back", lambda: pair.have_all_said("database usable again"))

    assert time.monotonic() - began < BACK_WITHIN
    pair.see_each_linked_once()


def test_a_daemon_that_stood_still_past_its_lease_makes_no_second_meeting(pair: Pair):
    one, other = pair.daemons
    pair.sandbox.fault(
        provider="zoom",
        operation="POST /users/{userId}/meetings",
        kind="delay",
        delay_ms=1500,
        count=12,
    )
    pair.mark(12)
    until("it works on some", lambda: pair.held_by(one) or None)
    one.signal(signal.SIGSTOP)
    try:
        stopped = time.monotonic()
        until("the other has all", lambda: pair.held_by(one) == 0 or None)
        assert time.monotonic() - stopped < LEASE + TAKEN_WITHIN
        until("all are linked", lambda: pair.all_linked(pair.marked))
    finally:
        one.signal(signal.SIGCONT)
    pair.see_each_linked_once()
    assert other.process.poll() is None


def test_a_daemon_that_is_killed_is_replaced_by_the_other(pair: Pair):
    one, other = pair.daemons
    pair.mark(24)
    until("it works on some", lambda: pair.held_by(other) or None)
    other.kill()
    killed = time.monotonic()
    until("the other has all", lambda: pair.held_by(other) == 0 or None)
    assert time.monotonic() - killed < LEASE + TAKEN_WITHIN
    pair.see_each_linked_once()

    pair.daemons[1] = Daemon(pair.configs[1]).ready()
    assert one.process.poll() is None

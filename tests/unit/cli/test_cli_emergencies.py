"""`syncd panic`, `undo`, `sessions` and `audit`, as they are typed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from syncd.bootstrap import ask, process
from syncd.cli.errors import Failed
from syncd.cli.main import cli
from syncd.core.ids import Provider
from syncd.services.sessions import begin
from tests.fakes.stage import ANA, BO
from tests.unit.services.served import Served

Run = Callable[..., Result]


@pytest.fixture
def served() -> Iterator[Served]:
    made = Served()
    asyncio.run(made.stage.prepare())
    yield made
    made.stage.close()


@pytest.fixture
def run(served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    def answered(_: Path, question: Callable[[Any], Any]) -> Any:
        return asyncio.run(question(served.deps))

    monkeypatch.setattr(ask, "ask", answered)
    monkeypatch.setattr(process, "beside", answered)
    return lambda *words: CliRunner().invoke(cli, [*words, "--config", str(tmp_path)])


@pytest.fixture
def linked(served: Served) -> str:
    event = served.calendars.add(ANA, location="zoom")
    asyncio.run(served.stage.work(seconds=60))
    return event.ref.event_id


def test_panic_and_off(run):
    assert run("panic").output == (
        "all writes are stopped since 2026-12-01 09:00:00 UTC by admin\n"
    )
    assert json.loads(run("panic", "--json").output)["is_set"] is True
    assert run("panic", "--off").output == "writes go on\n"
    assert json.loads(run("panic", "--off", "--json").output) == {
        "is_set": False,
        "since": None,
        "who": "",
    }


@pytest.mark.parametrize("since", ["2026-12-01T09:00Z", "2026-12-01T10:00+01:00", "2026-12-01"])
def test_undo_shows_first(run, linked, since):
    told = json.loads(run("undo", "--since", since, "--json").output)
    assert [line["event"] for line in told["events"]] == [linked]
    assert told["is_done"] is False
    assert "nothing was done; --yes takes them out" in run("undo", "--since", since).output
    done = json.loads(run("undo", "--since", since, "--yes", "--json").output)
    assert done["is_done"] is True


@pytest.mark.parametrize("words", [(), ("--since", "yesterday"), ("--since", "")])
def test_undo_needs_a_time(run, words):
    assert run("undo", *words).exit_code == 2


def test_sessions_of_one_or_of_all(run, served):
    for name, person in (("a", ANA.owner), ("b", BO.owner)):
        asyncio.run(begin(served.deps, name, person=person, provider=Provider.GOOGLE))
    assert run("sessions", "revoke", "--person", "Ana@example.com").output == (
        "1 sessions of ana@example.com were ended\n"
    )
    done = json.loads(run("sessions", "revoke", "--all", "--json").output)
    assert done == {"count": 1, "person": ""}
    assert run("sessions", "revoke").exit_code == 2
    assert run("sessions", "revoke", "--all", "--person", ANA.owner).exit_code == 2


def test_the_log_is_listed_and_checked(run, served, linked):
    rows = json.loads(run("audit", "list", "--json").output)["rows"]
    assert [row["entry"]["what"] for row in rows] == ["link.written", "meeting.created"]
    assert [row["number"] for row in rows] == [2, 1]
    assert "meeting.created" in run("audit", "list", "--limit", "1", "--before", "2").output
    assert run("audit", "verify").output == "2 rows, and the chain holds\n"

    def forge(connection: Any) -> None:
        connection.exec_driver_sql("UPDATE audit_entry SET who = 'eve' WHERE number = 2")

    served.stage.store._database.transact(forge)
    result = run("audit", "verify", "--json")
    assert json.loads(result.stdout)["broken_at"] == 2
    assert isinstance(result.exception, Failed)
    assert "altered at row 2" in str(result.exception)

"""Plan, read, apply, as an admin does it: with a daemon that leaves old events alone, and without."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.household import ANA, BO, CEM, DANA, EVA, Household, household
from tests.acceptance.processes import Sandbox, syncd, until


def left_alone(sandbox: Sandbox) -> None:
    sandbox.set('hold_off: "5s"', 'hold_off: "5s"\n  backfill: false')


@pytest.fixture(scope="module")
def old() -> dict[int, str]:
    """The events that were marked before the daemon came, by person."""
    return {}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, old: dict[int, str]) -> Iterator[Household]:
    def before(sandbox: Sandbox) -> None:
        left_alone(sandbox)
        early = Household(sandbox, "google")
        guests = [{"email": "guest@else.example"}]
        for person in (ANA, BO, CEM, DANA, EVA):
            old[person] = early.add(person, location="zoom", attendees=guests)

    with household(tmp_path_factory.mktemp("apply"), "google", before) as made:
        yield made


def applied(home: Household, plan: Path, code: int = 0) -> list[dict[str, Any]]:
    said = syncd("apply", "--from", str(plan), "--json", "--config", config(home), code=code)
    document, _ = json.JSONDecoder().raw_decode(said[said.index("{") :])
    events: list[dict[str, Any]] = document["events"]
    return events


def config(home: Household) -> str:
    return str(home.sandbox.config)


def planned(home: Household, plan: Path, *words: str) -> dict[str, Any]:
    syncd("plan", "--backfill", *words, "--out", str(plan), "--config", config(home))
    document: dict[str, Any] = json.loads(plan.read_text())
    return document


def test_old_events_are_told_and_left_alone(home: Household, old: dict[int, str]):
    told = until(
        "all of them wait", lambda: lines if len(lines := home.waiting()) == len(old) else None
    )
    assert {line["code"] for line in told.values()} == {"marked_before"}
    assert json.loads(syncd("plan", "--json", "--config", config(home)))["actions"] == []
    fresh = home.add(ANA, location="zoom")
    until("a new event has its link", lambda: home.seen(ANA, fresh).link)
    assert [home.seen(person, event).link for person, event in old.items()] == [None] * len(old)


def test_a_plan_is_carried_out_while_the_daemon_runs(
    home: Household, old: dict[int, str], tmp_path: Path
):
    path = tmp_path / "plan.json"
    plan = planned(home, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {action["event"] for action in plan["actions"]} >= {old[ANA], old[BO]}
    mine = (old[ANA], old[BO])
    plan["actions"] = [action for action in plan["actions"] if action["event"] in mine]
    path.write_text(json.dumps(plan))
    home.edit(BO, old[BO], summary="Changed meanwhile", location="zoom")

    ana, bo = sorted(applied(home, path, code=1), key=lambda one: mine.index(one["event"]))

    assert (ana["result"], [one["kind"] for one in ana["made"]]) == (
        "done",
        ["create_meeting", "write_link"],
    )
    assert home.seen(ANA, old[ANA]).link
    assert bo["result"] == "refused"
    assert "changed since" in bo["reason"]
    until("it acts as usual, since it was changed", lambda: home.seen(BO, old[BO]).link)
    assert home.seen(CEM, old[CEM]).link is None


def test_the_same_plan_again_is_refused(home: Household, old: dict[int, str], tmp_path: Path):
    path = tmp_path / "plan.json"
    plan = planned(home, path)
    plan["actions"] = [action for action in plan["actions"] if action["event"] == old[CEM]]
    path.write_text(json.dumps(plan))
    (first,) = applied(home, path)
    assert first["result"] == "done"
    writes = len(home.mails(old[CEM]))
    (second,) = applied(home, path, code=1)
    assert (second["result"], second["made"]) == ("refused", [])
    assert len(home.mails(old[CEM])) == writes


def test_a_date_leaves_out_what_starts_earlier(home: Household, tmp_path: Path):
    assert planned(home, tmp_path / "plan.json", "--from", "2099-01-01")["actions"] == []
    syncd("plan", "--from", "2099-01-01", "--config", config(home), code=2)
    syncd("plan", "--backfill", "--from", "soon", "--config", config(home), code=2)


def test_a_file_that_is_no_plan_is_refused(home: Household, tmp_path: Path):
    path = tmp_path / "plan.json"
    path.write_text('{"actions": []}')
    said = syncd("apply", "--from", str(path), "--config", config(home), code=1)
    assert "`format` is not 1" in said
    assert (
        "no such file"
        in syncd(
            "apply", "--from", str(tmp_path / "none"), "--config", config(home), code=1
        ).lower()
    )


def test_a_plan_is_carried_out_without_a_daemon(
    home: Household, old: dict[int, str], tmp_path: Path
):
    home.daemon.stop()
    path = tmp_path / "plan.json"
    plan = planned(home, path)
    plan["actions"] = [action for action in plan["actions"] if action["event"] == old[DANA]]
    path.write_text(json.dumps(plan))
    said = syncd("apply", "--from", str(path), "--config", config(home))
    assert "done" in said
    assert home.seen(DANA, old[DANA]).link
    assert home.seen(EVA, old[EVA]).link is None
    syncd("sync", "--config", config(home))
    assert home.seen(EVA, old[EVA]).link is None
    assert len([m for m in home.sandbox.meetings() if m]) == 5

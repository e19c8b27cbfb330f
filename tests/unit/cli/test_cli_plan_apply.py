"""`syncd plan` and `syncd apply` as they are typed: what they print, write and refuse."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from syncd.bootstrap import ask, process
from syncd.cli.errors import Failed
from syncd.cli.main import cli
from syncd.services.apply.carry import Applied, AppliedEvent, Made
from syncd.services.apply.plan_file import read_plan
from syncd.services.preview import PlannedAction, Preview, Stop, Trouble, Unfinished

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ANA = "google:ana@example.com/primary"
CREATE = PlannedAction(
    "create_meeting", ANA, "ev1", "a tag: '#zoom\udc80'", 0, None, "ev1", '"1"', "0" * 64
)
WRITE = PlannedAction("write_link", ANA, "ev1", "the link", 2, NOW, "ev1", '"1"', "0" * 64)


def preview(**changes: Any) -> Preview:
    plain: dict[str, Any] = {
        "format": 1,
        "instance": "abcdefghij",
        "made_at": NOW,
        "backfill": False,
        "since": None,
        "actions": (CREATE, WRITE),
        "problems": (),
        "unfinished": (),
        "stopped": (),
    }
    return Preview(**(plain | changes))


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--config", "syncd.yaml"])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Remember how the service was asked; it answers with one planned event."""
    found: list[dict[str, Any]] = []

    def answered(config_path: Path, question: partial[Any]) -> Preview:
        found.append(question.keywords)
        return preview()

    monkeypatch.setattr(ask, "ask", answered)
    return found


def test_a_date_is_midnight_utc(asked):
    assert run("plan").exit_code == 0
    assert run("plan", "--backfill", "--from", "2026-11-24").exit_code == 0
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    assert asked == [
        {"backfill": False, "since": None},
        {"backfill": True, "since": midnight},
    ]


@pytest.mark.parametrize("words", [("--from", "2026-11-24"), ("--backfill", "--from", "soon")])
def test_a_date_alone_or_none_at_all_is_wrong_usage(asked, words):
    assert run("plan", *words).exit_code == 2
    assert asked == []


def test_a_plan_that_is_written_can_be_read_back(asked, tmp_path):
    path = tmp_path / "plan.json"
    assert run("plan", "--out", str(path)).exit_code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (order,) = read_plan(path.read_bytes(), instance="abcdefghij")
    assert order.shown == ((CREATE.reason, 0), (WRITE.reason, 2))


def test_everything_is_shown_to_people(monkeypatch):
    told = preview(
        actions=(WRITE,),
        problems=(Trouble(ANA, "ev2", "it has no start"),),
        unfinished=(Unfinished(ANA, "ev3", "create", NOW, "not known"),),
        stopped=(Stop("google:ana@example.com", "21 of 21 links", "Run `syncd resume`."),),
    )
    monkeypatch.setattr(ask, "ask", lambda *_: told)
    result = run("plan")
    assert isinstance(result.exception, Failed)
    for words in ("2026-11-20 09:00:00Z", "it has no start", "not known", "21 of 21", "resume"):
        assert words in result.output


@pytest.mark.parametrize("is_json", [True, False])
def test_apply_tells_of_every_event_and_fails_when_one_was_refused(monkeypatch, tmp_path, is_json):
    path = tmp_path / "plan.json"
    path.write_bytes(b"{}")
    contents: list[bytes] = []
    done = AppliedEvent(ANA, "ev1", "done", "all", (Made("ev1", "write_link"),))
    refused = AppliedEvent(ANA, "ev2", "refused", "it was changed", ())

    def worked(config_path: Path, work: partial[Any]) -> Applied:
        contents.append(work.keywords["content"])
        return Applied(False, (done, refused))

    monkeypatch.setattr(process, "beside", worked)
    words = ("--json",) if is_json else ()
    result = run("apply", "--from", str(path), *words)
    assert isinstance(result.exception, Failed)
    assert contents == [b"{}"]
    if is_json:
        assert [one["result"] for one in json.loads(result.output)["events"]] == ["done", "refused"]
    else:
        assert "write_link" in result.output
        assert "it was changed" in result.output


def test_apply_needs_a_plan():
    assert run("apply").exit_code == 2

"""`syncd choose` as it is typed: what it asks for, what it prints, what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from syncd.bootstrap import ask
from syncd.cli.main import cli
from syncd.services.choose import Chosen, choose

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Return a function that runs the command; the service answers as if it had done it."""

    def answered(config_path: Path, question: partial[Any]) -> Chosen:
        assert (config_path, question.func) == (tmp_path, choose)
        return Chosen("google:ana@example.com/primary", **renamed(**question.keywords))

    def renamed(*, wanted: str, choice: str) -> dict[str, str]:
        return {"event": wanted, "choice": choice}

    monkeypatch.setattr(ask, "ask", answered)
    return lambda *words: CliRunner().invoke(cli, ["choose", *words, "--config", str(tmp_path)])


@pytest.mark.parametrize("choice", ["zoom", "google_meet", "teams", "none", "auto"])
def test_the_answer_is_three_fields(run: Run, choice: str):
    result = run("ev1", choice, "--json")
    assert result.exit_code == 0
    assert json.loads(result.output) == {
        "calendar": "google:ana@example.com/primary",
        "event": "ev1",
        "choice": choice,
    }


def test_people_read_one_line(run: Run):
    place = "google:ana@example.com/primary/ev1"
    assert run("ev1", "zoom").output == f"{place}: zoom\n"
    assert run("ev1", "auto").output == f"{place}: its flags and the rules decide\n"


@pytest.mark.parametrize("words", [("ev1",), ("ev1", "webex"), ("ev1", "zoom", "more")])
def test_other_words_are_wrong_usage(run: Run, words: tuple[str, ...]):
    assert run(*words).exit_code == 2

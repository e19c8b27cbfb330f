"""`syncd explain` as people read it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from syncd.bootstrap import ask
from syncd.cli.main import cli
from syncd.services.explain import Explanation


@pytest.mark.parametrize(
    ("reason", "remedy", "line"),
    [
        ("it is a draft", "Send it.", "it is a draft. Send it."),
        ("Zoom: no such user.", "Map her.", "Zoom: no such user. Map her."),
        ("it is a draft", "", "it is a draft"),
    ],
)
def test_reason_and_remedy_are_sentences(
    monkeypatch: pytest.MonkeyPatch, reason: str, remedy: str, line: str
):
    def answered(_config_path: Path, question: partial[Any]) -> Explanation:
        return Explanation(
            calendar="google:ana@example.com/primary",
            event=question.keywords["wanted"],
            exists=True,
            wants="refused",
            conference=None,
            code="draft",
            reason=reason,
            remedy=remedy,
            state="unbound",
            meeting_id=None,
            rules=(),
            plan=(),
        )

    monkeypatch.setattr(ask, "ask", answered)
    said = CliRunner().invoke(cli, ["explain", "ev1", "--config", "syncd.yaml"]).output
    assert said.splitlines()[:3] == [
        "google:ana@example.com/primary/ev1",
        f"wants a link: refused: {line}",
        "state: unbound",
    ]

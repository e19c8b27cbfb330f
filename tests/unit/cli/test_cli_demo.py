"""What `syncd demo --once` prints, and how it ends; the story itself is played in acceptance."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from syncd.cli.errors import Failed
from syncd.cli.main import cli
from syncd.sandbox.demo import play
from syncd.sandbox.demo.play import EventLine, MeetingLine, Shown
from syncd.sandbox.demo.story import StoryBroken, Told

LINK = "https://us05web.zoom.us/j/12345678901?pwd=secret.1"


def line(**fields) -> EventLine:
    usual = {
        "person": "Ana",
        "app": "Google",
        "marked_by": "the word",
        "title": "Talk #zoom",
        "location_before": "zoom",
        "title_after": "Talk",
        "location_after": LINK,
        "link": LINK,
        "text_before": "",
        "text_after": "one\ntwo",
        "mails": {"invited": 1, "updated": 2},
    }
    return EventLine(**{**usual, **fields})


def meeting(**fields) -> MeetingLine:
    usual = {
        "id": 12345678901,
        "host": "ana@example.com",
        "topic": "Talk",
        "start": "2026-12-01T09:00:00Z",
        "minutes": 30,
        "state": "scheduled",
    }
    return MeetingLine(**{**usual, **fields})


def printed(monkeypatch: pytest.MonkeyPatch, shown: Shown | None, *words: str) -> tuple[int, str]:
    """Run the command on a story that has these lines, or on one that is broken."""

    async def played(_directory: Path, tell: Callable[[Told], None]) -> Shown:
        tell(Told("linked", "Ana", "Google", "Talk #zoom", "us05web.zoom.us/j/1", 0.5))
        if shown is None:
            raise StoryBroken("'Talk': gets a link: not within 25 seconds")
        return shown

    monkeypatch.setattr(play, "play", played)
    done = CliRunner().invoke(cli, ["demo", "--once", *words])
    refusal = done.exception if isinstance(done.exception, Failed) else ""
    return done.exit_code, f"{done.output}{refusal}"


def shown(*events: EventLine, writes: int = 0) -> Shown:
    meetings = (meeting(), meeting(start=None, state="deleted"))
    return Shown(steps=(), events=events, zoom=meetings, writes_at_rest=writes)


def test_each_step_is_one_line_and_each_event_one_row(monkeypatch):
    rows = shown(
        line(),
        line(title_after=None, location_after=None, link=None, text_after=None),
        line(location_before="", location_after="", link="https://meet.google.com/abc-defg-hij"),
        line(link="https://teams.microsoft.com/l/meetup-join/19%3a/0?context=x", mails={}),
    )
    code, text = printed(monkeypatch, rows)
    lines = text.splitlines()
    assert code == 0
    assert (
        "  0.5 s  linked       Ana (Google)    Talk #zoom             us05web.zoom.us/j/1" in lines
    )
    ana, renamed, mails = "Ana (Google)", "Talk #zoom -> Talk", "1 invited, 2 updated"
    tables = [tuple(line.split("\t")) for line in lines if "\t" in line]
    assert tables == [
        (ana, renamed, "the word", "zoom -> the link", "Zoom 12345678901", mails),
        (ana, "Talk #zoom", "the word", "deleted", "-", mails),
        (ana, renamed, "the word", "none", "Meet abc-defg-hij", mails),
        (ana, renamed, "the word", f"zoom -> {LINK}", "Teams", ""),
        ("12345678901", "ana", "Talk", "12-01 09:00", "30", "scheduled"),
        ("12345678901", "ana", "Talk", "no fixed time", "30", "deleted"),
    ]
    assert lines[-4:-2] == ["    one", "    two"]


def test_a_broken_promise_is_a_failure_that_says_which(monkeypatch):
    code, text = printed(monkeypatch, None)
    assert code == 1
    assert "the demonstration failed: 'Talk': gets a link: not within 25 seconds" in text


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_writes_with_nothing_to_do_are_a_failure(monkeypatch, words):
    code, text = printed(monkeypatch, shown(line(), writes=3), *words)
    assert code == 1
    assert "3 writes were made with nothing to do" in text

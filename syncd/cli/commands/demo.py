"""`syncd demo`."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from syncd.cli.errors import Failed
from syncd.cli.options import json_option
from syncd.cli.output import as_json, say, table

if TYPE_CHECKING:
    from syncd.sandbox.demo.play import EventLine, Shown
    from syncd.sandbox.demo.story import Told


@click.command()
@click.option("--once", is_flag=True, help="Play the story and end, instead of staying up.")
@json_option
def command(*, once: bool, is_json: bool) -> None:
    """Show what syncd does, on this machine alone: a sandbox, the daemon, and four people.

    With --once events are marked in every way and get their links; then they are moved, copied,
    switched to Meet and Teams, unmarked and deleted, and everything ends. Without it sandbox,
    daemon and pages stay up to play with.
    """
    with tempfile.TemporaryDirectory(prefix="syncd-demo-") as folder:
        if once:
            _once(Path(folder), is_json=is_json)
        else:
            _stay(Path(folder), is_json=is_json)


def _once(folder: Path, *, is_json: bool) -> None:
    from syncd.sandbox.demo.play import play
    from syncd.sandbox.demo.story import StoryBroken

    try:
        with _telling(quiet=is_json) as tell:
            shown = asyncio.run(play(folder, tell))
    except StoryBroken as error:
        raise Failed(f"the demonstration failed: {error}") from error
    if is_json:
        say(as_json(shown))
    else:
        _show(shown)
    if shown.writes_at_rest:
        raise Failed(f"{shown.writes_at_rest} writes were made with nothing to do")


def _stay(folder: Path, *, is_json: bool) -> None:
    from syncd.sandbox.demo.play import stay

    def announce(address_file: Path, pages: str) -> None:
        if is_json:
            say(as_json({"sandbox": str(address_file), "pages": pages}))
            return
        say(f"Sandbox and daemon are up; addresses and tokens are in {address_file}.")
        say(
            f"The pages are at {pages} (its certificate is the sandbox's own: let the browser pass)."
        )
        say("Mark an event there, or with a person's token, and watch it. Ctrl-C ends all.")

    asyncio.run(stay(folder, announce))
    # It ends by a signal alone, and whoever waits for it is to know.
    raise KeyboardInterrupt


@contextmanager
def _telling(*, quiet: bool) -> Iterator[Callable[[Told], None]]:
    """Give what tells of each step: lines that stay, above a sign of life on a terminal."""
    if quiet:
        yield lambda _: None
        return
    say("Four people mark events; syncd gives them Zoom links. Everything happens on this machine.")
    say("The seconds are those since a person did it; edits and removals rest for 5 of them first.")
    if not sys.stdout.isatty():
        yield lambda told: say(_line(told))
        return
    from rich.console import Console

    console = Console()
    with console.status("The calendars are polled every second ..."):
        yield lambda told: console.print(_line(told), highlight=False, markup=False, soft_wrap=True)


def _line(told: Told) -> str:
    who = f"{told.person} ({told.app})"
    return f"{told.seconds:5.1f} s  {told.step:<11}  {who:<14}  {told.title:<21}  {told.what}"


def _show(shown: Shown) -> None:
    table(
        "the events, as guests see them",
        ("who", "event", "marked by", "location", "link", "mails to its guest"),
        (
            (
                f"{e.person} ({e.app})",
                _became(e.title, e.title_after or e.title),
                e.marked_by,
                _became(e.location_before or "none", _place(e)),
                _conference(e.link),
                ", ".join(f"{number} {reason}" for reason, number in e.mails.items()),
            )
            for e in shown.events
        ),
    )
    table(
        "the meetings at Zoom",
        ("meeting", "host", "topic", "start (UTC)", "minutes", "state"),
        (
            (
                m.id,
                m.host.partition("@")[0],
                m.topic,
                m.start[5:16].replace("T", " ") if m.start else "no fixed time",
                m.minutes,
                m.state,
            )
            for m in shown.zoom
        ),
    )
    first = shown.events[0]
    say(f"What the guests of {first.title!r} read in its description now:")
    for line in (first.text_after or "").splitlines():
        say(f"    {line}")
    say("Every Zoom link above leads to a meeting, and every meeting has its one event.")
    say(f"Writes while nothing changed: {shown.writes_at_rest}")


def _place(event: EventLine) -> str | None:
    if event.title_after is None:
        return None
    if event.link is not None and event.location_after == event.link:
        return "the link"
    return event.location_after or "none"


def _conference(link: str | None) -> str:
    """Name a conference by its kind and by the id that its link ends in; Teams' are too long."""
    if link is None:
        return "-"
    end = link.partition("?")[0].rpartition("/")[2]
    if "/j/" in link:
        return f"Zoom {end}"
    return f"Meet {end}" if "meet.google.com" in link else "Teams"


def _became(before: str, after: str | None) -> str:
    if after is None:
        return "deleted"
    return before if before == after else f"{before} -> {after}"

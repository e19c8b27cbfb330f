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
    from syncd.sandbox.demo.play import Shown
    from syncd.sandbox.demo.story import Told


@click.command()
@click.option("--once", is_flag=True, help="Play the story and end, instead of staying up.")
@json_option
def command(*, once: bool, is_json: bool) -> None:
    """Show what syncd does, on this machine alone: a sandbox, the daemon, and four people.

    With --once four events are marked in four ways and get their links; one is rescheduled, one
    unmarked, one deleted; then everything ends. Without it sandbox and daemon stay up to play with.
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

    def announce(address_file: Path) -> None:
        if is_json:
            say(as_json({"sandbox": str(address_file)}))
            return
        say(f"Sandbox and daemon are up; addresses and tokens are in {address_file}.")
        say("Mark an event with a person's token and watch it. Ctrl-C ends both.")

    asyncio.run(stay(folder, announce))


@contextmanager
def _telling(*, quiet: bool) -> Iterator[Callable[[Told], None]]:
    """Give what tells of each step: lines that stay, above a sign of life on a terminal."""
    if quiet:
        yield lambda _: None
        return
    say("Four people mark events; syncd gives them Zoom links. Everything happens on this machine.")
    if not sys.stdout.isatty():
        yield lambda told: say(_line(told))
        return
    from rich.console import Console

    console = Console()
    with console.status("The calendars are polled every second ..."):
        yield lambda told: console.print(_line(told), highlight=False, markup=False, soft_wrap=True)


def _line(told: Told) -> str:
    return f"{told.seconds:5.1f} s  {told.step:<12} {told.person} ({told.app}) {told.title!r}: {told.what}"


def _show(shown: Shown) -> None:
    table(
        "the events, as guests see them",
        ("who", "marked by", "before", "now"),
        (
            (
                f"{e.person} ({e.app})",
                e.marked_by,
                _where(e.title, e.location_before),
                _where(e.title_after, e.location_after),
            )
            for e in shown.events
        ),
    )
    table(
        "the state of Zoom",
        ("meeting", "host", "topic", "start (UTC)", "minutes", "state"),
        (
            (
                m.id,
                m.host.partition("@")[0],
                m.topic,
                m.start[5:16].replace("T", " "),
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
    say(f"Writes while nothing changed: {shown.writes_at_rest}")


def _where(title: str | None, location: str | None) -> str:
    """Write title and place in a few words; the secret half of a link has no room in a table."""
    if title is None:
        return "deleted"
    place = (location or "").partition("?")[0].removeprefix("https://")
    return f"{title}, at {place}" if place else f"{title}, no place"

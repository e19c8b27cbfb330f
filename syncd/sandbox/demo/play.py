"""Set up sandbox and daemon in one process, play the story, and give everything there is to show."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from syncd.bootstrap.application import opened
from syncd.bootstrap.process import configure_logs, running
from syncd.bootstrap.running import Daemon
from syncd.config.load import load
from syncd.sandbox.demo.cast import RULE, cast
from syncd.sandbox.demo.entry import Entry
from syncd.sandbox.demo.person import Person
from syncd.sandbox.demo.scenes import play_all
from syncd.sandbox.demo.story import Story, StoryBroken, Told
from syncd.sandbox.fakes.config_text import config_text
from syncd.sandbox.fakes.places import endpoints
from syncd.sandbox.fakes.run import Running, running_sandbox
from syncd.sandbox.fakes.server import free_port

_QUIET_POLLS = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """One event of the story before and at the end; the locations are as guests see them.

    `mails` are those its guest got, by reason; the calendar sends them, never Zoom.
    """

    person: str
    app: str
    marked_by: str
    title: str
    location_before: str
    title_after: str | None
    location_after: str | None
    link: str | None
    text_before: str
    text_after: str | None
    mails: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLine:
    """One meeting at Zoom at the end; a series has no start (UTC) of its own."""

    id: int
    host: str
    topic: str
    start: str | None
    minutes: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The whole demonstration; `writes_at_rest` are calendar and Zoom writes after its end."""

    steps: tuple[Told, ...]
    events: tuple[EventLine, ...]
    zoom: tuple[MeetingLine, ...]
    writes_at_rest: int


async def play(directory: Path, tell: Callable[[Told], None]) -> Shown:
    """Play the story once. StoryBroken when something promised did not happen."""
    async with _stage(directory) as (sandbox, people):
        story = Story(sandbox.stand_ins.zoom.snapshot, tell)
        parts, more = cast(people, sandbox.world.now()), list[Entry]()
        await play_all(story, parts, more)
        entries = (*parts.entries(), *more)
        before = _writes(sandbox)
        await asyncio.sleep(_QUIET_POLLS)
        written = _writes(sandbox) - before
        return Shown(
            steps=tuple(story.told),
            events=tuple([await _event_line(sandbox, entry) for entry in entries]),
            zoom=tuple(_meetings(sandbox)),
            writes_at_rest=written,
        )


async def stay(directory: Path, announce: Callable[[Path, str], None]) -> None:
    """Keep sandbox, daemon and pages running until a signal ends them.

    `announce` gets the file with the sandbox's addresses, and the address of the pages.
    """
    async with running_sandbox(directory, people=4) as sandbox:
        config = directory / "syncd.yaml"
        people = [person.email for person in sandbox.world.people]
        apps, port = sandbox.stand_ins.apps(), free_port()
        text = config_text(directory, endpoints(sandbox.base), people, apps, pages=port)
        config.write_text(text, encoding="utf-8")
        _prepare(config)
        loaded = load(config)
        configure_logs(loaded)

        def ready() -> None:
            announce(sandbox.address_file, loaded.config.web.public_url or "")

        with opened(loaded, exclusive=True) as store:
            await Daemon(config, loaded, store, on_ready=ready).main()


@asynccontextmanager
async def _stage(directory: Path) -> AsyncIterator[tuple[Running, list[Person]]]:
    async with running_sandbox(directory, people=4) as sandbox:
        _prepare(directory / "syncd.yaml")
        loaded = load(directory / "syncd.yaml")
        configure_logs(loaded)
        address = json.loads(sandbox.address_file.read_text())
        trust = ssl.create_default_context(cafile=address["ca_file"])
        people = [Person(entry, address, trust) for entry in address["people"]]
        with opened(loaded, exclusive=True) as store:
            async with running(loaded, store) as engine:
                engine.start()
                yield sandbox, people


def _prepare(config: Path) -> None:
    """Poll every second, because nobody wants to watch a demonstration wait, and have a rule."""
    text = config.read_text().replace('interval: "2s"', 'interval: "1s"')
    config.write_text(f"{text}log:\n  level: warning\nrules:\n  - {json.dumps(RULE)}\n")


def _writes(sandbox: Running) -> int:
    """Count every write so far, at the calendars and at Zoom; a person's own count as well."""
    methods = ("POST", "PATCH", "PUT", "DELETE")
    return sum(
        count
        for (_, operation), count in sandbox.world.counts.items()
        if operation.startswith(methods) and "token" not in operation
    )


def _check_links(sandbox: Running, events: Sequence[EventLine]) -> None:
    """See that each Zoom link leads to a meeting, and each meeting has its one event."""
    links = sorted(event.link for event in events if event.link and "zoom" in event.link)
    living = sorted(m["join_url"] for m in sandbox.stand_ins.zoom.snapshot()["meetings"])
    if links != living:
        raise StoryBroken(f"the links in the events, {links}, are not the meetings, {living}")


async def _event_line(sandbox: Running, entry: Entry) -> EventLine:
    try:
        shown = await entry.shown()
    except OSError:
        shown = None
    assert entry.before is not None  # noqa: S101 - every entry of a played story was created
    mails = Counter[str](
        m.reason for m in sandbox.world.mails if m.event.startswith(entry.mail_key)
    )
    return EventLine(
        person=entry.person.name,
        app=entry.app,
        marked_by=entry.draft.marked_by,
        title=entry.before.title,
        location_before=entry.before.location,
        title_after=shown.title if shown else None,
        location_after=shown.location if shown else None,
        link=shown.link if shown else None,
        text_before=entry.before.text,
        text_after=shown.text if shown else None,
        mails=dict(mails),
    )


def _meetings(sandbox: Running) -> list[MeetingLine]:
    zoom: dict[str, Any] = sandbox.stand_ins.zoom.snapshot()
    states = (("meetings", "scheduled"), ("deleted", "deleted"))
    return [
        MeetingLine(
            id=meeting["id"],
            host=meeting["host_email"],
            topic=meeting["topic"],
            start=meeting.get("start_time"),
            minutes=meeting["duration"],
            state=state,
        )
        for name, state in states
        for meeting in zoom[name]
    ]

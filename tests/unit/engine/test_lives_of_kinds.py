"""Lives of one event that is switched to and fro between Zoom and Meet: whatever people, providers and
crashes do to it, it comes to rest with one conference or none, and leaves no meeting behind."""

from __future__ import annotations

import random
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from syncd.core import linkblock
from syncd.core.binding import BindingState
from syncd.core.event import Body, Event, NativeKind
from syncd.ports.errors import ProviderError, RateLimited, Transient
from syncd.services.choose import choose
from tests.fakes.guillotine import Killed
from tests.fakes.stage import ANA
from tests.unit.engine.sweeping import swept
from tests.unit.engine.trial import Trial

_TAG = re.compile(r"#(?:zoom|meet|nozoom)(?::\w+)? ?")
_LINK = re.compile(r"zoom\.us/j/([0-9]+)")


@dataclass
class Life:
    """One event, what it was like before, and the chance that rules it."""

    trial: Trial
    chance: random.Random
    event: Event
    former: list[Event] = field(default_factory=list)

    @property
    def now(self) -> Event:
        return self.trial.now(self.event)

    def edit(self, **fields: object) -> None:
        self.former.append(self.now)
        self.trial.calendars.edit(self.event.ref, **fields)

    def tag(self, tag: str) -> None:
        body = self.now.body
        self.edit(body=Body(tag + _TAG.sub("", body.text), body.format))

    def undo(self) -> None:
        if self.former:
            old = self.chance.choice(self.former)
            self.edit(title=old.title, location=old.location, body=old.body)

    def shown(self) -> set[int]:
        text = self.now.location + self.now.body.text
        return {int(found) for found in _LINK.findall(text)}

    async def choose(self, kind: str) -> None:
        """Choose as a person does, who is told when it does not work."""
        with suppress(ProviderError, LookupError, Killed):
            await choose(self.trial.deps, str(self.event.ref), kind)


def _free(life: Life) -> None:
    life.edit(location="", body=linkblock.strip(life.now.body), native=None)


def _later(life: Life) -> None:
    hour = timedelta(hours=1)
    life.edit(start=life.now.start + hour, end=life.now.end + hour)


def _zoom_loses(life: Life) -> None:
    for meeting_id in list(life.trial.meetings.alive):
        life.trial.meetings.delete_by_person(meeting_id)


def _meet(life: Life) -> None:
    conferences = life.trial.calendars.conferences
    conferences.meet = life.chance.choice(["ready", "pending", "failed"])


def _fail(life: Life) -> None:
    operation = life.chance.choice(["get", "write", "changes"])
    error = life.chance.choice(
        [
            Transient("Down.", code="unreachable"),
            RateLimited("Slower.", code="slow", retry_after=timedelta(seconds=7)),
        ]
    )
    life.trial.calendars.fail_next(operation, error, times=life.chance.choice([1, 2]))  # type: ignore[arg-type]  # one of three


def _zoom_fails(life: Life) -> None:
    kind = life.chance.choice(["lost_request", "lost_answer", "rate_limited"])
    method = life.chance.choice(["create", "delete", "update"])
    life.trial.meetings.fail_next(kind, method)  # type: ignore[arg-type]  # some of each


def _kill(life: Life) -> None:
    life.trial.blade.fall(life.chance.randrange(8), life.chance.choice(["before", "after"]))


MOVES: dict[str, Callable[[Life], Awaitable[None] | None]] = {
    "#zoom": lambda life: life.tag("#zoom "),
    "#zoom:new": lambda life: life.tag("#zoom:new "),
    "#meet": lambda life: life.tag("#meet "),
    "#nozoom": lambda life: life.tag("#nozoom "),
    "no tag": lambda life: life.tag(""),
    "word zoom": lambda life: life.edit(location="zoom"),
    "word meet": lambda life: life.edit(location="meet"),
    "choose zoom": lambda life: life.choose("zoom"),
    "choose meet": lambda life: life.choose("google_meet"),
    "choose none": lambda life: life.choose("none"),
    "choose auto": lambda life: life.choose("auto"),
    "free": _free,
    "undo": Life.undo,
    "no native": lambda life: life.edit(native=None),
    "rename": lambda life: life.edit(title=f"Lunch {len(life.former)}"),
    "move": _later,
    "cancel": lambda life: life.edit(cancelled=True),
    "revive": lambda life: life.edit(cancelled=False),
    "zoom loses all": _zoom_loses,
    "meet is": _meet,
    "decided": lambda life: (life.trial.calendars.finish_conference(life.event.ref), None)[1],
    "calendar fails": _fail,
    "zoom fails": _zoom_fails,
    "answer lost": lambda life: life.trial.calendars.lose_next_answer(),
    "stale": lambda life: life.trial.calendars.show_former(life.event.ref),
    "expired": lambda life: life.trial.calendars.expire_cursors(ANA),
    "restart": lambda life: life.trial.restart(),
    "kill": _kill,
}
PAUSES = (0, 1, 5, 31, 61, 3700)


async def live(trial: Trial, seed: int) -> tuple[Life, list[str]]:
    chance = random.Random(seed)
    await trial.empty()
    start = trial.clock.now() + timedelta(days=30)
    text = chance.choice(["#zoom Agenda", "#meet Agenda", "Agenda"])
    event = trial.calendars.add(ANA, text=text, start=start)
    life, told = Life(trial, chance, event), [text]
    for _ in range(chance.randint(3, 9)):
        move, pause = chance.choice(sorted(MOVES)), chance.choice(PAUSES)
        told.append(f"{move} +{pause}")
        if (done := MOVES[move](life)) is not None:
            await done
        if not await trial.attempt(pause):
            told.append("killed")
            await trial.rise()
    return life, told


async def calm(life: Life) -> None:
    """Let everything work, and time pass."""
    trial = life.trial
    trial.blade.revive()
    trial.calendars.conferences.meet = "ready"
    trial.calendars.finish_conference(life.event.ref)
    await swept(trial)
    for step in (5, 30, 60, 3600, 60, 60, 60, 3600, 60, 60, 60, 60):
        for _ in range(4):
            if not await trial.attempt(step):
                await trial.rise()


async def problems(life: Life) -> list[str]:
    """Tell what is wrong with an event that has come to rest."""
    trial, shown = life.trial, life.shown()
    bound = await trial.binding(life.event)
    alive, found = set(trial.meetings.alive), []
    meeting_id = bound.meeting_id if bound is not None else None
    # What a person brings back where no link is wanted is left alone.
    if shown - alive and bound is not None and bound.state is BindingState.LINKED:
        found.append("a dead link is shown")
    if alive - {meeting_id}:
        found.append("a meeting is left over")
    if bound is not None and bound.state in (BindingState.CREATING, BindingState.REMOVING):
        found.append(f"it is {bound.state} for ever")
    native = life.now.native
    if shown and native is not None and native.kind is NativeKind.GOOGLE_MEET:
        found.append("two conferences are shown")
    trial.calendars.calls.clear()
    trial.meetings.calls.clear()
    await trial.work_for(600, step=60)
    calls = {name for name, _ in trial.calendars.calls} - {"changes"} | set(trial.meetings.calls)
    if calls:
        found.append(f"no rest: {sorted(calls)}")
    return found


@pytest.fixture
async def trial():
    made = Trial(ANA)
    yield made
    made.close()


@pytest.mark.parametrize("first", range(0, 60, 20))
async def test_a_life_ends_with_one_conference_or_none(trial, first):
    for seed in range(first, first + 20):
        life, told = await live(trial, seed)
        await calm(life)
        row = await trial.row(life.event)
        assert await problems(life) == [], (seed, told, row, await trial.binding(life.event))

"""The whole engine through bad answers: never a second meeting or mail, and all is well in the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.ids import CalendarKey
from syncd.engine.daemon import Engine
from tests.behaviour.world import ANA
from tests.cells.expected import expected
from tests.cells.faults import FAULTS, Family, Fault
from tests.cells.stories import CALLS, ENDS, Struck
from tests.cells.timing import run
from tests.cells.whole import HOST, WholePlay

# What these answers say is true; the next may come after the deed, or without it.
_UNDONE = {Family.REFUSED, Family.TOLD, Family.UNSENT, Family.REDIRECTED}
_EITHER = {Family.LOST, Family.FAILED}
_NAMED = {fault.name: fault for fault in FAULTS}


def _ways(call: Struck, fault: Fault) -> tuple[bool, ...]:
    if fault.family in _EITHER and not str(call.row).endswith(("get", "sync")):
        return (False, True)
    return (fault.family not in _UNDONE,)


CELLS = [
    pytest.param(call, fault, done, id=f"{call} - {fault}{' after the deed' if done else ''}")
    for call in CALLS
    for fault in map(_NAMED.__getitem__, call.faults)
    if not fault.why_not(call.row)
    for done in _ways(call, fault)
]


@pytest.mark.parametrize(("call", "fault", "done"), CELLS)
def test_the_engine_comes_through(call: Struck, fault: Fault, done: bool):
    run(lambda _loop: _come_through(call, fault, done))


async def _come_through(call: Struck, fault: Fault, done: bool) -> None:
    play = await _begun(call)
    event = await call.story.begin(play)
    mailed = play.mailed()
    play.strike(call.target, call.row, fault, times=_times(call, fault), deeds=done)
    await call.story.act(play, event)
    await play.later(1)
    await play.later(600)
    assert play.line.tried
    if not call.row.lists and expected(call.row, fault).letter in "PF":
        # A calendar is read again by itself, an event waits for its person.
        assert await _told(play), "whoever could mend it must be told"
    for pause in (4000, 4000, 24 * 3600):
        await play.later(pause)
    if _waits_for_a_change(call, fault):
        await _change(play, call, event)
    await call.story.end(play, event)
    assert play.made == 1
    assert play.mailed() - mailed == call.story.mails
    assert not await _told(play)
    assert play.line.hosts == {HOST}
    await play.close()


async def _begun(call: Struck) -> WholePlay:
    """Give a play in which only Ana's calendar is read, once a minute."""
    play = WholePlay(call.app)
    watched = frozenset({CalendarKey(play.provider, ANA, "primary")})
    timing = replace(play.deps.timing, poll=timedelta(seconds=60))
    play.deps = replace(play.deps, watched=watched, timing=timing)
    await play.begin()
    return play


def _times(call: Struck, fault: Fault) -> int:
    """Choose how often: what is certain once, what passes for longer than a call repeats itself."""
    is_certain = expected(call.row, fault).letter in "RPFNVS"
    return 1 if is_certain else 4


def _waits_for_a_change(call: Struck, fault: Fault) -> bool:
    return expected(call.row, fault).letter == "P" or fault.name == "empty list"


async def _change(play: WholePlay, call: Struck, event: str) -> None:
    """Let a person save the event again; where it is deleted, let the daemon begin again."""
    if call.story is ENDS:
        await Engine(play.deps).prepare()
    else:
        await play.edit(event, title=f"Our {(await play.seen(event)).title}")
    await play.later(60)
    await play.later(600)


async def _told(play: WholePlay) -> set[str]:
    status = await play.status()
    lines = {line.code for line in status.waiting} | {line.code for line in status.warnings}
    return lines | {line.problem for line in status.calendars if line.problem}

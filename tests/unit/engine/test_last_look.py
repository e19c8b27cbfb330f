"""A promise about to be broken: the effect is not made, the event is set aside, all else goes on.

Each check is reached by taking out the seam that keeps its promise (I1 to I9, I11).

Shows L6 of `config/promises.md`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from syncd.core.actions import DeleteMeeting
from syncd.core.binding import Binding, Intent, IntentKind, Outcome
from syncd.core.event import Body, Event, EventChange
from syncd.core.writeback import link_change
from syncd.engine.apply.step import Step
from syncd.engine.invariants import BROKEN, InvariantBroken, may_note, may_write
from syncd.services.explain import explain
from syncd.services.resume import resume
from syncd.services.status import status
from tests.fakes.stage import ANA, BO, Stage
from tests.unit.engine.accounts_play import linked

WRITES = ("create", "update", "delete")
_INTENT = Step.intent


@pytest.fixture
async def stage():
    made = Stage()
    await made.prepare()
    yield made
    made.close()


@dataclass(frozen=True)
class Broken:
    """A seam taken out: what a person did before and after, and the promise that then fails."""

    promise: str
    seam: str
    instead: Callable[..., Any]
    does: Callable[[Stage, Event], None] | None = None
    """None where the event is new."""
    meanwhile: Callable[[Stage], None] = lambda stage: None


def _nothing(*_: object, **__: object) -> None:
    return None


def _other_lease(self: Any, binding: Any, kind: Any, *, marker: str = "") -> Any:
    intent = _INTENT(self, binding, kind, marker=marker)
    return replace(intent, epoch=intent.epoch - 1)


async def _forget(step: Any, binding: Any, intent: Any, *_: object, **__: object) -> None:
    await step.close(intent, Outcome.NOT_DONE)


def _delete_at_once(event: Any, binding: Any, why: Any) -> tuple[DeleteMeeting]:
    return (DeleteMeeting(binding.meeting_id, why.reason, why.afterwards),)


def _over_words(event: Event, *args: Any, **fields: Any) -> EventChange:
    return replace(link_change(event, *args, **fields), body=Body("Ours.", event.body.format))


def _two_meetings(event: Event, *args: Any, **fields: Any) -> EventChange:
    other = "https://us02web.zoom.us/j/99988877766"
    return replace(link_change(event, *args, **fields), location=other)


def _rename(stage: Stage, event: Event) -> None:
    stage.calendars.edit(event.ref, title="Renamed")


def _unflag(stage: Stage, event: Event) -> None:
    stage.calendars.edit(event.ref, body=_with(stage, event, "#nozoom"))


def _ask_anew(stage: Stage, event: Event) -> None:
    stage.calendars.edit(event.ref, body=_with(stage, event, "#zoom:new"))


def _delete(stage: Stage, event: Event) -> None:
    stage.calendars.delete(event.ref)


def _with(stage: Stage, event: Event, word: str) -> Body:
    body = stage.now(event).body
    return Body(f"{word} {body.text}", body.format)


def _lose_answer(stage: Stage) -> None:
    stage.meetings.fail_next("lost_answer")


SEAMS = {
    "no intent": Broken("I4", "syncd.store.journal.SqlJournal.open", _nothing),
    "marker of another": Broken("I4", "syncd.store.journal.SqlJournal.marker_key", _nothing),
    "intent of another lease": Broken("I6", "syncd.engine.apply.step.Step.intent", _other_lease),
    "a meeting already": Broken("I9", "syncd.store.bindings.SqlBindings.save", _nothing, _ask_anew),
    "unanswered create": Broken(
        "I5", "syncd.engine.recover._find_meeting", _forget, meanwhile=_lose_answer
    ),
    "change of another's meeting": Broken(
        "I1", "syncd.store.bindings.SqlBindings.by_meeting", _nothing, _rename
    ),
    "delete of another's meeting": Broken(
        "I1", "syncd.store.bindings.SqlBindings.by_meeting", _nothing, _delete
    ),
    "delete before unlink": Broken("I3", "syncd.core.removal.take_out", _delete_at_once, _unflag),
    "unlink at once": Broken("I8", "syncd.core.removal.held_off", _nothing, _unflag),
    "delete at once": Broken("I8", "syncd.core.removal.held_off", _nothing, _delete),
    "empty write": Broken(
        "I11", "syncd.engine.apply.link.unlink_change", lambda *_: EventChange(), _unflag
    ),
    "words of a person": Broken("I7", "syncd.engine.apply.link.link_change", _over_words),
    "two meetings in one event": Broken("I2", "syncd.engine.apply.link.link_change", _two_meetings),
}


async def _played(stage: Stage, broken: Broken, monkeypatch: pytest.MonkeyPatch) -> Event:
    """Bring an event to where the seam is missed; gives it as it was right before."""
    if broken.does is None:
        event = stage.calendars.add(ANA, location="zoom", text="Bring the draft.")
    else:
        event = await linked(stage, text="Bring the draft.")
        broken.does(stage, event)
    stage.meetings.calls.clear()
    stage.calendars.writes.clear()
    monkeypatch.setattr(broken.seam, broken.instead)
    broken.meanwhile(stage)
    await stage.work_for(140, step=20)
    return event


@pytest.mark.parametrize("name", SEAMS)
async def test_without_a_seam_the_effect_is_not_made_and_the_event_is_set_aside(
    stage, name, monkeypatch
):
    broken = SEAMS[name]
    event = await _played(stage, broken, monkeypatch)
    row = await stage.row(event)
    assert row is not None
    assert (row.code, row.due_at) == (BROKEN, None)
    assert row.reason.startswith(f"syncd stopped itself before a mistake ({broken.promise}: ")
    assert row.remedy
    is_made = broken.promise in ("I2", "I5", "I7")
    made = {name: stage.meetings.calls[name] for name in WRITES}
    assert made == {"create": int(is_made), "update": 0, "delete": 0}
    assert stage.calendars.writes == []


async def test_others_go_on_and_it_is_told_once(stage, monkeypatch, caplog):
    caplog.set_level(logging.INFO)
    event = await _played(stage, SEAMS["words of a person"], monkeypatch)
    monkeypatch.undo()
    other = stage.calendars.add(ANA, location="zoom")
    at_outlook = stage.calendars.add(BO, location="zoom")
    await stage.work_for(600, step=20)
    assert "/j/" in stage.now(other).location
    assert "/j/" in stage.now(at_outlook).location
    assert "/j/" not in stage.now(event).location
    told = [r for r in caplog.records if r.getMessage() == "event set aside"]
    assert [(r.levelname, r.promise) for r in told] == [("ERROR", "I7")]
    (line,) = [line for line in (await status(stage.deps)).waiting if line.code == BROKEN]
    assert (line.event, line.next_try) == (event.ref.event_id, None)
    assert (await explain(stage.deps, event.ref.event_id)).code == BROKEN


async def test_a_change_of_the_event_has_it_looked_at_again(stage, monkeypatch):
    event = await _played(stage, SEAMS["words of a person"], monkeypatch)
    monkeypatch.undo()
    stage.calendars.edit(event.ref, title="Renamed")
    await stage.work(seconds=60)
    assert "/j/" in stage.now(event).location
    assert await stage.row(event) is None


@pytest.mark.parametrize("written", [lambda ref: ref.event_id, str], ids=["id", "place"])
async def test_a_person_resumes_it(stage, monkeypatch, written):
    event = await _played(stage, SEAMS["words of a person"], monkeypatch)
    monkeypatch.undo()
    done = await resume(stage.deps, written(event.ref))
    assert done.event == str(event.ref)
    assert "I7" in done.was_stopped_because
    await stage.work(seconds=1)
    assert "/j/" in stage.now(event).location
    with pytest.raises(LookupError, match="no event that was set aside"):
        await resume(stage.deps, written(event.ref))
    rows = await stage.store.run(lambda tx: tx.audit.newest(limit=20))
    what = [row.entry.what for row in rows if row.entry.what.startswith("event.")]
    assert what == ["event.resumed", "event.set_aside"]


async def test_a_version_that_falls_behind_is_not_written(stage):
    event = await linked(stage)
    known = await stage.binding(event)
    assert known is not None
    await stage.store.run(lambda tx: tx.bindings.save(replace(known, changed_at=event.changed_at)))
    older = replace(event, changed_at=event.changed_at - timedelta(seconds=1))
    change, intent = EventChange(location="zoom"), _link_intent(stage, known)
    await stage.store.run(may_write(stage.deps, event, change, intent))
    with pytest.raises(InvariantBroken, match="I8: a newer version was seen before"):
        await stage.store.run(may_write(stage.deps, older, change, intent))


def _link_intent(stage: Stage, binding: Binding) -> Intent:
    return Intent(
        id="1",
        binding_id=binding.id,
        kind=IntentKind.LINK,
        host=binding.host,
        marker="",
        meeting_id=binding.meeting_id,
        opened_at=stage.clock.now(),
        epoch=1,
    )


async def test_a_note_never_touches_the_text(stage):
    event = await linked(stage)
    may_note(event, EventChange(location="zoom (waiting: for Bo)", quiet=True))
    with pytest.raises(InvariantBroken, match="I11"):
        may_note(event, EventChange(quiet=True))
    with pytest.raises(InvariantBroken, match="I7"):
        may_note(event, EventChange(body=event.body, quiet=True))

"""What people are told when they ask: links, status, explain, preview. Asking changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syncd.engine.upkeep import Upkeep
from syncd.ports.errors import AuthLost, Transient
from syncd.services.explain import explain
from syncd.services.preview import preview
from syncd.services.status import links, status
from tests.fakes.stage import ANA, BO
from tests.unit.engine.trial import Trial

GUESTS = ("guest@else.example", "friend@else.example")


@pytest.fixture
async def trial():
    made = Trial()
    await made.empty()
    yield made
    made.close()


async def previewed(trial: Trial) -> list[tuple[str, int]]:
    """Preview, and see that nothing at all was changed by it."""
    before = trial.left_behind()
    trial.meetings.calls.clear()
    seen = await preview(trial.deps)
    assert trial.left_behind() == before
    assert set(trial.meetings.calls) <= {"get"}
    return [(action.kind, action.mails) for action in seen.actions]


async def test_a_preview_of_a_flagged_event_makes_and_links_a_meeting(trial):
    event = trial.calendars.add(ANA, location="zoom", guests=GUESTS)
    trial.calendars.add(BO, title="Lunch")
    assert await previewed(trial) == [("create_meeting", 0), ("write_link", 2)]
    (first, _) = (await preview(trial.deps)).actions
    assert (first.calendar, first.event) == (str(ANA), event.ref.event_id)
    assert "a word in the location" in first.reason
    assert await previewed(trial) == [("create_meeting", 0), ("write_link", 2)]


async def test_a_preview_at_rest_is_empty(trial):
    trial.calendars.add(ANA, location="zoom")
    trial.calendars.add(BO, title="Talk #zoom")
    await trial.work()
    assert await previewed(trial) == []


async def test_a_preview_of_a_moved_event_updates_its_meeting(trial):
    event = trial.calendars.add(ANA, location="zoom", guests=GUESTS)
    await trial.work()
    trial.calendars.edit(event.ref, start=event.start + timedelta(minutes=10))
    assert await previewed(trial) == [("update_meeting", 0)]


async def test_a_preview_shows_what_a_hold_off_holds_off(trial):
    event = trial.calendars.add(BO, categories=("Zoom",), guests=GUESTS)
    await trial.work()
    trial.calendars.edit(event.ref, categories=())
    assert await previewed(trial) == [("remove_link", 2), ("delete_meeting", 0)]
    await trial.work(seconds=60)
    assert await previewed(trial) == [("remove_link", 2), ("delete_meeting", 0)]


async def test_a_preview_of_a_deleted_event_deletes_its_meeting(trial):
    event = trial.calendars.add(ANA, location="zoom")
    await trial.work()
    trial.calendars.delete(event.ref)
    assert await previewed(trial) == [("delete_meeting", 0)]


async def test_a_preview_tells_of_calendars_it_cannot_read_and_shows_the_others(trial):
    trial.calendars.add(ANA, location="zoom")
    trial.calendars.add(BO, location="zoom")
    trial.calendars.lose_account(ANA.owner)
    seen = await preview(trial.deps)
    assert {action.calendar for action in seen.actions} == {str(BO)}
    (problem,) = seen.problems
    assert problem.calendar == str(ANA)
    assert "No access" in problem.problem


async def test_a_preview_tells_of_events_it_cannot_read_and_shows_the_others(trial):
    first = trial.calendars.add(ANA, location="zoom")
    trial.calendars.add(ANA, location="zoom")
    trial.calendars.fail_next("get", Transient("Down.", code="unreachable"))
    seen = await preview(trial.deps)
    assert [(p.event, p.problem) for p in seen.problems] == [(first.ref.event_id, "Down.")]
    assert len(seen.actions) == 2


async def test_links_shows_every_event_with_a_meeting_or_a_reason(trial):
    event = trial.calendars.add(ANA, location="zoom")
    waiting = trial.calendars.add(BO, location="zoom", draft=True)
    trial.calendars.add(BO)
    await trial.work()
    bound, unbound = await links(trial.deps)
    (meeting,) = trial.meetings.alive.values()
    assert (bound.calendar, bound.event) == (str(ANA), event.ref.event_id)
    assert (bound.state, bound.conference, bound.reason) == ("linked", "zoom", "")
    assert (bound.meeting_id, bound.join_url) == (meeting.id, meeting.join_url)
    assert (unbound.event, unbound.state) == (waiting.ref.event_id, "waiting")
    assert (unbound.conference, unbound.meeting_id, unbound.join_url) == (None, None, None)
    assert "a draft" in unbound.reason


async def test_status_names_every_account_calendar_and_waiting_event(trial):
    seen = await status(trial.deps)
    assert {line.reason for line in seen.accounts} == {"not used yet"}
    assert {line.state for line in seen.calendars} == {"new"}
    trial.calendars.add(ANA, location="zoom")
    draft = trial.calendars.add(BO, location="zoom", draft=True)
    await trial.work()
    seen = await status(trial.deps)
    assert {line.state for line in seen.accounts} == {"ok"}
    assert {(line.state, line.backlog) for line in seen.calendars} == {("ok", 0)}
    assert {line.last_success for line in seen.calendars} == {trial.clock.now()}
    (line,) = seen.waiting
    assert (line.event, line.start, line.code) == (draft.ref.event_id, draft.start, "draft")
    assert line.remedy == "Send it; the link comes then."


async def test_status_warns_of_a_long_meeting_of_a_basic_host(trial):
    trial.calendars.add(ANA, location="zoom", minutes=60)
    long = trial.calendars.add(BO, location="zoom", minutes=60)
    trial.calendars.add(BO, location="zoom", minutes=40)
    await trial.work()
    await Upkeep(trial.deps).learn_hosts()
    (line,) = (await status(trial.deps)).warnings
    assert (line.event, line.code) == (long.ref.event_id, "basic_host")


async def test_status_shows_a_calendar_that_left_the_config(trial):
    await trial.work()
    await trial.store.run(lambda tx: tx.calendars.configure([ANA], now=trial.clock.now()))
    states = {line.calendar: line.state for line in (await status(trial.deps)).calendars}
    assert states == {str(ANA): "ok", str(BO): "not in the config"}


async def test_explain_tells_every_rule_and_what_is_next(trial):
    event = trial.calendars.add(ANA, title="Talk #zoom", text="Agenda")
    before = trial.left_behind()
    told = await explain(trial.deps, event.ref.event_id)
    assert trial.left_behind() == before
    assert (told.exists, told.wants, told.code, told.state) == (True, "yes", "wanted", "unbound")
    assert [verdict.rule for verdict in told.rules if verdict.matched] == ["a tag in the title"]
    assert [step.kind for step in told.plan] == ["create_meeting", "write_link"]
    await trial.work()
    told = await explain(trial.deps, str(event.ref))
    assert (told.wants, told.state, told.plan) == ("yes", "linked", ())
    assert told.meeting_id in trial.meetings.alive


async def test_explain_tells_why_a_wanted_link_is_not_there(trial):
    event = trial.calendars.add(ANA, location="zoom")
    trial.meetings.fail_next("refused")
    await trial.work()
    told = await explain(trial.deps, event.ref.event_id)
    assert (told.wants, told.code) == ("yes", "zoom_invalid")
    assert "Validation Failed" in told.reason


@pytest.mark.parametrize(
    ("fields", "wants", "code"),
    [
        ({"title": "Lunch"}, "no", "not_flagged"),
        ({"location": "zoom", "title": "Lunch #nozoom"}, "no", "said_no"),
        ({"location": "zoom", "cancelled": True}, "no", "cancelled"),
        ({"location": "zoom", "is_organiser": False}, "refused", "not_organiser"),
        ({"location": "zoom", "all_day": True}, "refused", "all_day"),
    ],
)
async def test_explain_tells_why_an_event_gets_none(trial, fields, wants, code):
    event = trial.calendars.add(BO, **fields)
    told = await explain(trial.deps, event.ref.event_id)
    assert (told.wants, told.code) == (wants, code)
    assert not [step for step in told.plan if step.kind != "wait"]


async def test_explain_of_an_event_that_is_gone_tells_what_becomes_of_its_meeting(trial):
    event = trial.calendars.add(ANA, location="zoom")
    await trial.work()
    trial.calendars.delete(event.ref)
    told = await explain(trial.deps, event.ref.event_id)
    assert (told.exists, told.code, told.state) == (False, "gone", "linked")
    (step,) = told.plan
    assert step.kind == "hold_off"
    assert "looked at again at 09:00:30 UTC" in step.reason


async def test_explain_of_an_event_nobody_has_says_so(trial):
    with pytest.raises(LookupError, match="no watched calendar has an event 'nothing'"):
        await explain(trial.deps, "nothing")


async def test_explain_of_a_calendar_without_access_says_why(trial):
    event = trial.calendars.add(ANA, location="zoom")
    trial.calendars.lose_account(ANA.owner)
    with pytest.raises(AuthLost, match="No access"):
        await explain(trial.deps, str(event.ref))


async def test_explain_finds_an_event_although_another_calendar_cannot_be_read(trial):
    event = trial.calendars.add(BO, location="zoom")
    trial.calendars.lose_account(ANA.owner)
    told = await explain(trial.deps, event.ref.event_id)
    assert (told.calendar, told.wants) == (str(BO), "yes")


async def test_a_linked_event_whose_meeting_cannot_follow_is_a_warning(trial):
    event = trial.calendars.add(ANA, location="zoom")
    await trial.settle()
    trial.calendars.edit(event.ref, draft=True)
    await trial.settle()

    told = await status(trial.deps)
    (warning,) = told.warnings
    assert (warning.event, warning.code) == (event.ref.event_id, "draft")
    assert "no longer follows" in warning.text
    assert not told.waiting
    (line,) = await links(trial.deps)
    assert line.state == "linked"
    assert warning.text == f"{line.reason}. Send it; the link comes then."

    trial.calendars.edit(event.ref, draft=False)
    await trial.settle()
    assert not (await status(trial.deps)).warnings

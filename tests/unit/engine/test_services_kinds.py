"""What people are told of events with another conference than Zoom's, or with none by their own will."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from syncd.core.conference import ConferenceKind
from syncd.core.meeting import Host
from syncd.core.writeback import unlink_change
from syncd.engine.upkeep import Upkeep
from syncd.services.explain import explain
from syncd.services.status import links, status
from tests.fakes.stage import ANA, BO
from tests.unit.engine.trial import Trial

KINDS = [(ANA, "meet", ConferenceKind.GOOGLE_MEET), (BO, "teams", ConferenceKind.TEAMS)]


@pytest.fixture
async def trial() -> AsyncIterator[Trial]:
    made = Trial()
    await made.empty()
    yield made
    made.close()


@pytest.mark.parametrize(("calendar", "word", "kind"), KINDS)
async def test_links_names_the_conference_and_no_host_of_zoom(trial, calendar, word, kind):
    event = trial.calendars.add(calendar, location=word)
    await trial.settle()
    (line,) = await links(trial.deps)
    assert (line.event, line.conference, line.state) == (event.ref.event_id, kind, "linked")
    assert (line.meeting_id, line.host) == (None, None)
    assert line.join_url


@pytest.mark.parametrize(("calendar", "word", "kind"), [*KINDS, (ANA, "zoom", ConferenceKind.ZOOM)])
async def test_explain_names_the_conference_an_event_is_to_have(trial, calendar, word, kind):
    event = trial.calendars.add(calendar, location=word)
    told = await explain(trial.deps, event.ref.event_id)
    assert (told.wants, told.conference, told.code) == ("yes", kind, "wanted")


async def test_explain_tells_why_another_conference_is_not_there(trial):
    event = trial.calendars.add(BO, location="teams")
    trial.calendars.conferences.teams = "refused"
    await trial.work()
    told = await explain(trial.deps, event.ref.event_id)
    row = await trial.row(event)
    assert row is not None
    assert (told.wants, told.conference) == ("yes", ConferenceKind.TEAMS)
    assert (told.code, told.remedy) == (row.code, row.remedy)
    assert told.reason.endswith(row.reason)


async def test_explain_tells_that_a_person_took_the_link_out(trial):
    event = trial.calendars.add(ANA, categories=("Zoom",), title="Lunch", location="", text="Hi")
    await trial.settle()
    (line,) = await links(trial.deps)
    shown = trial.now(event)
    change = unlink_change(shown, line.join_url or "")
    trial.calendars.edit(event.ref, location="", body=change.body or shown.body)
    await trial.settle()
    told = await explain(trial.deps, event.ref.event_id)
    assert (told.wants, told.conference, told.code) == ("no", None, "declined")
    assert (told.state, told.plan) == ("declined", ())
    assert "syncd choose" in told.remedy


async def test_no_licence_of_zoom_cuts_another_conference_short(trial):
    event = trial.calendars.add(BO, location="teams", minutes=60)
    await trial.settle()
    known = Host(BO.owner, "user", is_basic=True)
    await trial.store.run(lambda tx: tx.hosts.put(known, checked_at=trial.clock.now()))
    assert not (await status(trial.deps)).warnings
    trial.meetings.calls.clear()
    trial.clock.advance(timedelta(days=2).total_seconds())
    await Upkeep(trial.deps).learn_hosts()
    assert not trial.meetings.calls
    assert trial.now(event).native is not None

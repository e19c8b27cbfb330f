"""How a scenario must end: one meeting and its link, or none of both, and rest."""

from __future__ import annotations

from datetime import timedelta

from syncd.core.binding import BindingState
from syncd.core.event import Event
from syncd.core.linkblock import FIRST_LINE, LAST_LINE
from syncd.core.writeback import leads_to_meeting
from tests.fakes.witness import LINK
from tests.unit.engine.scenarios import Scenario, shows
from tests.unit.engine.trial import Trial


async def check(trial: Trial, scenario: Scenario, event: Event) -> None:
    """Assert the end: one meeting and its link or none of both, and rest."""
    await trial.witness.look_at_rows()
    assert trial.witness.violations == []
    assert len(trial.calendars.writes) == scenario.writes
    meetings = trial.of_event(event)
    assert len(meetings) == len(trial.meetings.alive) == int(scenario.wanted)
    assert await trial.store.run(lambda tx: tx.journal.all_open()) == []
    assert await trial.row(event) is None
    if scenario.own:
        await _check_own(trial, event)
    else:
        await (_check_linked if scenario.wanted else _check_unlinked)(trial, scenario, event)
    _check_occurrences(trial, scenario, event)
    assert await trial.writes_while_at_rest() == []


async def _check_linked(trial: Trial, scenario: Scenario, event: Event) -> None:
    now, bound = trial.now(event), await trial.binding(event)
    (meeting,) = trial.meetings.alive.values()
    assert bound is not None
    assert (bound.state, bound.meeting_id) == (BindingState.LINKED, meeting.id)
    assert (bound.join_url, bound.removal_since) == (meeting.join_url, None)
    assert bound.version == now.version
    assert now.location == meeting.join_url
    assert now.native is None
    assert bound.retired is None
    start = None if now.recurrence is not None else now.start
    assert (meeting.start, meeting.topic) == (start, now.title)
    assert timedelta(minutes=meeting.duration_minutes) == now.end - now.start
    before, first, rest = now.body.text.partition(FIRST_LINE)
    block, last, after = rest.partition(LAST_LINE)
    assert first
    assert last
    links = block.split(LINK)[1:]
    assert links
    assert all(link.startswith(str(meeting.id)) for link in links)
    assert LINK not in before + after
    user_text = before.removesuffix("<div>") + after.removeprefix("</div>")
    assert user_text == _with_blank_line(event)


async def _check_own(trial: Trial, event: Event) -> None:
    now, bound = trial.now(event), await trial.binding(event)
    assert now.native is not None
    assert now.native.url
    assert str(now.native.kind) != "other"
    assert bound is not None
    assert (bound.state, bound.meeting_id, bound.retired) == (BindingState.LINKED, None, None)
    assert (str(bound.conference), bound.join_url) == (str(now.native.kind), now.native.url)
    assert bound.version == now.version
    assert now.location == ""
    # Exchange writes the block of a Teams meeting below the text.
    assert now.body.text.startswith(event.body.text)
    assert not shows(now)


def _check_occurrences(trial: Trial, scenario: Scenario, event: Event) -> None:
    """Whatever was changed by itself shows what its series shows."""
    for meeting_id in trial.meetings.deleted:
        url = trial.meetings.deleted[meeting_id].join_url
        assert not [one for one in trial.occurrences(event) if leads_to_meeting(one, url)]
    for one in trial.occurrences(event):
        assert shows(one) is scenario.wanted


def _with_blank_line(event: Event) -> str:
    return event.body.text + ("" if event.body.text.startswith("<") else "\n\n")


async def _check_unlinked(trial: Trial, scenario: Scenario, event: Event) -> None:
    bound, now = await trial.binding(event), trial.at(event)
    if now is not None:
        assert now.location in (event.location, "")
        assert now.body == event.body
        assert now.native is None
    if not scenario.declined:
        assert bound is None
        return
    assert bound is not None
    assert (bound.state, bound.meeting_id) == (BindingState.DECLINED, None)

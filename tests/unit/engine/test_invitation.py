"""Zoom's own invitation is fetched for the block where policy says so, and never missed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from syncd.core.policy import BlockStyle, LinkPolicy
from syncd.core.writeback import link_change
from syncd.engine.apply import link, occurrence
from tests.fakes.stage import ANA
from tests.unit.engine.scenarios import linked
from tests.unit.engine.trial import Trial


@pytest.fixture
async def trial() -> AsyncIterator[Trial]:
    made = Trial(link=LinkPolicy(block_style=BlockStyle.ZOOM_INVITATION))
    await made.empty()
    yield made
    made.close()


@pytest.fixture
def infos(monkeypatch):
    """Give what every link was written from."""
    seen = []

    def noting(event, info, **more):
        seen.append(info)
        return link_change(event, info, **more)

    monkeypatch.setattr(link, "link_change", noting)
    monkeypatch.setattr(occurrence, "link_change", noting)
    return seen


async def test_the_invitation_is_read_once_and_handed_to_the_block(trial, infos):
    await linked(trial)
    (info,) = infos
    assert info.invitation.startswith("Topic: Lunch")
    assert info.join_url in info.invitation
    assert trial.meetings.calls == {"create": 1, "invitation": 1}


async def test_an_occurrence_that_is_linked_later_shows_the_same_invitation(trial, infos):
    series = trial.calendars.add_series(ANA, categories=("Zoom",))
    changed = {"title": "Retro", "start": series.start + timedelta(days=7, hours=1)}
    changed["end"] = changed["start"] + (series.end - series.start)
    trial.calendars.change_one(series.ref, series.start + timedelta(days=7), **changed)
    await trial.settle()
    of_series, of_occurrence = infos
    assert of_series.invitation
    assert of_occurrence.invitation == of_series.invitation


@pytest.mark.parametrize("kind", ["scope_missing", "refused", "server_error", "rate_limited"])
async def test_without_it_the_link_is_written_all_the_same(trial, infos, kind):
    trial.meetings.fail_next(kind, "invitation")
    event = await linked(trial)
    (info,) = infos
    assert info.invitation == ""
    (meeting,) = trial.meetings.alive.values()
    assert trial.now(event).location == meeting.join_url
    assert await trial.row(event) is None


async def test_our_own_block_asks_for_none(infos):
    trial = Trial()
    await trial.empty()
    await linked(trial)
    assert trial.meetings.calls == {"create": 1}
    trial.close()

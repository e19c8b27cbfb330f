"""Zoom's own invitation is fetched for the block where policy says so, and never missed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from syncd.core.policy import BlockStyle, LinkPolicy
from syncd.core.writeback import link_change
from syncd.engine.apply import link
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
    return seen


async def test_the_invitation_is_read_once_and_handed_to_the_block(trial, infos):
    await linked(trial)
    (info,) = infos
    assert info.invitation.startswith("Topic: Lunch")
    assert info.join_url in info.invitation
    assert trial.meetings.calls == {"create": 1, "invitation": 1}


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

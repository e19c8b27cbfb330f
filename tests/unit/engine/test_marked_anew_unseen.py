"""A person takes the link out and asks for one again while nobody looks.

Shows K7, K8 and L1 of `config/promises.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from syncd.core.event import Body, BodyFormat, Event
from tests.fakes.stage import ANA
from tests.unit.engine.scenarios import shows
from tests.unit.engine.trial import Trial

MARKED: dict[str, dict[str, Any]] = {
    "the word in its location": {"location": "zoom"},
    "the word, and a category beside it": {"location": "zoom", "categories": ("Zoom",)},
    "a tag that is taken out of its title": {"title": "Review #zoom"},
}


_NOTHING: dict[str, Any] = {"location": "", "body": Body("", BodyFormat.TEXT)}


@pytest.fixture
def trial() -> Iterator[Trial]:
    made = Trial(ANA)
    yield made
    made.close()


async def written_unseen(trial: Trial, fields: dict[str, Any]) -> Event:
    """Give an event whose link was just written by a process that died of it."""
    await trial.empty()
    start = trial.clock.now() + timedelta(days=10)
    event = trial.calendars.add(ANA, start=start, **fields)
    trial.blade.fall("calendar write", "after")
    assert not await trial.settle()
    assert shows(trial.now(event))
    return event


async def ends_without(trial: Trial, event: Event) -> None:
    """See that an event for which nobody asks any more comes to rest with neither link nor meeting."""
    trial.witness.asks = lambda _: False
    await trial.rise()
    assert await trial.settle()
    assert not shows(trial.now(event))
    assert trial.of_event(event) == []
    assert trial.witness.violations == []


@pytest.mark.parametrize("marked", MARKED)
async def test_who_asks_again_before_the_next_look_has_a_link(trial, marked):
    event = await written_unseen(trial, MARKED[marked])
    trial.calendars.edit(event.ref, **_NOTHING | MARKED[marked])
    await trial.rise()

    assert await trial.settle()
    assert shows(trial.now(event))
    assert len(trial.of_event(event)) == 1
    assert trial.witness.violations == []
    assert await trial.writes_while_at_rest() == []


@pytest.mark.parametrize("marked", MARKED)
async def test_who_only_takes_it_out_has_none(trial, marked):
    event = await written_unseen(trial, MARKED[marked])
    trial.calendars.edit(event.ref, **_NOTHING)
    await ends_without(trial, event)


@pytest.mark.parametrize("again", [True, False])
@pytest.mark.parametrize("at", ["zoom create", "calendar write"])
@pytest.mark.parametrize("marked", MARKED)
async def test_who_takes_all_out_while_its_meeting_is_made_anew_has_none(trial, marked, at, again):
    event = await written_unseen(trial, MARKED[marked])
    await trial.rise()
    assert await trial.settle()
    trial.calendars.edit(event.ref, **_NOTHING | MARKED[marked] if again else {"title": "Now"})
    [former] = trial.of_event(event)
    trial.meetings.delete_by_person(former)
    trial.blade.fall(at, "after" if at == "zoom create" else "before")
    assert not all([await trial.attempt(16) for _ in range(8)])
    assert trial.of_event(event) not in ([], [former])
    trial.calendars.edit(event.ref, **_NOTHING | {"title": "Review", "categories": ()})
    await ends_without(trial, event)
    assert await trial.writes_while_at_rest() == []

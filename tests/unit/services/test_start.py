"""Starting a meeting: its host alone, afresh for every click, and nothing of it kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.ids import CalendarKey, EventRef, Provider
from syncd.services.agenda import Entry, agenda
from syncd.services.start import start_url
from tests.fakes.stage import ANA, BO
from tests.unit.services.served import Served


async def entry(served: Served, person: str = ANA.owner) -> Entry:
    begin = served.clock.now()
    (found,) = (await agenda(served.deps, person, begin, begin + timedelta(days=7))).entries
    return found


async def watch(served: Served, *keys: CalendarKey) -> None:
    served.deps = replace(served.deps, watched=served.deps.watched | frozenset(keys))
    served.stage.deps = served.deps
    await served.stage.prepare()


async def test_the_host_starts_and_it_is_noted_without_the_link(served):
    event = served.calendars.add(ANA, location="zoom")
    await served.stage.work(seconds=60)
    one = await start_url(served.deps, ANA.owner, str(event.ref), request_id="r1")
    other = await start_url(served.deps, ANA.owner, str(event.ref))
    assert one != other, "fetched anew for every click"
    entries = [e for e in await served.audit() if e.what == "meeting.start_link_given"]
    assert [(e.who, e.about) for e in entries] == [(ANA.owner, str(event.ref))] * 2
    assert "zak" not in repr(entries)
    assert "zak" not in repr(one)


@pytest.mark.parametrize("person", [BO.owner, "eve@evil.example", ""])
async def test_nobody_else_starts_it(served, person):
    event = served.calendars.add(ANA, location="zoom", guests=[BO.owner])
    await served.stage.work(seconds=60)
    with pytest.raises(LookupError):
        await start_url(served.deps, person, str(event.ref))
    assert served.meetings.started == 0


async def test_a_host_whom_a_wish_named_starts_from_their_own_copy(served):
    people = dict(served.deps.people)
    people[ANA.owner] = replace(people[ANA.owner], hosts_allowed=frozenset({BO.owner}))
    served.deps = served.stage.deps = replace(served.deps, people=people)
    event = served.calendars.add(ANA, title=f"Lunch #zoom:host={BO.owner}", guests=[BO.owner])
    await served.stage.work(seconds=60)
    assert not (await entry(served)).is_host
    with pytest.raises(LookupError, match="only its host"):
        await start_url(served.deps, ANA.owner, str(event.ref))
    copy = CalendarKey(Provider.GOOGLE, BO.owner, "primary")
    await watch(served, copy)
    served.calendars.add(
        copy, ref=EventRef(copy, event.ref.event_id), key=event.key, is_organiser=False
    )
    found = await entry(served, BO.owner)
    assert found.is_host
    url = await start_url(served.deps, BO.owner, found.ref)
    assert url.reveal().startswith("https://zoom.example/s/")


async def test_without_a_zoom_meeting_there_is_nothing_to_start(served):
    event = served.calendars.add(ANA)
    await served.stage.work()
    with pytest.raises(LookupError):
        await start_url(served.deps, ANA.owner, str(event.ref))
    with pytest.raises(LookupError):
        await start_url(served.deps, ANA.owner, f"{ANA}/nowhere")

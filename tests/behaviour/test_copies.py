"""Copies of events, and events that come to another calendar or another organiser."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from syncd.core.ids import CalendarKey
from syncd.sandbox.fakes.google.copies import as_seen
from syncd.sandbox.fakes.microsoft import ids
from tests.behaviour.apps import FIRST_LINE
from tests.behaviour.world import ANA, BO, GUEST, Play

GOOGLE = pytest.mark.parametrize("app", ["google"], indirect=True)
OUTLOOK = pytest.mark.parametrize("app", ["outlook"], indirect=True)


async def copy(play: Play, event_id: str, **more: Any) -> str:
    """Copy an event as it is seen, to two hours later."""
    raw, shown = await play.of().raw(event_id), await play.seen(event_id)
    text = raw["body"]["content"] if play.app_name == "outlook" else shown.text
    own = {"categories": raw["categories"]} if play.app_name == "outlook" else {}
    return await play.add(
        hours=26, title=shown.title, text=text, location=shown.location, **own, **more
    )


@pytest.mark.parametrize(
    "fields", [{"location": "zoom"}, {"location": "", "text": "Agenda #zoom"}], ids=str
)
async def test_a_copy_gets_a_meeting_of_its_own_and_the_original_is_untouched(play: Play, fields):
    event_id = await play.linked(guests=[GUEST], **fields)
    before = await play.seen(event_id)
    copied = await copy(play, event_id, guests=[GUEST])
    async with play.spending() as spent:
        await play.settle(60)
    assert (spent.calendar, spent.zoom, spent.mails) == (1, 1, 1)
    shown = await play.seen(copied)
    assert shown.link in await play.meetings()
    assert shown.link != before.link
    assert str(before.link) not in shown.text
    assert (shown.location, shown.text.count(FIRST_LINE)) == (shown.link, 1)
    assert (await play.seen(event_id)).raw == before.raw
    await play.at_rest()


@GOOGLE
async def test_a_copy_with_our_mark_in_google_is_told_by_its_mac(play: Play):
    event_id = await play.linked(guests=[GUEST])
    before = await play.seen(event_id)
    mark = before.raw["extendedProperties"]
    copied = await copy(play, event_id, extendedProperties=mark)
    async with play.spending() as spent:
        await play.settle(60)
    assert (spent.calendar, spent.zoom) == (1, 1)
    after = await play.seen(copied)
    assert after.link not in (None, before.link)
    assert after.raw["extendedProperties"] != mark
    assert (await play.seen(event_id)).raw == before.raw
    await play.at_rest()


@OUTLOOK
async def test_a_copy_with_our_mark_in_outlook_is_told_by_its_mac(play: Play):
    event_id = await play.linked(guests=[GUEST])
    before = await play.seen(event_id)
    mailbox = play.outlook.exchange.mailboxes[ANA]
    item = mailbox.items[ids.decode(event_id).key]
    assert item.properties
    key = mailbox.new_key()
    mailbox.put(
        replace(item, key=key, uid=f"copy-{key}", fields=dict(item.fields)), play.clock.now()
    )
    async with play.spending() as spent:
        await play.settle(60)
    assert (spent.calendar, spent.zoom) == (1, 1)
    assert mailbox.items[key].properties != item.properties
    assert len(await play.meetings()) == 2
    assert (await play.seen(event_id)).raw == before.raw
    await play.at_rest()


async def test_a_copy_that_is_deleted_takes_only_its_own_meeting(play: Play):
    event_id = await play.linked()
    copied = await copy(play, event_id)
    await play.settle(20)
    await play.delete(copied)
    await play.settle(60)
    assert list(await play.meetings()) == [(await play.seen(event_id)).link]
    await play.at_rest()


async def watch_too(play: Play, calendar_id: str) -> None:
    """Let one more calendar of Ana's be in the configuration."""
    key = CalendarKey(play.provider, ANA, calendar_id)
    play.deps = replace(play.deps, watched=play.deps.watched | {key})
    await play.begin()


@OUTLOOK
async def test_an_event_moved_to_another_calendar_stays_bound_in_outlook(play: Play):
    mailbox = play.outlook.exchange.mailboxes[ANA]
    team = next(each for each in mailbox.calendars.values() if not each.is_default)
    await watch_too(play, team.id)
    event_id = await play.linked(guests=[GUEST])
    before = await play.seen(event_id)
    mailbox.move(mailbox.items[ids.decode(event_id).key], team, play.clock.now())
    async with play.spending() as spent:
        await play.settle(120)
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)
    assert list(await play.meetings()) == [before.link]
    await play.edit(event_id, title="Moved")
    await play.settle(20)
    assert (await play.meeting(event_id))["topic"] == "Moved"
    await play.at_rest()


def moved_in_google(play: Play, event_id: str, *, to: str) -> None:
    """Do what `events.move` does: same id, same identity, another calendar and its organiser."""
    calendars = play.google._core.calendars
    source, target = calendars.get(ANA), calendars.get(to)
    assert source is not None
    assert target is not None
    event = source.find(event_id)
    assert event is not None
    organiser = {"organizer": {"email": to}, "creator": {"email": ANA}}
    calendars.put(target, as_seen({**event, **organiser}, target))
    if target.primary:
        kept = as_seen({**event, **organiser}, source)
        calendars.put(source, kept)
    else:
        calendars.put(source, {**event, "status": "cancelled"})


@GOOGLE
async def test_an_event_moved_to_another_calendar_stays_bound_in_google(play: Play):
    team = "ana-team@group.calendar.example.com"
    await watch_too(play, team)
    event_id = await play.linked(guests=[GUEST])
    before = await play.seen(event_id)
    moved_in_google(play, event_id, to=team)
    async with play.spending() as spent:
        await play.settle(120)
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)
    assert list(await play.meetings()) == [before.link]
    assert await play.states() == {event_id: "linked"}
    calendar = play.google._core.calendars.get(team)
    assert calendar is not None
    event = calendar.find(event_id)
    assert event is not None
    play.google._core.calendars.put(calendar, {**event, "summary": "Moved"})
    await play.settle(20)
    assert [meeting["topic"] for meeting in (await play.meetings()).values()] == ["Moved"]
    await play.at_rest()


@GOOGLE
@pytest.mark.parametrize("fields", [{}, {"location": "", "text": "Agenda #zoom"}], ids=str)
async def test_an_event_handed_to_another_organiser_stays_bound(play: Play, fields):
    event_id = await play.linked(guests=[BO, GUEST], **fields)
    before = await play.seen(event_id)
    moved_in_google(play, event_id, to=BO)
    async with play.spending() as spent:
        await play.settle(120)
    # At Zoom the new organiser is no longer among the invited.
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 1, 0)
    assert list(await play.meetings()) == [before.link]
    assert (await play.seen(event_id, person=BO)).link == before.link
    assert await play.waiting() == {}
    await play.edit(event_id, person=BO, title="Bo's now")
    await play.settle(20)
    assert [m["topic"] for m in (await play.meetings()).values()] == ["Bo's now"]
    await play.at_rest()


@GOOGLE
@pytest.mark.parametrize(("text", "location"), [("Agenda #zoom", ""), ("Agenda", "zoom")])
async def test_a_copy_whose_block_was_deleted_gets_a_meeting_of_its_own(
    play: Play, text: str, location: str
):
    event_id = await play.linked(text=text, location=location)
    before = await play.seen(event_id)
    mark = before.raw["extendedProperties"]
    copied = await play.add(hours=26, location=before.location, text=text, extendedProperties=mark)
    async with play.spending() as spent:
        await play.settle(60)
    assert (spent.calendar, spent.zoom, spent.mails) == (1, 1, 1)
    after = await play.seen(copied)
    assert after.location == after.link
    assert after.link != before.link
    assert (await play.seen(event_id)).raw == before.raw
    await play.at_rest()

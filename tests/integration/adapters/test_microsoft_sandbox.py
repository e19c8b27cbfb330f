from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from syncd.core import linkblock
from syncd.core.conference import JoinInfo
from syncd.core.event import Body, BodyFormat, Event, EventChange, EventShape, NativeKind
from syncd.core.ids import CalendarKey, EventRef, Provider
from syncd.ports.calendar import Change, Changed, Gone, Partial
from syncd.ports.errors import CursorExpired, Forbidden, NotFound
from tests.integration.adapters.microsoft_sandbox import OPERATIONS, MicrosoftStage, at

JOIN = JoinInfo(81234567890, "https://zoom.example/j/81234567890?pwd=a&b=1", "1234")


async def pages(stage: MicrosoftStage, cursor: str | None = None, *, calendar=None):
    run = stage.provider.changes(calendar or stage.calendar, cursor)
    return [page async for page in run]


async def changes(stage: MicrosoftStage, cursor: str | None = None) -> tuple[list[Change], str]:
    run = await pages(stage, cursor)
    assert run[-1].cursor is not None
    return [item for page in run for item in page.items], run[-1].cursor


async def get(stage: MicrosoftStage, event_id: str) -> Event:
    return await stage.provider.get(EventRef(stage.calendar, event_id))


async def tomorrow(stage: MicrosoftStage):
    return (await stage.now()).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(1)


async def lunch(stage: MicrosoftStage, *guests: str, **fields) -> str:
    start = await tomorrow(stage)
    made = await stage.create(
        subject="Lunch",
        start=at(start),
        end=at(start + timedelta(hours=1)),
        attendees=[{"type": "required", "emailAddress": {"address": one}} for one in guests],
        **fields,
    )
    event_id: str = made["id"]
    return event_id


async def daily(stage: MicrosoftStage, count: int = 3) -> str:
    first = (await tomorrow(stage)).date().isoformat()
    span = {"type": "numbered", "startDate": first, "numberOfOccurrences": count}
    pattern = {"type": "daily", "interval": 1}
    return await lunch(stage, recurrence={"pattern": pattern, "range": span})


async def test_a_series_comes_as_its_master_and_stubs():
    stage = MicrosoftStage()
    master = await daily(stage)
    items, _ = await changes(stage)
    [first] = [item for item in items if isinstance(item, Changed)]
    stubs = [item for item in items if isinstance(item, Partial)]
    assert (first.event.ref.event_id, first.event.shape) == (master, EventShape.SERIES)
    assert {stub.series_id for stub in stubs} == {master}
    assert len(stubs) == 3


async def test_an_occurrence_is_an_event_of_its_own_with_its_original_start():
    stage = MicrosoftStage()
    await daily(stage)
    items, _ = await changes(stage)
    stub = next(item for item in items if isinstance(item, Partial))
    event = await get(stage, stub.event_id)
    assert event.shape is EventShape.OCCURRENCE
    assert event.key.original_start == event.start


async def test_a_changed_occurrence_keeps_its_original_start_when_it_moves():
    stage = MicrosoftStage()
    await daily(stage)
    items, cursor = await changes(stage)
    stub = next(item for item in items if isinstance(item, Partial))
    before = await get(stage, stub.event_id)
    later = before.start + timedelta(hours=2)
    await stage.patch(stub.event_id, start=at(later), end=at(later + timedelta(hours=1)))
    after = await get(stage, stub.event_id)
    assert (after.start, after.key) == (later, before.key)
    items, _ = await changes(stage, cursor)
    assert Changed(after) in items


async def test_an_event_moved_beyond_the_window_is_called_gone_but_is_there():
    stage = MicrosoftStage()
    made = await lunch(stage)
    _, cursor = await changes(stage)
    far = await tomorrow(stage) + timedelta(days=300)
    await stage.patch(made, start=at(far), end=at(far + timedelta(hours=1)))
    items, _ = await changes(stage, cursor)
    assert items == [Gone(made)]
    assert (await get(stage, made)).start == far


async def test_an_empty_page_does_not_end_a_round():
    stage = MicrosoftStage()
    stage.exchange.knobs.empty_pages = True
    made = {await lunch(stage) for _ in range(5)}
    run = await pages(stage)
    assert () in [page.items for page in run]
    assert {item.event.ref.event_id for page in run for item in page.items} == made


async def test_a_state_lost_in_the_middle_of_a_round_asks_for_a_full_read():
    stage = MicrosoftStage()
    for _ in range(5):
        await lunch(stage)
    run = stage.provider.changes(stage.calendar, None)
    assert (await anext(run)).cursor is None
    stage.exchange.rounds.forget()
    with pytest.raises(CursorExpired):
        await anext(run)


async def test_an_old_cursor_asks_for_a_full_read():
    stage = MicrosoftStage()
    _, cursor = await changes(stage)
    await stage.advance(8 * 24 * 3600)
    with pytest.raises(CursorExpired):
        await changes(stage, cursor)


async def test_an_unknown_calendar_is_not_found():
    stage = MicrosoftStage()
    nowhere = CalendarKey(Provider.MICROSOFT, stage.ana.email, "AQMknowhere")
    with pytest.raises(NotFound) as caught:
        await pages(stage, calendar=nowhere)
    assert caught.value.code == "calendar_gone"


async def test_a_calendar_can_be_read_by_its_id():
    stage = MicrosoftStage()
    made = await lunch(stage)
    own = await stage.call("GET", "/me/calendar")
    by_id = CalendarKey(Provider.MICROSOFT, stage.ana.email, own["id"])
    [page] = await pages(stage, calendar=by_id)
    [item] = page.items
    assert item.event.ref == EventRef(by_id, made)
    assert (await stage.provider.get(item.event.ref)).ref == item.event.ref


async def test_the_link_goes_in_with_one_write_and_then_rests():
    stage = MicrosoftStage()
    guests = ("guest@elsewhere.example", stage.bo.email)
    made = await lunch(stage, *guests, body={"contentType": "html", "content": "<p>Menu</p>"})
    event = await get(stage, made)
    stage.world.mails.clear()
    change = EventChange(
        location=JOIN.join_url, body=linkblock.merge(event.body, JOIN), mark="v1.1.abc"
    )
    after = await stage.provider.write(event, change)
    assert after == await get(stage, made)
    assert after.location == JOIN.join_url
    assert linkblock.holds(after.body, JOIN.join_url)
    assert linkblock.merge(after.body, JOIN) == after.body
    assert len(stage.world.mails) == stage.provider.mails(event) == len(guests)


async def test_a_link_taken_out_leaves_what_was_there():
    stage = MicrosoftStage()
    made = await lunch(stage, body={"contentType": "html", "content": "<p>Menu</p>"})
    event = await get(stage, made)
    linked = EventChange(location=JOIN.join_url, body=linkblock.merge(event.body, JOIN), mark="m")
    with_link = await stage.provider.write(event, linked)
    out = EventChange(location="", body=linkblock.strip(with_link.body), mark="")
    after = await stage.provider.write(with_link, out)
    assert (after.location, after.mark) == ("", None)
    assert "Menu" in after.body.text
    assert not linkblock.present(after.body)


async def test_a_body_is_html_whatever_was_written():
    stage = MicrosoftStage()
    event = await get(stage, await lunch(stage))
    after = await stage.provider.write(event, EventChange(body=Body("Hi", BodyFormat.TEXT)))
    assert after.body.format is BodyFormat.HTML
    assert "Hi" in after.body.text


async def test_a_teams_meeting_is_seen_with_its_link():
    stage = MicrosoftStage()
    event = await get(stage, await lunch(stage, isOnlineMeeting=True))
    assert event.native is not None
    assert event.native.kind is NativeKind.TEAMS
    assert event.native.url.startswith("https://teams.microsoft.com/")


async def test_a_guests_copy_is_read_only_and_stays_when_cancelled():
    stage = MicrosoftStage()
    made = await lunch(stage, stage.bo.email)
    theirs = CalendarKey(Provider.MICROSOFT, stage.bo.email, "primary")
    [page] = await pages(stage, calendar=theirs)
    [item] = page.items
    copy = item.event
    assert (copy.is_organiser, copy.can_write, copy.organiser) == (False, False, stage.ana.email)
    assert copy.key == (await get(stage, made)).key
    await stage.delete(made)
    assert (await stage.provider.get(copy.ref)).cancelled


async def test_an_id_stays_when_the_event_changes_to_another_calendar():
    stage = MicrosoftStage()
    made = await lunch(stage)
    mailbox = stage.exchange.mailboxes[stage.ana.email]
    other = next(one for one in mailbox.calendars.values() if one is not mailbox.default)
    [item] = [one for one in mailbox.items.values() if not one.deleted]
    mailbox.move(item, other, stage.world.now())
    assert (await get(stage, made)).title == "Lunch"


async def test_a_token_that_ran_out_is_replaced():
    stage = MicrosoftStage()
    made = await lunch(stage)
    await stage.advance(3601)
    assert (await get(stage, made)).title == "Lunch"
    assert stage.tokens.renewals == 1


async def test_a_mailbox_the_tenant_does_not_have_is_named():
    stage = MicrosoftStage()
    with pytest.raises(Forbidden) as caught:
        await pages(stage, calendar=stage.stranger)
    assert caught.value.code == "mailbox_missing"


async def test_many_reads_at_once_are_not_throttled():
    stage = MicrosoftStage()
    stage.world.latency_ms = 10
    made = [await lunch(stage) for _ in range(4)]
    events = await asyncio.gather(*(get(stage, one) for one in made * 3))
    assert len(events) == 12
    # A throttled one would have been sent again.
    assert stage.world.counts[("microsoft", OPERATIONS["get"])] == 12

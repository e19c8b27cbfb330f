"""The Google adapter against the stand-in: what goes beyond the port's contract."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from syncd.core.event import EventChange, EventShape, NativeKind
from syncd.core.ids import CalendarKey, EventRef, Provider
from syncd.ports.calendar import Change, Changed, Gone
from syncd.ports.errors import AuthLost, NotFound, OutcomeUnknown
from tests.integration.adapters.google_sandbox import GoogleStage


async def items(stage: GoogleStage, calendar: CalendarKey | None = None) -> tuple[Change, ...]:
    run = [page async for page in stage.provider.changes(calendar or stage.calendar, None)]
    return tuple(item for page in run for item in page.items)


async def add(stage: GoogleStage, **more: Any) -> EventRef:
    start = (await stage.now() + timedelta(days=1)).replace(microsecond=0)
    event_id = await stage.add(title="Lunch", start=start, minutes=30, **more)
    return EventRef(stage.calendar, event_id)


async def test_another_calendar_of_the_owner_is_read_by_its_id():
    stage = GoogleStage()
    team = CalendarKey(Provider.GOOGLE, stage.ana.email, "ana-team@group.calendar.example.com")
    await add(stage)
    assert await items(stage, team) == ()
    assert len(await items(stage)) == 1


async def test_a_calendar_nobody_has_is_not_found():
    stage = GoogleStage()
    missing = CalendarKey(Provider.GOOGLE, stage.ana.email, "missing@example.com")
    with pytest.raises(NotFound):
        await items(stage, missing)


async def test_a_guests_copy_can_be_read_but_not_written():
    stage = GoogleStage()
    await add(stage, guests=(stage.bo.email,))
    [copy] = await items(stage, CalendarKey(Provider.GOOGLE, stage.bo.email, "primary"))
    assert isinstance(copy, Changed)
    assert (copy.event.is_organiser, copy.event.can_write) == (False, False)
    assert copy.event.organiser == stage.ana.email


async def test_both_copies_of_an_event_have_one_key():
    stage = GoogleStage()
    await add(stage, guests=(stage.bo.email,))
    [hers] = await items(stage)
    [his] = await items(stage, CalendarKey(Provider.GOOGLE, stage.bo.email, "primary"))
    assert isinstance(hers, Changed)
    assert isinstance(his, Changed)
    assert hers.event.key == his.event.key


async def test_a_series_comes_as_one_event():
    stage = GoogleStage()
    await add(stage, recurrence=["RRULE:FREQ=WEEKLY;COUNT=5"])
    [series] = await items(stage)
    assert isinstance(series, Changed)
    assert series.event.shape is EventShape.SERIES


async def test_a_moved_and_a_cancelled_occurrence_come_by_themselves():
    stage = GoogleStage()
    series = await add(stage, recurrence=["RRULE:FREQ=WEEKLY;COUNT=5"])
    listed = await stage.person("GET", f"events/{series.event_id}/instances")
    first, second = (one["id"] for one in listed["items"][:2])
    await stage.edit(first, title="Moved")
    await stage.delete(second)
    shown = await items(stage)
    [moved] = [i.event for i in shown if isinstance(i, Changed) and i.event.title == "Moved"]
    assert (moved.shape, moved.ref.event_id) == (EventShape.OCCURRENCE, first)
    assert moved.key.original_start == moved.start
    assert Gone(second, series.event_id) in shown


MEET = {"createRequest": {"requestId": "r1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}}


async def test_the_meet_is_taken_out_in_the_same_write_as_the_link_comes_in():
    stage = GoogleStage()
    ref = await add(stage, conferenceData=MEET)
    event = await stage.provider.get(ref)
    assert event.native is not None
    assert event.native.kind is NativeKind.GOOGLE_MEET
    after = await stage.provider.write(event, EventChange(location="url", drop_native=True))
    assert (after.location, after.native) == ("url", None)
    assert "conferenceData" not in stage.stored(ref.event_id)


async def test_a_write_without_that_wish_leaves_the_meet():
    stage = GoogleStage()
    event = await stage.provider.get(await add(stage, conferenceData=MEET))
    after = await stage.provider.write(event, EventChange(location="url"))
    assert after.native == event.native


async def test_the_mark_stands_in_the_organisers_copy_alone():
    stage = GoogleStage()
    ref = await add(stage, guests=(stage.bo.email,))
    await stage.provider.write(await stage.provider.get(ref), EventChange(mark="v1.1.abc"))
    [his] = await items(stage, CalendarKey(Provider.GOOGLE, stage.bo.email, "primary"))
    assert isinstance(his, Changed)
    assert his.event.mark is None
    assert stage.stored(ref.event_id)["extendedProperties"]["private"] == {"syncd": "v1.1.abc"}


async def test_the_mark_is_seen_by_a_listing():
    stage = GoogleStage()
    ref = await add(stage)
    await stage.provider.write(await stage.provider.get(ref), EventChange(mark="v1.1.abc"))
    [listed] = await items(stage)
    assert isinstance(listed, Changed)
    assert listed.event.mark == "v1.1.abc"


async def test_other_private_properties_stay_when_ours_goes():
    stage = GoogleStage()
    theirs = {"private": {"other": "kept", "syncd": "v1.1.abc"}}
    ref = await add(stage, extendedProperties=theirs)
    await stage.provider.write(await stage.provider.get(ref), EventChange(mark=""))
    assert stage.stored(ref.event_id)["extendedProperties"]["private"] == {"other": "kept"}


@pytest.mark.parametrize("send_updates", ["all", "externalOnly", "none"])
async def test_exactly_those_are_mailed_that_were_told(send_updates):
    stage = GoogleStage(send_updates=send_updates)
    ref = await add(stage, guests=(stage.bo.email, "cem@elsewhere.example"))
    event = await stage.provider.get(ref)
    before = await stage.mails_sent()
    await stage.provider.write(event, EventChange(location="Room 1"))
    assert await stage.mails_sent() - before == stage.provider.mails(event)


async def test_a_long_text_stays_byte_for_byte():
    stage = GoogleStage()
    text = "Grüße\r\n<b>bold</b> & more \U0001f600\n" * 20
    event = await stage.provider.get(await add(stage, description=text))
    assert event.body.text == text
    body = replace(event.body, text=text + "end")
    assert (await stage.provider.write(event, EventChange(body=body))).body.text == text + "end"


async def test_missing_delegation_is_a_lost_account():
    stage = GoogleStage()
    stage.google.knobs.delegated_scopes = frozenset()
    with pytest.raises(AuthLost) as raised:
        await items(stage)
    assert raised.value.code == "delegation_missing"


async def test_a_suspended_person_is_a_lost_account_and_the_others_are_not():
    stage = GoogleStage()
    stage.google.knobs.suspended.add(stage.ana.email)
    with pytest.raises(AuthLost) as raised:
        await items(stage)
    assert raised.value.code == "unknown_user"
    assert await items(stage, CalendarKey(Provider.GOOGLE, stage.bo.email, "primary")) == ()


async def test_a_narrow_scope_is_named():
    stage = GoogleStage()
    error = {"errors": [{"reason": "insufficientPermissions"}], "code": 403}
    stage.strike("changes", kind="status", status=403, body={"error": error})
    with pytest.raises(AuthLost) as raised:
        await items(stage)
    assert raised.value.code == "scope_missing"


async def test_many_calls_of_one_owner_make_one_token():
    stage = GoogleStage()
    ref = await add(stage)
    await asyncio.gather(*(stage.provider.get(ref) for _ in range(10)))
    assert stage.count("token") == 1


async def test_a_token_that_died_early_is_replaced_on_the_way():
    stage = GoogleStage()
    await items(stage)
    stage.world.advance(7200)
    assert await items(stage) == ()
    assert stage.count("token") == 2


@pytest.mark.parametrize("kind", ["garbage", "truncate", "drop_response"])
async def test_a_write_whose_answer_is_spoilt_is_left_open_and_not_repeated(kind: str):
    stage = GoogleStage()
    event = await stage.provider.get(await add(stage))
    stage.strike("write", kind=kind)
    with pytest.raises(OutcomeUnknown):
        await stage.provider.write(event, EventChange(title="Dinner"))
    assert stage.stored(event.ref.event_id)["summary"] == "Dinner"
    assert stage.count("write") == 1


async def test_a_dropped_write_is_left_open_too():
    stage = GoogleStage()
    event = await stage.provider.get(await add(stage))
    stage.strike("write", kind="drop_request")
    with pytest.raises(OutcomeUnknown):
        await stage.provider.write(event, EventChange(title="Dinner"))
    assert stage.stored(event.ref.event_id)["summary"] == "Lunch"


@pytest.mark.parametrize("operation", ["changes", "get", "token"])
@pytest.mark.parametrize("kind", ["drop_request", "drop_response"])
async def test_a_read_whose_answer_is_lost_is_asked_again(operation: str, kind: str):
    stage = GoogleStage()
    ref = await add(stage)
    stage.strike(operation, kind=kind)
    assert (await stage.provider.get(ref)).title == "Lunch"
    assert len(await items(stage)) == 1

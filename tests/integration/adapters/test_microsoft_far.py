"""Events beyond the window of a round: what Graph is asked, page by page, and what is made of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from syncd.adapters.microsoft.translate import MARK_ID, event_in
from syncd.core.event import EventShape
from syncd.core.ids import CalendarKey, Provider
from syncd.ports.calendar import Change, Changed, Partial, Unreadable
from syncd.ports.errors import NotFound, Permanent, ProviderError, RateLimited, Transient
from tests.fakes.clock import FakeClock
from tests.integration.adapters.microsoft_sandbox import MicrosoftStage, at
from tests.integration.adapters.microsoft_wire import API, Wire, calendars_on, ok, page, refused
from tests.unit.adapters.microsoft_items import ANA, item

MARK = {"singleValueExtendedProperties": [{"id": MARK_ID, "value": "v1.1.abc"}]}


async def beyond(wire: Wire, calendar: CalendarKey = ANA) -> list[Change]:
    return [item async for item in calendars_on(wire).beyond(calendar)]


async def test_it_asks_for_what_starts_later_and_for_older_series_and_follows_the_links():
    following = f"{API}/users/ana@example.com/calendar/events?$skip=50"
    wire = Wire(
        ok({"value": [item(id="1")], "@odata.nextLink": following}),
        page(item(id="2")),
        page(item(id="3")),
    )
    found = await beyond(wire)
    assert [i.event.ref.event_id for i in found if isinstance(i, Changed)] == ["1", "2", "3"]
    later, more, older = wire.calls
    assert later.url.path == older.url.path == "/v1.0/users/ana@example.com/calendar/events"
    assert str(more.url) == following
    edge = f"{FakeClock().now() + timedelta(days=58):%Y-%m-%dT%H:%M:%SZ}"
    assert later.url.params["$filter"] == f"start/dateTime ge '{edge}'"
    assert older.url.params["$filter"] == f"type eq 'seriesMaster' and start/dateTime lt '{edge}'"
    for call in wire.calls:
        assert call.headers["prefer"] == 'IdType="ImmutableId", outlook.timezone="UTC"'
    for call in (later, older):
        assert call.url.params["$top"] == "50"
        assert MARK_ID in call.url.params["$expand"]


async def test_another_calendar_is_asked_by_its_id():
    wire = Wire(page(), page())
    assert await beyond(wire, replace(ANA, calendar_id="AAMk/Ag==")) == []
    paths = {call.url.raw_path.partition(b"?")[0] for call in wire.calls}
    assert paths == {b"/v1.0/users/ana@example.com/calendars/AAMk%2FAg%3D%3D/events"}


async def test_the_mark_is_shown():
    marked = item(**MARK)
    assert await beyond(Wire(page(marked), page())) == [Changed(event_in(marked, calendar=ANA))]
    assert event_in(marked, calendar=ANA).mark == "v1.1.abc"


async def test_what_cannot_be_understood_stops_nothing():
    odd = item(id="odd")
    del odd["start"]
    found = await beyond(Wire(page(odd, 7, {}, item(id="1")), page()))
    assert [type(one) for one in found] == [Partial, Unreadable, Unreadable, Changed]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (ok({"value": [], "@odata.nextLink": "https://evil.example/next"}), Permanent),
        (ok({"value": 7}), Transient),
        (ok([]), Transient),
        (refused(404, "ErrorItemNotFound"), NotFound),
        (refused(429, "TooManyRequests", retry_after="900"), RateLimited),
    ],
)
async def test_a_list_that_fails_says_how(answer: httpx.Response, error: type[ProviderError]):
    wire = Wire(answer)
    with pytest.raises(error):
        await beyond(wire)
    assert len(wire.calls) == 1


async def test_a_list_without_end_is_given_up():
    following = f"{API}/again"
    again = {"value": [], "@odata.nextLink": following}
    with pytest.raises(Transient):
        await beyond(Wire(ok(again), ok(again)))


async def weekly(stage: MicrosoftStage, *, days: int, times: int) -> str:
    start = (await stage.now() + timedelta(days=days)).replace(microsecond=0)
    day = f"{start:%A}".lower()
    made = await stage.create(
        subject="Round",
        start=at(start),
        end=at(start + timedelta(minutes=30)),
        recurrence={
            "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": [day]},
            "range": {
                "type": "numbered",
                "startDate": str(start.date()),
                "numberOfOccurrences": times,
            },
        },
    )
    return str(made["id"])


async def test_series_are_told_wherever_they_began():
    stage = MicrosoftStage()
    made = [await weekly(stage, days=days, times=3) for days in (-100, 10, 100)]
    items = [i async for i in stage.provider.beyond(stage.calendar) if isinstance(i, Changed)]
    assert {i.event.ref.event_id for i in items} == set(made)
    assert {i.event.shape for i in items} == {EventShape.SERIES}


async def test_events_of_other_calendars_are_not_told():
    stage = MicrosoftStage()
    mailbox = stage.exchange.mailboxes[stage.ana.email]
    others = [one.id for one in mailbox.calendars.values() if one.id != mailbox.default.id]
    start = await stage.now() + timedelta(days=300)
    here = await stage.add(title="Here", start=start, minutes=30)
    for calendar_id in others:
        other = CalendarKey(Provider.MICROSOFT, stage.ana.email, calendar_id)
        assert [one async for one in stage.provider.beyond(other)] == []
    items = [one async for one in stage.provider.beyond(stage.calendar)]
    assert [one.event.ref.event_id for one in items if isinstance(one, Changed)] == [here]

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from syncd.adapters.microsoft.translate import MARK_ID, event_in
from syncd.core.event import Attendee, Event, EventChange
from syncd.core.ids import CalendarKey, EventRef, Provider
from syncd.ports.errors import (
    AuthLost,
    Forbidden,
    OutcomeUnknown,
    Permanent,
    RateLimited,
    Stale,
    Transient,
)
from tests.integration.adapters.microsoft_wire import (
    Tokens,
    Wire,
    calendars_on,
    ok,
    page,
    refused,
)
from tests.unit.adapters.microsoft_items import ANA, EVENT_1, OUT, graph_error, item

DINNER = EventChange(title="Dinner")


def an_event(**fields) -> Event:
    return replace(event_in(item(), calendar=ANA), **fields)


# Every request


async def test_every_request_asks_for_immutable_ids_and_utc():
    wire = Wire(page(delta="d"), ok(item()), ok(item()))
    calendars = calendars_on(wire)
    assert [one async for one in calendars.changes(ANA, None)]
    await calendars.write(await calendars.get(EVENT_1), DINNER)
    listing, read_one, write = wire.calls
    both = 'IdType="ImmutableId", outlook.timezone="UTC"'
    assert listing.headers["prefer"] == f"{both}, odata.maxpagesize=50"
    assert read_one.headers["prefer"] == write.headers["prefer"] == both
    assert {call.headers["authorization"] for call in wire.calls} == {"Bearer token-1"}
    assert {call.headers["accept"] for call in wire.calls} == {"application/json"}


async def test_every_request_has_an_id_of_its_own():
    wire = Wire(ok(item()), ok(item()))
    calendars = calendars_on(wire)
    await calendars.get(EVENT_1)
    await calendars.get(EVENT_1)
    first, second = (call.headers["client-request-id"] for call in wire.calls)
    assert first != second


async def test_a_refused_token_is_replaced_once():
    wire = Wire(refused(401, "InvalidAuthenticationToken"), ok(item()))
    tokens = Tokens()
    assert await calendars_on(wire, tokens=tokens).get(EVENT_1) == an_event()
    assert tokens.refused == ["token-1"]
    assert wire.calls[1].headers["authorization"] == "Bearer token-2"


async def test_a_token_that_stays_refused_is_lost():
    no = refused(401, "InvalidAuthenticationToken")
    wire = Wire(no, no)
    with pytest.raises(AuthLost) as caught:
        await calendars_on(wire).write(an_event(), DINNER)
    assert caught.value.remedy
    assert len(wire.calls) == 2


async def test_without_a_token_nothing_is_sent():
    wire = Wire()
    tokens = Tokens(error=AuthLost("no", code="secret_expired"))
    with pytest.raises(AuthLost):
        await calendars_on(wire, tokens=tokens).write(an_event(), DINNER)
    assert wire.calls == []


# One event


async def test_one_event_is_read_with_our_mark():
    properties = [{"id": MARK_ID, "value": "v1.1.a"}]
    wire = Wire(ok(item(singleValueExtendedProperties=properties)))
    assert (await calendars_on(wire).get(EVENT_1)).mark == "v1.1.a"
    [call] = wire.calls
    assert call.url.path == "/v1.0/users/ana@example.com/events/ev1"
    expected = f"singleValueExtendedProperties($filter=id eq '{MARK_ID}')"
    assert dict(call.url.params) == {"$expand": expected}


async def test_ids_and_addresses_stay_inside_their_part_of_the_path():
    ref = EventRef(CalendarKey(Provider.MICROSOFT, "a/b?c@example.com", "primary"), "x/../y=")
    wire = Wire(ok(item()))
    await calendars_on(wire).get(ref)
    path = wire.calls[0].url.raw_path.decode().partition("?")[0]
    assert path == "/v1.0/users/a%2Fb%3Fc@example.com/events/x%2F..%2Fy%3D"


async def test_a_cancelled_event_is_still_an_event():
    assert (await calendars_on(Wire(ok(item(isCancelled=True)))).get(EVENT_1)).cancelled


async def test_an_event_that_cannot_be_understood_is_not_asked_for_again():
    with pytest.raises(Permanent) as caught:
        await calendars_on(Wire(ok(item(iCalUId=OUT)))).get(EVENT_1)
    assert caught.value.code == "unreadable"


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"id": "ev', b"[]", b'{"id": NaN}'])
async def test_garbage_instead_of_an_event_is_passing(body):
    with pytest.raises(Transient):
        await calendars_on(Wire(httpx.Response(200, content=body))).get(EVENT_1)


async def test_a_read_is_repeated_after_a_silence():
    wire = Wire(httpx.ReadError("cut"), ok(item()))
    assert await calendars_on(wire).get(EVENT_1) == an_event()


async def test_a_long_wait_is_handed_on():
    wire = Wire(refused(429, "ApplicationThrottled", retry_after="90"))
    with pytest.raises(RateLimited) as caught:
        await calendars_on(wire).get(EVENT_1)
    assert caught.value.retry_after is not None
    assert caught.value.retry_after.total_seconds() == 90


# One write


async def test_a_write_is_one_patch_under_the_version_that_was_read():
    wire = Wire(ok(item(subject="Dinner", **{"@odata.etag": 'W/"v2"'})))
    after = await calendars_on(wire).write(an_event(mark="v1.1.a"), DINNER)
    [call] = wire.calls
    assert (call.method, call.url.path) == ("PATCH", "/v1.0/users/ana@example.com/events/ev1")
    assert call.headers["if-match"] == 'W/"v1"'
    assert call.headers["content-type"] == "application/json"
    assert wire.body() == {"subject": "Dinner"}
    assert after == an_event(title="Dinner", version='W/"v2"', mark="v1.1.a")


async def test_a_write_under_an_old_version_is_stale():
    wire = Wire(refused(412, "ErrorIrresolvableConflict"))
    with pytest.raises(Stale):
        await calendars_on(wire).write(an_event(), DINNER)


async def test_a_conflict_that_a_read_reports_is_passing():
    wire = Wire(refused(412, "ErrorIrresolvableConflict"))
    with pytest.raises(Transient):
        await calendars_on(wire).get(EVENT_1)


async def test_a_throttled_write_was_not_done_and_is_sent_again():
    wire = Wire(refused(429, "ApplicationThrottled", retry_after="1"), ok(item()))
    assert await calendars_on(wire).write(an_event(), DINNER) == an_event()
    assert len(wire.calls) == 2


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ReadError("cut"),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"id": "ev1"}),
        httpx.Response(500, json=graph_error("ErrorInternalServerError")),
        httpx.Response(502),
    ],
)
async def test_a_write_without_a_clear_answer_is_not_repeated(answer):
    wire = Wire(answer)
    with pytest.raises(OutcomeUnknown):
        await calendars_on(wire).write(an_event(), DINNER)
    assert len(wire.calls) == 1


async def test_a_write_that_is_not_allowed_says_what_to_do():
    wire = Wire(refused(403, "ErrorAccessDenied"))
    with pytest.raises(Forbidden) as caught:
        await calendars_on(wire).write(an_event(), DINNER)
    assert (caught.value.code, "granted" in caught.value.remedy) == ("read_only", True)


async def test_after_a_refusal_nothing_is_written_for_an_hour():
    wire = Wire(refused(403, "ErrorAccessDenied"), ok(item()), ok(item()))
    calendars, event = calendars_on(wire), an_event()
    with pytest.raises(Forbidden):
        await calendars.write(event, DINNER)
    assert not (await calendars.get(event.ref)).can_write


async def test_a_teams_meeting_is_not_dropped():
    wire = Wire()
    with pytest.raises(Permanent) as caught:
        await calendars_on(wire).write(an_event(), EventChange(title="x", drop_native=True))
    assert caught.value.code == "teams_untouchable"
    assert wire.calls == []


def test_mails_go_to_people_other_than_the_organiser():
    several = ("ana@example.com", "bo@example.com", "cem@example.com", "bo@example.com")
    attendees = (*map(Attendee, several), Attendee("room@example.com", is_resource=True))
    assert calendars_on(Wire()).mails(an_event(attendees=attendees)) == 2


async def test_a_refusal_is_noted_with_the_id_of_the_request(caplog):
    caplog.set_level("INFO", logger="syncd.adapters.microsoft.client")
    wire = Wire(refused(403, "ErrorAccessDenied", request_id="r-17"))
    with pytest.raises(Forbidden):
        await calendars_on(wire).get(EVENT_1)
    [record] = [one for one in caplog.records if one.name == "syncd.adapters.microsoft.client"]
    noted = vars(record)
    assert (noted["request_id"], noted["code"]) == ("r-17", "erroraccessdenied")
    assert "token-1" not in str(noted)

"""What the sandbox cannot be made to do: Zoom's odd answers, one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from syncd.core.meeting import MeetingChange
from syncd.ports.errors import (
    AuthLost,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    Permanent,
    RateLimited,
    Transient,
)
from tests.fakes.clock import FakeClock
from tests.integration.adapters.zoom_wire import MEETING, SPEC, Zoom, meetings, refused


async def create(zoom: Zoom) -> object:
    return await meetings(zoom).create("ana+x@example.com", SPEC, send_by=2000.0)


async def test_a_create_goes_to_the_host_with_the_token():
    zoom = Zoom(httpx.Response(201, json=MEETING))
    await create(zoom)
    (request,) = zoom.requests
    assert request.url.raw_path == b"/v2/users/ana%2Bx@example.com/meetings"
    assert request.headers["authorization"] == "Bearer token-1"
    assert request.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(201, text="<html>"),
        httpx.Response(201, json={"id": "93000000001"}),
        httpx.Response(201, json={"id": 93_000_000_001}),
        httpx.Response(201, json=[]),
        httpx.Response(201),
        httpx.Response(200, json=MEETING),
        httpx.Response(204),
        httpx.Response(302, headers={"location": "https://zoom.us/x"}),
        httpx.Response(300, json={"code": 300, "message": "Elsewhere."}),
        httpx.Response(400, text="<html>a proxy"),
        httpx.Response(401, text="<html>a proxy"),
        httpx.Response(500, json={"code": 300, "message": "Validation Failed."}),
        httpx.Response(503, headers={"retry-after": "1"}),
        httpx.Response(504),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("cut"),
    ],
)
async def test_a_create_whose_end_is_unclear_is_sent_once(answer: httpx.Response | Exception):
    zoom = Zoom(answer)
    with pytest.raises(OutcomeUnknown):
        await create(zoom)
    assert len(zoom.requests) == 1


async def test_a_create_with_a_refused_token_is_sent_again_with_another():
    zoom = Zoom(refused(401, 124), httpx.Response(201, json=MEETING))
    await create(zoom)
    sent = [request.headers["authorization"] for request in zoom.requests]
    assert sent == ["Bearer token-1", "Bearer token-2"]


async def test_a_token_refused_twice_means_that_the_app_is():
    zoom = Zoom(refused(401, 124, "Invalid access token."))
    with pytest.raises(AuthLost) as lost:
        await create(zoom)
    assert (lost.value.code, len(zoom.requests), zoom.granted) == ("zoom_auth", 2, 2)


async def test_a_time_zone_zoom_does_not_know_is_left_out():
    fields = [{"field": "timezone", "message": "Invalid field."}]
    zoom = Zoom(refused(400, 300, errors=fields), httpx.Response(201, json=MEETING))
    await create(zoom)
    first, second = zoom.bodies()
    assert first["timezone"] == "America/Toronto"
    assert second == {name: first[name] for name in first if name != "timezone"}


async def test_an_update_leaves_such_a_time_zone_out_too():
    fields = [{"field": "timezone", "message": "Invalid field."}]
    zoom = Zoom(refused(400, 300, errors=fields), httpx.Response(204))
    await meetings(zoom).update(1, MeetingChange(topic="New", zone="America/Toronto"))
    assert zoom.bodies()[1] == {"topic": "New"}


async def test_any_other_refusal_of_a_create_is_not_repeated():
    zoom = Zoom(refused(400, 300, "Validation Failed."))
    with pytest.raises(Permanent):
        await create(zoom)
    assert len(zoom.requests) == 1


async def test_any_other_refusal_of_an_update_is_not_repeated():
    zoom = Zoom(refused(400, 300, "Validation Failed."))
    with pytest.raises(Permanent):
        await meetings(zoom).update(1, MeetingChange(topic="New"))
    assert len(zoom.requests) == 1


async def test_the_daily_cap_of_a_host_lasts_until_midnight():
    text = "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests."
    zoom, clock = Zoom(refused(429, 429, text)), FakeClock()
    with pytest.raises(RateLimited) as limited:
        await meetings(zoom, clock).create("ana@example.com", SPEC, send_by=2000.0)
    assert limited.value.code == "zoom_daily_limit"
    assert limited.value.retry_after is not None
    assert clock.now() + limited.value.retry_after == datetime(2026, 12, 2, tzinfo=UTC)


async def test_a_missing_scope_is_named():
    text = "Invalid access token, does not contain scopes:[meeting:update:meeting:admin]."
    with pytest.raises(Forbidden) as missing:
        await meetings(Zoom(refused(400, 4711, text))).update(1, MeetingChange(topic="New"))
    assert missing.value.code == "zoom_scope_missing"
    assert "meeting:update:meeting:admin" in missing.value.message


@pytest.mark.parametrize("host", ["", ".", "..", "me"])
async def test_a_host_that_would_be_another_path_is_refused_unsent(host: str):
    zoom = Zoom(httpx.Response(200))
    with pytest.raises(NotFound):
        await meetings(zoom).host(host)
    assert zoom.requests == []


async def test_a_delete_mails_nobody():
    zoom = Zoom(httpx.Response(204))
    await meetings(zoom).delete(93_000_000_001)
    assert dict(zoom.requests[0].url.params) == {
        "schedule_for_reminder": "false",
        "cancel_meeting_reminder": "false",
    }


@pytest.mark.parametrize("answer", [refused(404, 3001), refused(400, 3007)])
async def test_a_meeting_that_is_gone_or_over_counts_as_deleted(answer: httpx.Response):
    await meetings(Zoom(answer)).delete(1)


@pytest.mark.parametrize(
    "answer", [refused(400, 3002), httpx.Response(404, text="<html>"), httpx.Response(502)]
)
async def test_a_delete_that_failed_is_not_done(answer: httpx.Response):
    with pytest.raises(Transient):
        await meetings(Zoom(answer)).delete(1)


async def test_an_update_of_nothing_costs_no_call():
    zoom = Zoom(httpx.Response(204))
    await meetings(zoom).update(1, MeetingChange())
    assert zoom.requests == []


def page(*ids: int, token: str = "") -> httpx.Response:
    listed = [{"id": number, "agenda": f"syncd:{number}"} for number in ids]
    return httpx.Response(200, json={"meetings": listed, "next_page_token": token})


async def test_a_listing_reads_every_page():
    zoom = Zoom(page(1, 2, token="a"), page(2, 3, token="b"), page(4))
    found = await meetings(zoom).listing("ana@example.com")
    assert [each.id for each in found] == [1, 2, 3, 4]
    assert [request.url.params.get("next_page_token") for request in zoom.requests] == [
        None,
        "a",
        "b",
    ]
    assert {request.url.params["type"] for request in zoom.requests} == {"scheduled"}
    assert {request.url.params["page_size"] for request in zoom.requests} == {"300"}


@pytest.mark.parametrize(
    "answers",
    [
        [page(1, token="a"), httpx.Response(502)],
        [page(1, token="a"), httpx.Response(200, text='{"meetings": [')],
        [page(1, token="a"), httpx.Response(200, json={})],
        [page(1, token="a"), page(2, token="b"), page(3, token="a")],
        [httpx.Response(200, json={"meetings": [{"id": "1"}]})],
        [httpx.Response(200)],
    ],
)
async def test_a_listing_that_cannot_be_read_whole_is_none(answers: list[httpx.Response]):
    with pytest.raises(Transient):
        await meetings(Zoom(*answers)).listing("ana@example.com")


async def test_a_listing_for_an_unknown_host_is_refused():
    with pytest.raises(Forbidden) as unknown:
        await meetings(Zoom(refused(404, 1001))).listing("nobody@example.com")
    assert unknown.value.code == "zoom_host_unknown"


@pytest.mark.parametrize(
    ("api_url", "called"),
    [
        ("https://api-eu.zoom.us", "api-eu.zoom.us"),
        ("https://vanity.zoom.us", "api.zoom.us"),
        ("https://evil.test", "api.zoom.us"),
        (None, "api.zoom.us"),
    ],
)
async def test_calls_follow_the_region_when_it_is_known(api_url: str | None, called: str):
    zoom = Zoom(httpx.Response(204), api_url=api_url)
    await meetings(zoom).delete(1)
    assert zoom.requests[0].url.host == called


async def test_a_refusal_is_logged_with_the_number_zooms_support_asks_for(
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level("INFO")
    answer = refused(404, 3001)
    answer.headers["x-zm-trackingid"] = "v=2.0;clid=eu01"
    with pytest.raises(NotFound):
        await meetings(Zoom(answer)).get(1)
    (record,) = caplog.records
    assert record.__dict__["tracking_id"] == "v=2.0;clid=eu01"
    assert record.__dict__["zoom_code"] == 3001


async def test_a_meeting_that_cannot_be_read_is_garbled():
    with pytest.raises(Transient) as garbled:
        await meetings(Zoom(httpx.Response(200, json={"id": 1}))).get(1)
    assert garbled.value.code == "garbled"


@pytest.mark.parametrize("status", [200, 204])
async def test_a_page_in_place_of_an_answer_does_not_say_that_it_was_done(status):
    page = httpx.Response(status, text="<html>It works!</html>")
    with pytest.raises(Transient) as changed:
        await meetings(Zoom(page)).update(1, MeetingChange(topic="Review"))
    with pytest.raises(Transient) as deleted:
        await meetings(Zoom(page)).delete(1)
    assert (changed.value.code, deleted.value.code) == ("garbled", "garbled")


@pytest.mark.parametrize("answer", [httpx.Response(204), httpx.Response(200, json={})])
async def test_nothing_and_json_say_that_it_was_done(answer):
    await meetings(Zoom(answer)).update(1, MeetingChange(topic="Review"))
    await meetings(Zoom(answer)).delete(1)


async def test_waiting_for_a_token_may_use_up_the_time_to_send():
    zoom, clock = Zoom(httpx.Response(201, json=MEETING)), FakeClock()
    subject = meetings(zoom, clock)
    await subject.delete(1)
    zoom.requests.clear()
    clock.advance(timedelta(hours=1).total_seconds())
    with pytest.raises(Transient):
        await subject.create("ana@example.com", SPEC, send_by=clock.monotonic() - 1)
    assert zoom.requests == []

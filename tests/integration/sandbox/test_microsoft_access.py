"""Who may do what in the Microsoft stand-in, and how it says no."""

from __future__ import annotations

import asyncio

import pytest

from tests.integration.sandbox.microsoft_stage import IMMUTABLE, Stage, a_meeting


def a_token(stage: Stage, *scopes: str, person=None) -> str:
    return stage.exchange.grants.issue_access(person, "daemon", frozenset(scopes))


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer unknown"}, {"Authorization": "x"}]
)
async def test_a_missing_or_unknown_token_is_refused(header):
    stage = Stage()
    answer = await stage.http.get("/microsoft/v1.0/me", headers=header)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_an_issued_token_ends_after_an_hour_and_a_persons_own_never():
    stage = Stage()
    token = a_token(stage, "User.Read", person=stage.ana)
    await stage.get("/me", token=token)
    stage.world.advance(3600)
    answer = await stage.get("/me", 401, token=token)
    assert "expired" in answer["error"]["message"]
    await stage.get("/me")


async def test_a_person_reaches_the_own_mailbox_only():
    stage = Stage()
    for name in (stage.ana.email.upper(), stage.ana.microsoft_id):
        assert (await stage.get(f"/users/{name}"))["mail"] == stage.ana.email
    for name in (stage.bo.email, "nobody@example.com", stage.ana.zoom_id):
        answer = await stage.get(f"/users/{name}/events", 403)
        assert answer["error"]["code"] == "ErrorAccessDenied"


async def test_an_application_reaches_every_mailbox_by_user():
    stage = Stage()
    token = a_token(stage, "Calendars.ReadWrite")
    path = f"/users/{stage.bo.email}/events"
    event = await stage.post(path, a_meeting(), token=token, headers=IMMUTABLE)
    assert event["organizer"]["emailAddress"]["address"] == stage.bo.email
    answer = await stage.get("/me/events", 400, token=token)
    assert "delegated" in answer["error"]["message"]
    answer = await stage.get("/users/nobody@example.com/events", 404, token=token)
    assert answer["error"]["code"] == "ErrorInvalidUser"


async def test_permissions_are_enforced():
    stage = Stage()
    reader = a_token(stage, "Calendars.Read", person=stage.ana)
    await stage.get("/me/events", token=reader)
    await stage.post("/me/events", a_meeting(), 403, token=reader)
    await stage.get("/me", 403, token=reader)
    await stage.get("/me/events", 403, token=a_token(stage, "User.Read", person=stage.ana))
    writer = a_token(stage, "Calendars.ReadWrite")
    await stage.get(f"/users/{stage.ana.email}", 403, token=writer)


async def test_an_event_of_another_mailbox_is_not_found():
    stage = Stage()
    event = await stage.create()
    await stage.get(f"/me/events/{event['id']}", 404, token=stage.bo.microsoft_token)


async def test_cancel_takes_nothing_but_a_comment():
    stage = Stage()
    event = await stage.create()
    path = f"/me/events/{event['id']}/cancel"
    assert (await stage.post(path, {"Why": "x"}, 400))["error"]["code"] == "RequestBodyRead"
    await stage.post(path, None, 202)


async def test_a_transaction_id_is_shown_to_the_app_that_set_it():
    stage = Stage()
    event = await stage.create(transactionId="op-1")
    token = a_token(stage, "Calendars.Read", person=stage.ana)
    seen = await stage.get(f"/me/events/{event['id']}", token=token)
    assert seen["transactionId"] is None


async def test_answers_carry_both_request_ids():
    stage = Stage()
    headers = {"client-request-id": "mine"}
    answer = await stage.call("GET", "/me/events/x", headers=headers)
    inner = answer.json()["error"]["innerError"]
    assert (answer.headers["client-request-id"], inner["client-request-id"]) == ("mine", "mine")
    assert answer.headers["request-id"] == inner["request-id"]


async def test_a_mailbox_answers_four_requests_at_once():
    stage = Stage()
    stage.world.latency_ms = 60_000
    answers = await asyncio.gather(*(stage.call("GET", "/me/events") for _ in range(5)))
    assert sorted(one.status_code for one in answers) == [200, 200, 200, 200, 429]
    refused = next(one for one in answers if one.status_code == 429)
    assert refused.json()["error"]["code"] == "ApplicationThrottled"
    assert refused.headers["Retry-After"] == "2"
    await stage.get("/me/events", token=stage.bo.microsoft_token)


async def test_requests_one_after_the_other_are_not_throttled():
    stage = Stage()
    throttle = stage.exchange.throttle
    for number in range(20):
        throttle.enter("box", at=number * 0.05, latency=0.05)
    for _ in range(20):
        await stage.get("/me/events")

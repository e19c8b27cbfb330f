"""The Microsoft stand-in within the sandbox: snapshots, counts, faults, knobs, reset."""

from __future__ import annotations

import json

import httpx
import pytest

from syncd.sandbox.fakes.app import build_app
from tests.integration.sandbox.microsoft_stage import (
    IMMUTABLE,
    MARK,
    WINDOW,
    Stage,
    an_attendee,
    weekly,
)


def served(stage: Stage) -> Stage:
    """Put the stage behind the sandbox's own layers."""
    app = build_app(stage.world, [stage.microsoft])
    stage.http = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="https://sandbox"
    )
    return stage


def ana_events(stage: Stage):
    return stage.microsoft.snapshot()["calendars"][f"{stage.ana.email}/Calendar"]["events"]


async def test_a_snapshot_shows_every_copy_with_its_properties():
    stage = Stage()
    event = await stage.create(
        attendees=[an_attendee(stage.bo.email)],
        singleValueExtendedProperties=[{"id": MARK, "value": "v1"}],
    )
    calendars = stage.microsoft.snapshot()["calendars"]
    mine, theirs = (
        calendars[f"{one.email}/Calendar"]["events"][0] for one in (stage.ana, stage.bo)
    )
    assert mine["id"] == event["id"]
    assert mine["singleValueExtendedProperties"] == [{"id": MARK, "value": "v1"}]
    assert (theirs["iCalUId"], theirs["isOrganizer"]) == (event["iCalUId"], False)
    team = calendars[f"{stage.ana.email}/Team"]
    assert (team["owner"], team["events"]) == (stage.ana.email, [])
    json.dumps(calendars)


async def test_a_snapshot_marks_deleted_events_and_does_not_change_afterwards():
    stage = Stage()
    event = await stage.create()
    before = ana_events(stage)
    await stage.patch(event, {"subject": "New"})
    await stage.delete(event)

    assert [(one["subject"], one.get("deleted")) for one in before] == [("Planning", None)]
    assert [(one["subject"], one.get("deleted")) for one in ana_events(stage)] == [("New", True)]


async def test_a_snapshot_holds_exceptions_in_full():
    stage = Stage()
    event = await stage.create(recurrence=weekly("monday"))
    lines = await stage.get(f"/me/events/{event['id']}/instances?{WINDOW}")
    await stage.patch(lines["value"][0], {"location": {"displayName": "Hall"}})
    shown = {one["type"]: one for one in ana_events(stage)}
    assert shown.keys() == {"seriesMaster", "exception"}
    assert shown["exception"]["subject"] == "Planning"
    assert shown["exception"]["seriesMasterId"] == event["id"]


async def test_operations_are_counted_by_the_documented_path():
    stage = served(Stage())
    event = await stage.create()
    await stage.patch(event, {"subject": "New"})
    await stage.get(f"/users/{stage.ana.email}/calendarView/delta()?{WINDOW}")
    assert {name for _, name in stage.world.counts} == {
        "POST /me/events",
        "PATCH /me/events/{event-id}",
        "GET /users/{user-id}/calendarView/delta",
    }


async def test_a_stale_answer_shows_the_event_before_its_last_change():
    stage = served(Stage())
    event = await stage.create()
    fresh = f"/me/calendarView/delta?{WINDOW}"
    link = (await stage.get(fresh))["@odata.deltaLink"]
    await stage.patch(event, {"subject": "New"})
    for operation in ("GET /me/events/{event-id}", "GET /me/events", "GET /me/calendarView/delta"):
        fault = {"provider": "microsoft", "operation": operation, "kind": "stale"}
        await stage.http.post("/_sandbox/faults", json=fault)

    old = await stage.get(f"/me/events/{event['id']}", headers=IMMUTABLE)
    assert old == event
    assert [one["subject"] for one in (await stage.get("/me/events"))["value"]] == ["Planning"]
    late = await stage.get(link)
    assert late["value"] == []
    caught_up = await stage.get(late["@odata.deltaLink"])
    assert [one["subject"] for one in caught_up["value"]] == ["New"]


async def test_a_stale_first_round_of_an_empty_calendar_hides_nothing_that_comes_later():
    stage = served(Stage())
    fault = {
        "provider": "microsoft",
        "operation": "GET /me/calendarView/delta",
        "kind": "stale",
    }
    await stage.http.post("/_sandbox/faults", json=fault)
    late = await stage.get(f"/me/calendarView/delta?{WINDOW}")
    assert late["value"] == []
    await stage.create()
    caught_up = await stage.get(late["@odata.deltaLink"])
    assert [one["subject"] for one in caught_up["value"]] == ["Planning"]


async def test_a_lost_answer_leaves_the_event_and_the_transaction_id_finds_it():
    stage = served(Stage())
    fault = {"provider": "microsoft", "operation": "POST /me/events", "kind": "garbage"}
    await stage.http.post("/_sandbox/faults", json=fault)
    with pytest.raises(json.JSONDecodeError):
        await stage.create(transactionId="op-1")
    event = await stage.create(transactionId="op-1")
    assert [one["id"] for one in ana_events(stage)] == [event["id"]]


async def test_links_name_the_address_that_the_sandbox_has():
    stage = Stage()
    stage.world.base = "https://127.0.0.1:4711"
    page = await stage.get(f"/me/calendarView/delta?{WINDOW}")
    start = "https://127.0.0.1:4711/microsoft/v1.0/me/calendarView/delta?$deltatoken="
    assert page["@odata.deltaLink"].startswith(start)


async def test_knobs_are_turned_by_name():
    stage = Stage()
    settings = {
        "empty_pages": True,
        "application_roles": ["Calendars.Read"],
        "allowed_providers": ["unknown"],
        "concurrency": 1,
        "retry_after": 7,
        "lost_status": 410,
    }
    answer = await stage.http.post("/microsoft/_knobs", json=settings)
    assert answer.status_code == 200
    exchange = stage.exchange
    assert exchange.knobs.empty_pages is True
    assert exchange.knobs.application_roles == {"Calendars.Read"}
    assert exchange.teams.allowed == ("unknown",)
    assert (exchange.throttle.limit, exchange.throttle.retry_after) == (1, 7)
    assert exchange.rounds.lost_status == 410


@pytest.mark.parametrize(
    "settings",
    [
        {"colour": 1},
        {"certificate": "no PEM"},
        {"move": {"mailbox": "nobody@example.com", "event": "x", "calendar": "Team"}},
        {"move": {"mailbox": "ana@example.com", "event": "x", "calendar": "Team"}},
        [],
    ],
)
async def test_a_knob_that_does_not_exist_or_fit_is_refused(settings):
    answer = await Stage().http.post("/microsoft/_knobs", json=settings)
    assert answer.status_code == 400
    assert answer.json()["error"]


async def test_reset_empties_mailboxes_and_takes_grants_back():
    stage = Stage()
    secret, calendar = stage.microsoft.client_secret, (await stage.get("/me/calendar"))["id"]
    await stage.create()
    link = (await stage.get(f"/me/calendarView/delta?{WINDOW}"))["@odata.deltaLink"]
    token = stage.exchange.grants.issue_access(stage.ana, "app", frozenset({"User.Read"}))
    stage.exchange.knobs.empty_pages = True
    stage.microsoft.reset()

    assert ana_events(stage) == []
    await stage.get(link, 404)
    await stage.get("/me", 401, token=token)
    assert stage.exchange.knobs.empty_pages is False
    assert stage.microsoft.client_secret == secret
    assert (await stage.get("/me/calendar"))["id"] == calendar

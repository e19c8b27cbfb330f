"""Conference data at the Google stand-in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.sandbox.google_setting import BO, EVENTS, event, reason, setting

V1 = {"conferenceDataVersion": 1}
ZOOM: dict[str, Any] = {
    "conferenceSolution": {"key": {"type": "addOn"}, "name": "Zoom"},
    "entryPoints": [
        {"entryPointType": "video", "uri": "https://z.test/j/1"},
        {"entryPointType": "phone", "uri": "tel:+4930123", "regionCode": "DE"},
    ],
}


def meet(request_id: str = "r1") -> dict[str, Any]:
    key = {"type": "hangoutsMeet"}
    return {"createRequest": {"requestId": request_id, "conferenceSolutionKey": key}}


async def test_a_foreign_conference_is_refused_by_default():
    google = setting()
    made = await google.insert()
    path = f"{EVENTS}/{made['id']}"
    answer = await google.call("PATCH", path, json={"conferenceData": ZOOM}, params=V1)
    assert reason(answer) == (400, "invalid")
    assert answer.json()["error"]["message"] == "Invalid conference data."
    assert (await google.get(made["id"]))["etag"] == made["etag"]


async def test_a_foreign_conference_can_be_taken_or_silently_dropped():
    google = setting()
    made = await google.insert()
    google.google.conference_mode = "strip"
    stripped = await google.patch(made["id"], query=V1, conferenceData=ZOOM, location="x")
    assert "conferenceData" not in stripped
    assert stripped["location"] == "x"
    google.google.conference_mode = "accept"
    assert (await google.patch(made["id"], query=V1, conferenceData=ZOOM))["conferenceData"] == ZOOM
    cleared = await google.patch(made["id"], query=V1, conferenceData=None)
    assert "conferenceData" not in cleared


async def test_without_version_1_conference_data_is_passed_over():
    google = setting()
    made = await google.insert(conferenceData=meet())
    assert "conferenceData" not in made
    made = await google.insert(conferenceData=meet(), query=V1)
    await google.get(made["id"])
    kept = await google.patch(made["id"], conferenceData=None)
    assert "hangoutLink" in kept
    updated = await google.ok("PUT", f"{EVENTS}/{made['id']}", json=event())
    assert updated["conferenceData"] == kept["conferenceData"]


@pytest.mark.parametrize(
    "data",
    [
        {"entryPoints": ZOOM["entryPoints"]},
        {"conferenceSolution": ZOOM["conferenceSolution"], "entryPoints": []},
        {**ZOOM, "entryPoints": [{"entryPointType": "video", "uri": "ftp://z.test"}]},
        {**ZOOM, "entryPoints": [{"entryPointType": "pigeon", "uri": "https://z.test"}]},
        {**ZOOM, "entryPoints": [{"entryPointType": "more", "uri": "https://z.test"}]},
        {**ZOOM, "entryPoints": [ZOOM["entryPoints"][0]] * 2},
        {**ZOOM, "notes": "x" * 2049},
        {**ZOOM, "conferenceSolution": {"key": {"type": "zoom"}, "name": "Zoom"}},
        {
            **ZOOM,
            "entryPoints": [
                {
                    "entryPointType": "phone",
                    "uri": "tel:+1",
                    "entryPointFeatures": ["toll", "tollfree"],
                }
            ],
        },
        {
            **ZOOM,
            "entryPoints": [
                {"entryPointType": "video", "uri": "https://z.test", "passcode": "9" * 129}
            ],
        },
    ],
)
async def test_broken_conference_data_is_refused_in_every_mode(data):
    google = setting()
    google.google.conference_mode = "accept"
    made = await google.insert()
    path = f"{EVENTS}/{made['id']}"
    answer = await google.call("PATCH", path, json={"conferenceData": data}, params=V1)
    assert reason(answer) == (400, "invalid")


async def test_a_meet_is_pending_first_and_there_at_the_next_look():
    google = setting()
    made = await google.insert(conferenceData=meet(), query=V1, attendees=[{"email": BO}])
    assert made["conferenceData"]["createRequest"]["status"] == {"statusCode": "pending"}
    assert "hangoutLink" not in made
    ready = await google.get(made["id"])
    assert ready["conferenceData"]["createRequest"]["status"] == {"statusCode": "success"}
    assert ready["hangoutLink"] == ready["conferenceData"]["entryPoints"][0]["uri"]
    assert (await google.get(made["id"], who=1))["hangoutLink"] == ready["hangoutLink"]
    again = await google.patch(made["id"], query=V1, conferenceData=meet())
    assert again["conferenceData"] == ready["conferenceData"]
    other = await google.patch(made["id"], query=V1, conferenceData=meet("r2"))
    assert "hangoutLink" not in other


async def test_other_kinds_of_conference_cannot_be_made():
    google = setting()
    request = {"requestId": "r", "conferenceSolutionKey": {"type": "addOn"}}
    for broken in (request, {"conferenceSolutionKey": {"type": "hangoutsMeet"}}):
        body = event(conferenceData={"createRequest": broken})
        assert (await google.call("POST", EVENTS, json=body, params=V1)).status_code == 400


async def test_a_conference_leaves_with_an_explicit_null():
    google = setting()
    made = await google.insert(conferenceData=meet(), query=V1)
    await google.get(made["id"])
    cleared = await google.patch(made["id"], query=V1, conferenceData=None)
    assert "conferenceData" not in cleared
    assert "hangoutLink" not in cleared


async def test_a_solution_without_a_type_is_silently_dropped_in_every_mode():
    google = setting()
    made = await google.insert()
    google.google.conference_mode = "accept"
    bare = {**ZOOM, "conferenceSolution": {"name": "Zoom"}}
    assert "conferenceData" not in await google.patch(made["id"], query=V1, conferenceData=bare)


async def test_a_meet_may_fail_or_take_its_time():
    google = setting()
    await google.client.post("/google/_knobs", json={"meet_outcome": "pending"})
    made = await google.insert(conferenceData=meet(), query=V1)
    waiting = await google.get(made["id"])
    assert waiting["conferenceData"]["createRequest"]["status"] == {"statusCode": "pending"}
    await google.client.post("/google/_knobs", json={"meet_outcome": "failure"})
    failed = await google.get(made["id"])
    assert failed["conferenceData"]["createRequest"]["status"] == {"statusCode": "failure"}
    assert "conferenceSolution" not in failed["conferenceData"]
    assert "hangoutLink" not in failed


async def test_a_calendar_without_meet_refuses_one():
    google = setting()
    made = await google.insert()
    await google.client.post("/google/_knobs", json={"meet_allowed": False})
    body = {"conferenceData": meet()}
    answer = await google.call("PATCH", f"{EVENTS}/{made['id']}", json=body, params=V1)
    assert reason(answer) == (400, "invalid")
    assert answer.json()["error"]["message"] == "Invalid conference type value."
    calendar = await google.ok("GET", "/calendars/primary")
    assert calendar["conferenceProperties"] == {"allowedConferenceSolutionTypes": []}


async def test_knobs_are_turned_by_name():
    google = setting()
    settings = {"conference_mode": "strip", "empty_pages": True, "suspended": ["ana@example.com"]}
    assert (await google.client.post("/google/_knobs", json=settings)).status_code == 200
    knobs = google.google.knobs
    assert (knobs.conference_mode, knobs.empty_pages) == ("strip", True)
    assert knobs.suspended == {"ana@example.com"}
    google.google.reset()
    assert google.google.conference_mode == "reject400"


async def test_sync_tokens_expire_by_a_knob():
    google = setting()
    token = (await google.list())["nextSyncToken"]
    await google.client.post("/google/_knobs", json={"expire_sync_tokens": True})
    answer = await google.call("GET", EVENTS, params={"syncToken": token})
    assert reason(answer) == (410, "fullSyncRequired")


@pytest.mark.parametrize(
    "settings", [{"colour": 1}, {"conference_mode": "maybe"}, {"suspended": 1}, [], "x"]
)
async def test_a_knob_that_does_not_exist_or_fit_is_refused(settings):
    answer = await setting().client.post("/google/_knobs", json=settings)
    assert answer.status_code == 400
    assert answer.json()["error"]

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

"""Events that get another calendar: by events.move, and handed over to somebody else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.sandbox.google_setting import ANA, BO, EVENTS, Setting, reason, setting

TEAM = "ana-team@group.calendar.example.com"
MARK = {"private": {"syncd": "v1.1.x"}, "shared": {"a": "b"}}
GUEST = "guest@partner.example"


async def moved(google: Setting, event_id: str, **query: str) -> dict[str, Any]:
    return await google.ok(
        "POST", f"{EVENTS}/{event_id}/move", params={"destination": TEAM, **query}
    )


async def in_team(google: Setting, event_id: str) -> dict[str, Any]:
    return await google.ok("GET", f"/calendars/{TEAM}/events/{event_id}")


async def test_a_moved_event_keeps_its_ids_and_gets_another_organiser():
    google = setting()
    token = (await google.list())["nextSyncToken"]
    made = await google.insert(summary="Talk", extendedProperties=MARK)
    there = await moved(google, made["id"])
    assert (there["id"], there["iCalUID"]) == (made["id"], made["iCalUID"])
    assert there["organizer"] == {"email": TEAM, "displayName": "Ana Example", "self": True}
    assert there["creator"]["email"] == ANA
    assert there["extendedProperties"] == MARK
    assert there["etag"] != made["etag"]
    assert await in_team(google, made["id"]) == there
    (left,) = (await google.list(syncToken=token))["items"]
    assert (left["id"], left["status"]) == (made["id"], "cancelled")
    assert (await google.list())["items"] == []


async def test_back_again_it_is_what_it_was():
    google = setting()
    made = await google.insert(summary="Talk")
    await moved(google, made["id"])
    path = f"/calendars/{TEAM}/events/{made['id']}/move"
    back = await google.ok("POST", path, params={"destination": ANA})
    versions = ("etag", "updated")
    assert {k: v for k, v in back.items() if k not in versions} == {
        k: v for k, v in made.items() if k not in versions
    }
    assert (await in_team(google, made["id"]))["status"] == "cancelled"


async def test_moved_to_where_it_is_nothing_changes():
    google = setting()
    made = await google.insert()
    assert await moved(google, made["id"], destination="primary") == made


async def test_private_properties_may_be_left_behind():
    google = setting()
    await google.client.post("/google/_knobs", json={"moves_keep_properties": False})
    marked = await google.insert(extendedProperties=MARK)
    bare = await google.insert(extendedProperties={"private": {"a": "b"}})
    assert (await moved(google, marked["id"]))["extendedProperties"] == {"shared": {"a": "b"}}
    assert "extendedProperties" not in await moved(google, bare["id"])


async def test_guests_see_the_new_organiser_and_are_mailed_when_asked_for():
    google = setting()
    made = await google.insert(attendees=[{"email": BO}, {"email": GUEST}])
    await moved(google, made["id"], sendUpdates="externalOnly")
    theirs = await google.get(made["id"], who=1)
    assert (theirs["status"], theirs["organizer"]["email"]) == ("confirmed", TEAM)
    assert [(mail.to, mail.reason) for mail in google.world.mails] == [(GUEST, "updated")]


async def test_a_series_moves_with_its_instances():
    google = setting()
    master = await google.insert(recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    first, second, _ = (await google.ok("GET", f"{EVENTS}/{master['id']}/instances"))["items"]
    await google.patch(first["id"], summary="Other")
    await google.call("DELETE", f"{EVENTS}/{second['id']}")
    await moved(google, master["id"])
    path = f"/calendars/{TEAM}/events/{master['id']}/instances"
    there = (await google.ok("GET", path, params={"showDeleted": "true"}))["items"]
    assert [one["status"] for one in there] == ["confirmed", "cancelled", "confirmed"]
    assert (there[0]["summary"], there[0]["organizer"]["email"]) == ("Other", TEAM)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("instance", (400, "cannotChangeOrganizerOfInstance")),
        ("copy", (400, "cannotChangeOrganizer")),
        ("special", (400, "eventTypeRestriction")),
        ("deleted", (410, "deleted")),
        ("unknown", (404, "notFound")),
    ],
)
async def test_only_an_own_whole_and_ordinary_event_can_be_moved(what, expected):
    google = setting()
    fields: dict[str, dict[str, Any]] = {
        "instance": {"recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]},
        "special": {"eventType": "focusTime", "focusTimeProperties": {}},
        "copy": {"attendees": [{"email": ANA}]},
    }
    made = await google.insert(who=1 if what == "copy" else 0, **fields.get(what, {}))
    name = made["id"]
    if what == "instance":
        name = (await google.ok("GET", f"{EVENTS}/{name}/instances"))["items"][0]["id"]
    if what == "deleted":
        await google.call("DELETE", f"{EVENTS}/{name}")
    if what == "unknown":
        name = "nothing"
    answer = await google.call("POST", f"{EVENTS}/{name}/move", params={"destination": TEAM})
    assert reason(answer) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [({}, (400, "required")), ({"destination": BO}, (404, "notFound"))],
)
async def test_a_destination_is_named_and_the_callers_own(query, expected):
    google = setting()
    made = await google.insert()
    answer = await google.call("POST", f"{EVENTS}/{made['id']}/move", params=query)
    assert reason(answer) == expected
    assert await google.get(made["id"]) == made


async def test_an_event_handed_over_is_its_new_owners():
    google = setting()
    made = await google.insert(attendees=[{"email": BO}, {"email": GUEST}])
    wanted = {"event": made["id"], "calendar": ANA, "to": BO}
    answer = await google.client.post("/google/_knobs", json={"hand_over": wanted})
    assert answer.status_code == 200
    theirs = await google.get(made["id"], who=1)
    assert theirs["organizer"] == {"email": BO, "displayName": "Bo Example", "self": True}
    assert (theirs["status"], theirs["iCalUID"]) == ("confirmed", made["iCalUID"])
    assert (await google.get(made["id"]))["status"] == "cancelled"
    assert google.world.mails == []


async def test_what_is_not_there_cannot_be_handed_over():
    wanted = {"event": "nothing", "calendar": ANA, "to": BO}
    answer = await setting().client.post("/google/_knobs", json={"hand_over": wanted})
    assert answer.status_code == 400

"""Single events at the Google stand-in: shapes, patches, preconditions, refusals."""

from __future__ import annotations

import pytest

from tests.integration.sandbox.google_setting import ANA, EVENTS, event, reason, setting


async def test_an_inserted_event_has_googles_fields():
    made = await setting().insert(description="<b>x</b>")
    assert made["status"] == "confirmed"
    assert made["etag"].startswith('"')
    assert made["etag"].endswith('"')
    assert made["iCalUID"] == f"{made['id']}@google.com"
    assert made["organizer"] == {"email": ANA, "displayName": "Ana Example", "self": True}
    assert made["start"] == event()["start"]
    assert made["updated"].endswith("Z")
    assert made["htmlLink"].startswith("https://www.google.com/calendar/event?eid=")


async def test_times_come_back_in_the_calendars_zone():
    made = await setting().insert(
        start={"dateTime": "2027-07-01T09:00:00", "timeZone": "America/New_York"},
        end={"dateTime": "2027-07-01T14:00:00Z"},
    )
    assert made["start"] == {
        "dateTime": "2027-07-01T15:00:00+02:00",
        "timeZone": "America/New_York",
    }
    assert made["end"] == {"dateTime": "2027-07-01T16:00:00+02:00", "timeZone": "Europe/Berlin"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"start": None}, (400, "required")),
        ({"end": {"dateTime": "2027-01-11T09:00:00+01:00"}}, (400, "timeRangeEmpty")),
        ({"start": {"dateTime": "2027-01-11T09:00:00"}}, (400, "required")),
        ({"start": {"dateTime": "noon", "timeZone": "UTC"}}, (400, "invalid")),
        ({"start": {"date": "2027-01-11"}}, (400, "invalid")),
        (
            {"start": {"dateTime": "2027-01-11T09:00:00Z", "timeZone": "Moon/Base"}},
            (400, "invalid"),
        ),
        ({"summary": 7}, (400, "invalid")),
        ({"attendees": [{"displayName": "x"}]}, (400, "required")),
        ({"attendees": {"email": "x@y.z"}}, (400, "invalid")),
        ({"status": "gone"}, (400, "invalid")),
        ({"eventType": "fromGmail"}, (400, "invalid")),
        ({"description": "x" * 8193}, (400, "invalid")),
        ({"id": "NOT-BASE32"}, (400, "invalid")),
        ({"extendedProperties": {"private": {"k" * 45: "v"}}}, (400, "invalid")),
        ({"extendedProperties": {"private": {"k": "v" * 1025}}}, (400, "invalid")),
        (
            {"extendedProperties": {"private": {f"k{n}": "v" for n in range(301)}}},
            (400, "invalid"),
        ),
        (
            {"extendedProperties": {"shared": {f"k{n}": "v" * 1000 for n in range(40)}}},
            (400, "invalid"),
        ),
    ],
)
async def test_what_google_would_not_store_is_refused(fields, expected):
    answer = await setting().call("POST", EVENTS, json=event(**fields))
    assert reason(answer) == expected


async def test_a_description_of_the_greatest_length_is_stored():
    made = await setting().insert(description="x" * 8192)
    assert len(made["description"]) == 8192


async def test_a_patch_keeps_clears_merges_and_replaces():
    google = setting()
    made = await google.insert(
        location="Room 1",
        description="old",
        extendedProperties={"private": {"a": "1", "b": "2"}},
        attendees=[{"email": "x@partner.test"}, {"email": "y@partner.test"}],
    )
    patched = await google.patch(
        made["id"],
        description=None,
        extendedProperties={"private": {"a": None, "c": "3"}},
        attendees=[{"email": "z@partner.test"}],
    )
    assert patched["location"] == "Room 1"
    assert "description" not in patched
    assert patched["extendedProperties"] == {"private": {"b": "2", "c": "3"}}
    assert [one["email"] for one in patched["attendees"]] == ["z@partner.test"]


async def test_every_write_changes_etag_and_updated():
    google = setting()
    made = await google.insert()
    patched = [await google.patch(made["id"], summary=f"no. {number}") for number in range(5)]
    versions = [made, *patched]
    assert len({one["etag"] for one in versions}) == 6
    updated = [one["updated"] for one in versions]
    assert updated == sorted(set(updated))


async def test_reminders_change_the_etag_but_not_updated():
    google = setting()
    made = await google.insert()
    patched = await google.patch(made["id"], reminders={"useDefault": False})
    assert patched["etag"] != made["etag"]
    assert patched["updated"] == made["updated"]


async def test_the_sequence_counts_changes_of_time_only():
    google = setting()
    made = await google.insert()
    assert (await google.patch(made["id"], summary="x"))["sequence"] == 0
    later = {"dateTime": "2027-01-11T12:00:00+01:00"}
    assert (await google.patch(made["id"], end=later))["sequence"] == 1


async def test_an_update_drops_what_it_does_not_name():
    google = setting()
    made = await google.insert(location="Room 1")
    path = f"{EVENTS}/{made['id']}"
    updated = await google.ok("PUT", path, json=event(summary="New"))
    assert "location" not in updated
    assert (updated["iCalUID"], updated["summary"]) == (made["iCalUID"], "New")
    answer = await google.call("PUT", path, json={"summary": "no times"})
    assert reason(answer) == (400, "required")


async def test_if_match_guards_patch_update_and_delete():
    google = setting()
    made = await google.insert()
    path = f"{EVENTS}/{made['id']}"
    current = await google.patch(made["id"], summary="x")
    old, new = {"If-Match": made["etag"]}, {"If-Match": current["etag"]}
    assert reason(await google.call("PATCH", path, json={}, headers=old)) == (
        412,
        "conditionNotMet",
    )
    assert (await google.call("PUT", path, json=event(), headers=old)).status_code == 412
    assert (await google.call("DELETE", path, headers=old)).status_code == 412
    assert (await google.call("DELETE", path, headers=new)).status_code == 204


async def test_if_none_match_answers_304():
    google = setting()
    made = await google.insert()
    answer = await google.call(
        "GET", f"{EVENTS}/{made['id']}", headers={"If-None-Match": made["etag"]}
    )
    assert (answer.status_code, answer.content) == (304, b"")


async def test_a_deleted_event_can_be_read_but_not_deleted_again():
    google = setting()
    made = await google.insert()
    path = f"{EVENTS}/{made['id']}"
    assert (await google.call("DELETE", path)).status_code == 204
    gone = await google.get(made["id"])
    assert (gone["status"], gone["summary"]) == ("cancelled", "Planning")
    assert reason(await google.call("DELETE", path)) == (410, "deleted")


async def test_a_patch_of_the_status_deletes_and_restores():
    google = setting()
    made = await google.insert()
    assert (await google.patch(made["id"], status="cancelled"))["status"] == "cancelled"
    assert (await google.list())["items"] == []
    assert (await google.patch(made["id"], status="confirmed"))["status"] == "confirmed"
    assert [one["id"] for one in (await google.list())["items"]] == [made["id"]]


async def test_an_own_id_can_be_taken_once():
    google = setting()
    assert (await google.insert(id="abcde12345"))["id"] == "abcde12345"
    answer = await google.call("POST", EVENTS, json=event(id="abcde12345"))
    assert reason(answer) == (409, "duplicate")


async def test_ids_and_the_event_type_cannot_be_changed():
    google = setting()
    made = await google.insert()
    path = f"{EVENTS}/{made['id']}"
    for body in ({"id": "abcdef"}, {"iCalUID": "x@y"}, {"eventType": "focusTime"}):
        assert (await google.call("PATCH", path, json=body)).status_code == 400
    assert (await google.call("PATCH", path, json={"etag": "x", "htmlLink": "y"})).is_success


async def test_a_body_that_is_no_object_is_refused():
    google = setting()
    for content in (b"[]", b"{", b""):
        assert reason(await google.call("POST", EVENTS, content=content)) == (400, "parseError")


async def test_a_stale_get_gives_the_version_before():
    google = setting()
    made = await google.insert(summary="one")
    await google.patch(made["id"], summary="two")
    fault = {
        "provider": "google",
        "operation": "GET /calendars/{calendarId}/events/{eventId}",
        "kind": "stale",
    }
    assert (await google.client.post("/_sandbox/faults", json=fault)).status_code == 201
    assert (await google.get(made["id"]))["summary"] == "one"
    assert (await google.get(made["id"]))["summary"] == "two"


async def test_fields_cut_the_answer():
    google = setting()
    made = await google.insert()
    cut = await google.get(made["id"], params={"fields": "id,start/dateTime,organizer(email)"})
    assert cut == {
        "id": made["id"],
        "start": {"dateTime": made["start"]["dateTime"]},
        "organizer": {"email": ANA},
    }
    listed = await google.list(fields="nextSyncToken,items(id)")
    assert listed["items"] == [{"id": made["id"]}]
    assert set(listed) == {"nextSyncToken", "items"}


@pytest.mark.parametrize("fields", ["items(id", "items)", "a//b", ",", "a b("])
async def test_a_broken_fields_selector_is_refused(fields):
    answer = await setting().call("GET", EVENTS, params={"fields": fields})
    assert reason(answer) == (400, "invalidParameter")


async def test_the_zone_and_the_attendees_of_an_answer_can_be_chosen():
    google = setting()
    made = await google.insert(attendees=[{"email": "x@a.test"}, {"email": ANA}])
    shown = await google.get(made["id"], params={"timeZone": "UTC", "maxAttendees": 1})
    assert shown["start"]["dateTime"] == "2027-01-11T09:00:00Z"
    assert shown["attendeesOmitted"] is True
    assert [one["email"] for one in shown["attendees"]] == [ANA]


async def test_the_snapshot_holds_cancelled_events_and_the_quota():
    google = setting()
    made = await google.insert()
    await google.patch(made["id"], summary="x")
    await google.call("DELETE", f"{EVENTS}/{made['id']}")
    snapshot = google.google.snapshot()
    assert snapshot["calendars"][ANA]["owner"] == ANA
    assert [one["status"] for one in snapshot["calendars"][ANA]["events"]] == ["cancelled"]
    assert snapshot["quota"] == {ANA: 1 + 3 + 1}


async def test_reset_empties_the_calendars():
    google = setting()
    token = (await google.list())["nextSyncToken"]
    await google.insert()
    await google.client.post("/_sandbox/reset")
    assert (await google.list())["items"] == []
    answer = await google.call("GET", EVENTS, params={"syncToken": token})
    assert reason(answer) == (410, "fullSyncRequired")


async def test_a_stale_get_knows_no_new_event():
    google = setting()
    made = await google.insert()
    operation = "GET /calendars/{calendarId}/events/{eventId}"
    fault = {"provider": "google", "operation": operation, "kind": "stale"}
    await google.client.post("/_sandbox/faults", json=fault)
    answer = await google.call("GET", f"{EVENTS}/{made['id']}")
    assert reason(answer) == (404, "notFound")


async def test_all_day_events_keep_their_dates():
    google = setting()
    made = await google.insert(start={"date": "2027-01-11"}, end={"date": "2027-01-12"})
    shown = await google.get(made["id"], params={"timeZone": "Asia/Tokyo"})
    assert (shown["start"], shown["end"]) == ({"date": "2027-01-11"}, {"date": "2027-01-12"})
    for end in ("2027-01-11", "tomorrow"):
        body = event(start={"date": "2027-01-11"}, end={"date": end})
        assert (await google.call("POST", EVENTS, json=body)).status_code == 400

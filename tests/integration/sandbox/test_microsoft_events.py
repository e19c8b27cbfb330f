"""Events of the Microsoft stand-in: create, read, change, delete, versions and times."""

from __future__ import annotations

import pytest

from tests.integration.sandbox.microsoft_stage import (
    IMMUTABLE,
    MARK,
    Stage,
    a_meeting,
    a_time,
)


async def test_a_new_event_can_be_read_on_every_path_to_it():
    stage = Stage()
    event = await stage.create()
    calendar = (await stage.get("/me/calendar"))["id"]

    for container in ("", "/calendar", f"/calendars/{calendar}"):
        path = f"/me{container}/events/{event['id']}"
        assert await stage.get(path, headers=IMMUTABLE) == event
    user = f"/users/{stage.ana.email}/events/{event['id']}"
    assert (await stage.get(user, headers=IMMUTABLE))["subject"] == "Planning"


async def test_every_change_gives_a_new_change_key_and_a_later_time():
    stage = Stage()
    event = await stage.create()

    first = await stage.patch(event, {"categories": ["Zoom"]})
    second = await stage.patch(event, {"categories": []})

    versions = [event, first, second]
    assert len({one["changeKey"] for one in versions}) == 3
    assert all(one["@odata.etag"] == f'W/"{one["changeKey"]}"' for one in versions)
    times = [one["lastModifiedDateTime"] for one in versions]
    assert times == sorted(set(times))


async def test_modification_times_increase_even_when_the_clock_stands_still(monkeypatch):
    stage = Stage()
    now = stage.world.now()
    monkeypatch.setattr(stage.world, "now", lambda: now)

    event = await stage.create()
    changed = await stage.patch(event, {"subject": "Later"})

    assert changed["lastModifiedDateTime"] > event["lastModifiedDateTime"]


async def test_a_stale_if_match_is_refused_and_a_fresh_one_taken():
    stage = Stage()
    event = await stage.create()
    stale = {"If-Match": event["@odata.etag"]}
    changed = await stage.patch(event, {"subject": "B"}, headers=stale)

    refused = await stage.patch(event, {"subject": "C"}, 412, headers=stale)
    assert refused["error"]["code"] == "ErrorIrresolvableConflict"
    await stage.delete(event, 412, headers=stale)
    await stage.delete(event, headers={"If-Match": changed["@odata.etag"]})


async def test_only_sent_fields_change():
    stage = Stage()
    event = await stage.create(categories=["Zoom"], sensitivity="private")
    changed = await stage.patch(event, {"subject": "New"}, headers=IMMUTABLE)

    differing = {name for name in event if event[name] != changed[name]}
    assert differing == {"subject", "@odata.etag", "changeKey", "lastModifiedDateTime"}


async def test_a_deleted_event_is_not_found():
    stage = Stage()
    event = await stage.create()
    await stage.delete(event)
    answer = await stage.get(f"/me/events/{event['id']}", 404)
    assert answer["error"]["code"] == "ErrorItemNotFound"
    await stage.delete(event, 404)


@pytest.mark.parametrize("text", ["nonsense", "AAMkAGVmMDEzMTM4LTZmYWUtNDdkNC1hMDZi!!"])
async def test_an_id_of_no_known_form_is_malformed(text):
    answer = await Stage().get(f"/me/events/{text}", 400)
    assert answer["error"]["code"] == "ErrorInvalidIdMalformed"


async def test_a_repeated_transaction_id_gives_the_event_made_before():
    stage = Stage()
    first = await stage.create(transactionId="op-1")
    second = await stage.create(transactionId="op-1")
    other = await stage.create(transactionId="op-2")

    assert second["id"] == first["id"] != other["id"]
    assert first["transactionId"] == "op-1"


async def test_times_are_utc_unless_another_zone_is_preferred():
    stage = Stage()
    start = a_time("2026-12-07T09:00:00", "W. Europe Standard Time")
    event = await stage.create(start=start, end=a_time("2026-12-07T10:00:00", "Europe/Berlin"))

    assert event["start"] == a_time("2026-12-07T08:00:00.0000000")
    assert event["originalStartTimeZone"] == "W. Europe Standard Time"
    assert event["originalEndTimeZone"] == "Europe/Berlin"
    zone = "Pacific Standard Time"
    headers = {"Prefer": f'IdType="ImmutableId", outlook.timezone="{zone}"'}
    answer = await stage.call("GET", f"/me/events/{event['id']}", headers=headers)
    assert answer.json()["start"] == a_time("2026-12-07T00:00:00.0000000", zone)
    assert f'outlook.timezone="{zone}"' in answer.headers["Preference-Applied"]


@pytest.mark.parametrize(
    "start",
    [{"dateTime": "2026-12-07T09:00:00"}, a_time("2026-12-07T09:00:00", "Mars/Base")],
)
async def test_a_time_without_a_known_zone_is_refused(start):
    stage = Stage()
    answer = await stage.post("/me/events", a_meeting(start=start), 400)
    assert answer["error"]["code"] == "TimeZoneNotSupportedException"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"end": a_time("2026-12-07T08:00:00")}, "ErrorPropertyValidationFailure"),
        ({"isAllDay": True}, "ErrorPropertyValidationFailure"),
        ({"colour": "red"}, "RequestBodyRead"),
        ({"subject": 3}, "RequestBodyRead"),
        ({"sensitivity": "secret"}, "RequestBodyRead"),
        ({"attendees": [{"emailAddress": {"address": "no"}}]}, "ErrorPropertyValidationFailure"),
        ({"start": a_time("yesterday")}, "ErrorInvalidParameter"),
        ({"start": "2026-12-07"}, "RequestBodyRead"),
        ({"isDraft": "no"}, "RequestBodyRead"),
        ({"reminderMinutesBeforeStart": "15"}, "RequestBodyRead"),
        ({"body": "text"}, "RequestBodyRead"),
        ({"body": {"contentType": "rtf", "content": ""}}, "RequestBodyRead"),
        ({"categories": "Zoom"}, "RequestBodyRead"),
        ({"attendees": "bo@example.com"}, "RequestBodyRead"),
        ({"attendees": ["bo@example.com"]}, "RequestBodyRead"),
        (
            {"attendees": [{"type": "vip", "emailAddress": {"address": "a@b"}}]},
            "RequestBodyRead",
        ),
        ({"location": "Hall"}, "RequestBodyRead"),
        ({"location": {"displayName": 3}}, "RequestBodyRead"),
        ({"location": {"displayName": "x", "locationType": "moon"}}, "RequestBodyRead"),
        ({"locations": "Hall"}, "RequestBodyRead"),
        ({"recurrence": "weekly"}, "RequestBodyRead"),
        ({"recurrence": {"pattern": {}}}, "RequestBodyRead"),
        ({"recurrence": {"pattern": {"type": "hourly"}, "range": {}}}, "RequestBodyRead"),
        (
            {"recurrence": {"pattern": {"type": "daily", "interval": 1}, "range": {}}},
            "RequestBodyRead",
        ),
        (
            {
                "recurrence": {
                    "pattern": {"type": "daily", "interval": 1},
                    "range": {"type": "noEnd", "startDate": "soon"},
                }
            },
            "ErrorPropertyValidationFailure",
        ),
        ({"singleValueExtendedProperties": {}}, "RequestBodyRead"),
        ({"singleValueExtendedProperties": [{"value": "v1"}]}, "RequestBodyRead"),
        ({"singleValueExtendedProperties": [{"id": MARK, "value": 1}]}, "RequestBodyRead"),
        (
            {"singleValueExtendedProperties": [{"id": MARK, "value": "x" * 32_001}]},
            "ErrorInvalidArgument",
        ),
    ],
)
async def test_a_body_that_makes_no_event_is_refused(fields, code):
    answer = await Stage().post("/me/events", a_meeting(**fields), 400, strict=False)
    assert answer["error"]["code"] == code


async def test_an_event_needs_start_and_end():
    answer = await Stage().post("/me/events", {"subject": "When?"}, 400)
    assert answer["error"]["code"] == "ErrorPropertyValidationFailure"


async def test_a_body_that_is_no_json_is_refused():
    stage = Stage()
    answer = await stage.http.post(
        "/microsoft/v1.0/me/events",
        content=b"{",
        headers={"Authorization": f"Bearer {stage.ana.microsoft_token}"},
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadRequest")


async def test_whole_days_are_anchored_at_midnight_utc():
    stage = Stage()
    zone = "Tokyo Standard Time"
    event = await stage.create(
        isAllDay=True,
        start=a_time("2026-12-07T00:00:00", zone),
        end=a_time("2026-12-08T00:00:00", zone),
    )
    assert event["start"] == a_time("2026-12-07T00:00:00.0000000")


async def test_whole_days_have_one_zone_and_whole_length():
    stage = Stage()
    for end in (
        a_time("2026-12-08T00:00:00", "Tokyo Standard Time"),
        a_time("2026-12-07T00:00:00"),
    ):
        body = a_meeting(isAllDay=True, start=a_time("2026-12-07T00:00:00"), end=end)
        answer = await stage.post("/me/events", body, 400)
        assert answer["error"]["code"] == "ErrorPropertyValidationFailure"


async def test_null_gives_a_property_its_default_back():
    stage = Stage()
    event = await stage.create(
        sensitivity="private", body={"contentType": "text", "content": "x"}, categories=["Zoom"]
    )
    nothing = {"sensitivity": None, "body": None, "location": None}
    changed = await stage.patch(event, nothing, strict=False)
    assert (changed["sensitivity"], changed["body"]["content"]) == ("normal", "")
    assert changed["location"]["displayName"] == ""


async def test_a_time_with_an_offset_is_put_into_its_zone():
    start = a_time("2026-12-07T09:00:00+01:00", "Pacific Standard Time")
    event = await Stage().create(start=start, end=a_time("2026-12-07T10:00:00"))
    assert event["start"] == a_time("2026-12-07T08:00:00.0000000")


@pytest.mark.parametrize("zone", ["tzone://Microsoft/Custom", "Customized Time Zone"])
async def test_zone_names_that_outlook_leaves_behind_are_kept(zone):
    event = await Stage().create(start=a_time("2026-12-07T09:00:00", zone))
    assert event["originalStartTimeZone"] == zone
    assert event["start"]["timeZone"] == "UTC"


async def test_a_property_sent_as_null_is_taken_away_and_tagged_ones_are_taken():
    stage = Stage()
    tagged = "String 0x4001"
    both = [{"id": MARK, "value": "v1"}, {"id": tagged, "value": "v2"}]
    event = await stage.create(singleValueExtendedProperties=both)
    await stage.patch(event, {"singleValueExtendedProperties": [{"id": MARK, "value": None}]})
    expand = f"singleValueExtendedProperties($filter=id eq '{MARK}' or id eq '{tagged}')"
    shown = await stage.get(f"/me/events/{event['id']}?$expand={expand}")
    assert shown["singleValueExtendedProperties"] == [{"id": tagged, "value": "v2"}]


async def test_service_set_properties_are_read_over():
    stage = Stage()
    event = await stage.create()
    sent = {"iCalUId": "mine", "onlineMeetingUrl": "https://zoom.us/j/1", "isCancelled": True}
    changed = await stage.patch(event, sent)
    kept = ("iCalUId", "onlineMeetingUrl", "isCancelled")
    assert [changed[name] for name in kept] == [event[name] for name in kept]


async def test_only_immutable_ids_survive_a_move_to_another_calendar():
    stage = Stage()
    event = await stage.create()
    regular = (await stage.get(f"/me/events/{event['id']}"))["id"]
    assert regular != event["id"]
    await stage.get(f"/me/events/{regular}")

    move = {"mailbox": stage.ana.email, "event": event["id"], "calendar": "Team"}
    answer = await stage.http.post("/microsoft/_knobs", json={"move": move})
    assert answer.status_code == 200

    await stage.get(f"/me/events/{regular}", 404)
    moved = await stage.get(f"/me/events/{event['id']}", headers=IMMUTABLE)
    assert moved["subject"] == "Planning"
    await stage.get(f"/me/calendar/events/{event['id']}", 404)


async def test_an_extended_property_is_shown_only_when_it_is_expanded():
    stage = Stage()
    event = await stage.create(singleValueExtendedProperties=[{"id": MARK, "value": "v1"}])
    assert "singleValueExtendedProperties" not in event

    await stage.patch(event, {"singleValueExtendedProperties": [{"id": MARK, "value": "v2"}]})
    asked = MARK.replace("abcdef", "ABCDEF")
    expand = f"$expand=singleValueExtendedProperties($filter=id eq '{asked}')"
    shown = await stage.get(f"/me/events/{event['id']}?{expand}")
    assert shown["singleValueExtendedProperties"] == [{"id": MARK, "value": "v2"}]
    other = expand.replace("syncdMeeting", "SyncdMeeting")
    assert "singleValueExtendedProperties" not in await stage.get(
        f"/me/events/{event['id']}?{other}"
    )


async def test_an_extended_property_with_a_made_up_id_is_refused():
    properties = [{"id": "syncdMeeting", "value": "v1"}]
    body = a_meeting(singleValueExtendedProperties=properties)
    answer = await Stage().post("/me/events", body, 400)
    assert answer["error"]["code"] == "ErrorInvalidArgument"

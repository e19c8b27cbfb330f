"""Recurring events at the Google stand-in: instances, exceptions and what the master hands down."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.sandbox.google_setting import BO, EVENTS, Setting, event, reason, setting

WEEKLY = ["RRULE:FREQ=WEEKLY;COUNT=4"]


def starts(page: dict[str, Any]) -> list[str]:
    return [one["start"].get("dateTime", one["start"].get("date")) for one in page["items"]]


async def instances(google: Setting, master: dict[str, Any], **query: Any) -> dict[str, Any]:
    return await google.ok("GET", f"{EVENTS}/{master['id']}/instances", params=query)


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=DAILY;COUNT=3", ["01-11", "01-12", "01-13"]),
        ("FREQ=DAILY;INTERVAL=2;UNTIL=20270115T235959Z", ["01-11", "01-13", "01-15"]),
        ("FREQ=DAILY;UNTIL=20270112", ["01-11", "01-12"]),
        ("FREQ=DAILY;BYDAY=MO,TU;COUNT=3", ["01-11", "01-12", "01-18"]),
        ("FREQ=WEEKLY;COUNT=3", ["01-11", "01-18", "01-25"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=4", ["01-11", "01-13", "01-25", "01-27"]),
        ("FREQ=MONTHLY;COUNT=3", ["01-11", "02-11", "03-11"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", ["01-11", "01-31", "02-28"]),
        ("FREQ=MONTHLY;BYDAY=2MO;COUNT=3", ["01-11", "02-08", "03-08"]),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", ["01-11", "01-29", "02-26"]),
        ("FREQ=YEARLY;COUNT=1", ["01-11"]),
    ],
)
async def test_rules_are_expanded(rule, days):
    google = setting()
    master = await google.insert(recurrence=[f"RRULE:{rule}"])
    assert [one[5:10] for one in starts(await instances(google, master))] == days


async def test_exdate_and_rdate_take_away_and_add():
    google = setting()
    master = await google.insert(
        recurrence=[
            *WEEKLY,
            "EXDATE;TZID=Europe/Berlin:20270118T100000",
            "RDATE:20270120T090000Z",
        ]
    )
    days = [one[5:10] for one in starts(await instances(google, master))]
    assert days == ["01-11", "01-20", "01-25", "02-01"]


async def test_the_wall_clock_holds_across_the_change_to_summer_time():
    google = setting()
    begin = {"dateTime": "2027-03-25T10:00:00", "timeZone": "Europe/Berlin"}
    end = {"dateTime": "2027-03-25T11:00:00", "timeZone": "Europe/Berlin"}
    master = await google.insert(start=begin, end=end, recurrence=WEEKLY[:1])
    found = (await instances(google, master))["items"]
    assert found[0]["start"]["dateTime"] == "2027-03-25T10:00:00+01:00"
    assert found[1]["start"]["dateTime"] == "2027-04-01T10:00:00+02:00"
    assert [one["id"].rpartition("_")[2] for one in found[:2]] == [
        "20270325T090000Z",
        "20270401T080000Z",
    ]


async def test_all_day_instances_are_named_by_their_day():
    google = setting()
    start, end = {"date": "2027-01-11"}, {"date": "2027-01-13"}
    master = await google.insert(start=start, end=end, recurrence=WEEKLY)
    second = (await instances(google, master))["items"][1]
    assert second["id"] == f"{master['id']}_20270118"
    assert (second["start"], second["end"]) == ({"date": "2027-01-18"}, {"date": "2027-01-20"})
    assert second["originalStartTime"] == {"date": "2027-01-18"}


@pytest.mark.parametrize(
    "lines",
    [
        ["RRULE:FREQ=SOMETIMES"],
        ["RRULE:COUNT=2"],
        ["RRULE:FREQ=DAILY;COUNT=2;UNTIL=20270101"],
        ["RRULE:FREQ=DAILY;INTERVAL=0"],
        ["RRULE:FREQ=WEEKLY;BYDAY=XX"],
        ["RRULE:FREQ=DAILY;UNTIL=soon"],
        ["RRULE:FREQ=DAILY;COUNT=x"],
        ["DTSTART:20270101T000000Z"],
        ["EXDATE;TZID=Moon/Base:20270101T000000"],
    ],
)
async def test_rules_that_make_no_sense_are_refused(lines):
    answer = await setting().call("POST", EVENTS, json=event(recurrence=lines))
    assert reason(answer) == (400, "invalid")


async def test_a_recurring_event_needs_its_zone():
    body = event(recurrence=WEEKLY)
    body["start"] = {"dateTime": "2027-01-11T10:00:00+01:00"}
    assert reason(await setting().call("POST", EVENTS, json=body)) == (400, "required")


async def test_instances_can_be_bounded_picked_and_paged():
    google = setting()
    master = await google.insert(recurrence=["RRULE:FREQ=WEEKLY"])
    window = {"timeMin": "2027-01-18T10:00:00Z", "timeMax": "2027-02-01T09:00:00Z"}
    days = [one[5:10] for one in starts(await instances(google, master, **window))]
    assert days == ["01-18", "01-25"]  # timeMin is inclusive here
    picked = await instances(google, master, originalStart="2027-01-25T10:00:00+01:00")
    assert [one[5:10] for one in starts(picked)] == ["01-25"]
    first = await instances(google, master, **window, maxResults=1)
    last = await instances(google, master, **window, pageToken=first["nextPageToken"])
    assert [one[5:10] for one in starts(last)] == ["01-25"]
    assert "nextSyncToken" not in last


async def test_instances_of_a_single_event_are_refused():
    google = setting()
    made = await google.insert()
    answer = await google.call("GET", f"{EVENTS}/{made['id']}/instances")
    assert reason(answer) == (400, "invalid")


async def test_a_list_gives_masters_and_exceptions_only():
    google = setting()
    master = await google.insert(recurrence=WEEKLY)
    second = (await instances(google, master))["items"][1]
    assert (await google.get(second["id"]))["recurringEventId"] == master["id"]
    assert [one["id"] for one in (await google.list())["items"]] == [master["id"]]
    moved = {"dateTime": "2027-01-19T10:00:00+01:00", "timeZone": "Europe/Berlin"}
    later = {"dateTime": "2027-01-19T11:00:00+01:00", "timeZone": "Europe/Berlin"}
    exception = await google.patch(second["id"], start=moved, end=later)
    assert exception["originalStartTime"] == second["start"]
    assert exception["iCalUID"] == master["iCalUID"]
    listed = (await google.list())["items"]
    assert [one["id"] for one in listed] == [master["id"], second["id"]]
    assert starts(await instances(google, master))[1] == moved["dateTime"]


async def test_an_instance_that_the_rule_has_not_does_not_exist():
    google = setting()
    master = await google.insert(recurrence=WEEKLY)
    for name in ("20270119T090000Z", "20270118T100000Z", "nonsense"):
        answer = await google.call("GET", f"{EVENTS}/{master['id']}_{name}")
        assert reason(answer) == (404, "notFound")


async def test_a_cancelled_instance_is_listed_with_little_more_than_its_slot():
    google = setting()
    master = await google.insert(recurrence=WEEKLY)
    second = (await instances(google, master))["items"][1]
    token = (await google.list())["nextSyncToken"]
    assert (await google.call("DELETE", f"{EVENTS}/{second['id']}")).status_code == 204
    for query in ({}, {"syncToken": token}):
        found = {one["id"]: one for one in (await google.list(**query))["items"]}
        gone = found[second["id"]]
        assert gone["status"] == "cancelled"
        assert gone["recurringEventId"] == master["id"]
        assert gone["originalStartTime"] == second["start"]
        assert "summary" not in gone
    assert len((await instances(google, master))["items"]) == 3
    assert len((await instances(google, master, showDeleted="true"))["items"]) == 4


async def test_a_change_of_the_master_reaches_instances_that_have_no_own_value():
    google = setting()
    master = await google.insert(recurrence=WEEKLY, location="Room 1")
    first, second = (await instances(google, master))["items"][:2]
    await google.patch(first["id"], location="Room 2")
    await google.patch(second["id"], summary="Special")
    await google.patch(master["id"], location="https://z.test/j/1", description="d")
    found = (await instances(google, master))["items"]
    link = "https://z.test/j/1"
    assert [one["location"] for one in found] == ["Room 2", link, link, link]
    assert [one["description"] for one in found] == ["d"] * 4
    assert found[1]["summary"] == "Special"


async def test_a_new_time_of_the_master_resets_its_exceptions():
    google = setting()
    master = await google.insert(recurrence=WEEKLY)
    second = (await instances(google, master))["items"][1]
    await google.patch(second["id"], summary="Special")
    await google.patch(
        master["id"],
        start={"dateTime": "2027-01-11T12:00:00+01:00"},
        end={"dateTime": "2027-01-11T13:00:00+01:00"},
    )
    assert (await google.get(second["id"]))["status"] == "cancelled"
    found = (await instances(google, master))["items"]
    assert [one["summary"] for one in found] == ["Planning"] * 4


async def test_a_deleted_master_is_listed_and_its_exceptions_are_not():
    google = setting()
    master = await google.insert(recurrence=WEEKLY, attendees=[{"email": BO}])
    second = (await instances(google, master))["items"][1]
    await google.patch(second["id"], summary="Special")
    tokens = [(await google.list(who=who))["nextSyncToken"] for who in (0, 1)]
    await google.call("DELETE", f"{EVENTS}/{master['id']}")
    for who in (0, 1):
        listed = (await google.list(who=who, syncToken=tokens[who]))["items"]
        assert [(one["id"], one["status"]) for one in listed] == [(master["id"], "cancelled")]
        assert (await google.get(second["id"], who=who))["status"] == "cancelled"


async def test_exceptions_reach_the_attendees():
    google = setting()
    master = await google.insert(recurrence=WEEKLY, attendees=[{"email": BO}])
    second = (await instances(google, master))["items"][1]
    await google.patch(second["id"], location="elsewhere")
    assert (await google.get(second["id"], who=1))["location"] == "elsewhere"
    await google.patch(second["id"], who=1, extendedProperties={"private": {"a": "b"}})
    assert "extendedProperties" not in await google.get(second["id"])


async def test_a_list_of_single_events_expands_series():
    google = setting()
    master = await google.insert(recurrence=WEEKLY)
    second = (await instances(google, master))["items"][1]
    await google.call("DELETE", f"{EVENTS}/{second['id']}")
    listed = await google.list(singleEvents="true", orderBy="startTime")
    days = [one[5:10] for one in starts(listed)]
    assert days == ["01-11", "01-25", "02-01"]


async def test_a_window_finds_a_series_by_its_occurrences():
    google = setting()
    master = await google.insert(recurrence=WEEKLY)
    inside = await google.list(timeMin="2027-01-24T00:00:00Z", timeMax="2027-01-26T00:00:00Z")
    assert [one["id"] for one in inside["items"]] == [master["id"]]
    assert (await google.list(timeMin="2027-02-02T00:00:00Z"))["items"] == []


async def test_rdates_may_stand_without_a_rule():
    google = setting()
    lines = ["RDATE;TZID=Europe/Berlin:20270113T100000,20270112T100000"]
    master = await google.insert(recurrence=lines)
    days = [one[5:10] for one in starts(await instances(google, master))]
    assert days == ["01-11", "01-12", "01-13"]


async def test_a_meet_of_the_master_reaches_its_exceptions():
    google = setting()
    master = await google.insert(recurrence=WEEKLY)
    second = (await instances(google, master))["items"][1]
    await google.patch(second["id"], summary="Special")
    key = {"type": "hangoutsMeet"}
    asked = {"createRequest": {"requestId": "r1", "conferenceSolutionKey": key}}
    await google.patch(master["id"], query={"conferenceDataVersion": 1}, conferenceData=asked)
    link = (await google.get(master["id"]))["hangoutLink"]
    assert (await google.get(second["id"]))["hangoutLink"] == link


async def test_instances_are_never_recurring_themselves():
    google = setting()
    master = await google.insert(recurrence=WEEKLY)
    second = (await instances(google, master))["items"][1]
    answer = await google.call("PATCH", f"{EVENTS}/{second['id']}", json={"recurrence": WEEKLY})
    assert reason(answer) == (400, "invalid")


async def test_an_incremental_list_of_single_events_has_the_instances_of_a_changed_series():
    google = setting()
    token = (await google.list(singleEvents="true"))["nextSyncToken"]
    master = await google.insert(recurrence=WEEKLY)
    page = await google.list(singleEvents="true", syncToken=token)
    assert {one["recurringEventId"] for one in page["items"]} == {master["id"]}
    assert len(page["items"]) == 4

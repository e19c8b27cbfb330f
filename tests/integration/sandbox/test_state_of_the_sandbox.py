"""What `GET {control}/state` shows to tests: mails of occurrences, exceptions, conferences."""

from __future__ import annotations

from typing import Any

from tests.integration.sandbox.google_setting import EVENTS, setting
from tests.integration.sandbox.microsoft_stage import IMMUTABLE, Stage, weekly
from tests.integration.sandbox.zoom_stage import Stage as ZoomStage
from tests.integration.sandbox.zoom_stage import starting

GUEST = "guest@partner.example"
YEAR = "startDateTime=2026-12-01T00:00:00Z&endDateTime=2027-12-01T00:00:00Z"


async def test_a_google_mail_about_an_occurrence_says_which():
    google = setting()
    made = await google.insert(
        recurrence=["RRULE:FREQ=DAILY;COUNT=3"], attendees=[{"email": GUEST}]
    )
    one = (await google.ok("GET", f"{EVENTS}/{made['id']}/instances"))["items"][1]
    query = {"sendUpdates": "all"}
    await google.patch(made["id"], query=query, location="x")
    await google.patch(one["id"], query=query, location="y")
    of_series, of_one = google.world.snapshot()["mails"]
    assert (of_series["event"], of_series["occurrence"]) == (made["id"], None)
    assert of_one["event"] == one["id"] == f"{made['id']}_{_compact(of_one['occurrence'])}"


def _compact(moment: str) -> str:
    return moment.replace("-", "").replace(":", "")


async def test_a_google_mail_about_a_day_of_a_series_names_the_day():
    google = setting()
    whole_day: dict[str, Any] = {"start": {"date": "2026-12-01"}, "end": {"date": "2026-12-02"}}
    made = await google.insert(
        recurrence=["RRULE:FREQ=DAILY;COUNT=3"], attendees=[{"email": GUEST}], **whole_day
    )
    await google.patch(f"{made['id']}_20261202", query={"sendUpdates": "all"}, location="y")
    assert [mail.occurrence for mail in google.world.mails] == ["2026-12-02"]


async def test_an_outlook_mail_about_an_occurrence_says_which():
    stage = Stage()
    guests = [{"type": "required", "emailAddress": {"address": GUEST}}]
    event = await stage.create(recurrence=weekly("monday"), attendees=guests)
    path = f"/me/events/{event['id']}/instances?{YEAR}"
    second = (await stage.get(path, headers=IMMUTABLE))["value"][1]
    place = {"location": {"displayName": "x"}}
    await stage.patch(second, place)
    await stage.patch(event, place)
    await stage.delete(second)
    slot = f"{second['originalStart'][:19]}Z"
    told = [(mail.reason, mail.occurrence) for mail in stage.world.mails]
    assert told == [
        ("invited", None),
        ("updated", slot),
        ("updated", None),
        ("updated", slot),
        ("cancelled", slot),
    ]
    assert {mail.event for mail in stage.world.mails} == {event["iCalUId"]}


async def test_native_conferences_stand_in_the_state():
    google = setting()
    wanted = {"createRequest": {"requestId": "one"}}
    made = await google.insert(conferenceData=wanted, query={"conferenceDataVersion": 1})
    await google.get(made["id"])
    (event,) = google.google.snapshot()["calendars"]["ana@example.com"]["events"]
    assert event["hangoutLink"] == event["conferenceData"]["entryPoints"][0]["uri"]
    stage = Stage()
    await stage.create(isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness")
    (shown,) = stage.microsoft.snapshot()["calendars"]["ana@example.com/Calendar"]["events"]
    assert shown["onlineMeeting"]["joinUrl"].startswith("https://teams.microsoft.com/")


async def test_occurrences_of_a_meeting_stand_in_the_state_cancelled_ones_too():
    stage = ZoomStage()
    rule: dict[str, Any] = {"type": 1, "end_times": 2}
    made = await stage.create(type=8, start_time=starting(days=1), recurrence=rule)
    first, second = made["occurrences"]
    query = f"?occurrence_id={first['occurrence_id']}"
    assert (await stage.call("DELETE", f"/meetings/{made['id']}{query}")).status_code == 204
    (meeting,) = stage.zoom.snapshot()["meetings"]
    assert meeting["recurrence"]["end_times"] == 2
    assert [one["status"] for one in meeting["occurrences"]] == ["deleted", "available"]
    assert meeting["occurrences"][1] == second

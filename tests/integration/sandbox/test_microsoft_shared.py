"""A calendar that somebody shares with a person, to be read only."""

from __future__ import annotations

from tests.integration.sandbox.microsoft_stage import Stage, a_meeting


async def share(stage: Stage, *names: str) -> None:
    several = [{"mailbox": stage.ana.email, "calendar": name} for name in names]
    answer = await stage.http.post("/microsoft/_knobs", json={"read_only": several})
    assert answer.status_code == 200


async def test_a_calendar_to_be_read_only_says_so_and_takes_no_write():
    stage = Stage()
    event = await stage.create()
    await share(stage, "Calendar")
    shown = {one["name"]: one["canEdit"] for one in (await stage.get("/me/calendars"))["value"]}
    assert shown == {"Calendar": False, "Team": True}
    answer = await stage.patch(event, {"subject": "No"}, 403)
    assert answer["error"]["code"] == "ErrorAccessDenied"
    await stage.delete(event, 403)
    await stage.post("/me/events", a_meeting(), 403)
    assert (await stage.get(f"/me/events/{event['id']}"))["subject"] == event["subject"]


async def test_the_right_may_be_given_back():
    stage = Stage()
    event = await stage.create()
    await share(stage, "Calendar", "Team")
    await share(stage)
    assert (await stage.get("/me/calendar"))["canEdit"] is True
    assert (await stage.patch(event, {"subject": "Yes"}))["subject"] == "Yes"

"""What attendees of the Microsoft stand-in get: mails, copies, cancellations."""

from __future__ import annotations

import pytest

from tests.integration.sandbox.microsoft_stage import (
    IMMUTABLE,
    MARK,
    Stage,
    a_time,
    an_attendee,
    weekly,
)

GUEST = "guest@partner.example"


async def invited(stage: Stage, **fields):
    """Create a meeting of Ana with Bo and a guest from elsewhere; forget the mails."""
    attendees = [an_attendee(stage.bo.email), an_attendee(GUEST)]
    event = await stage.create(attendees=attendees, **fields)
    assert sorted(stage.mails()) == [(stage.bo.email, "invited"), (GUEST, "invited")]
    return event


async def patch_as(stage: Stage, person, event, body):
    path = f"/me/events/{event['id']}"
    token = person.microsoft_token
    answer = await stage.call("PATCH", path, json=body, token=token, headers=IMMUTABLE)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_attendee_gets_a_copy_of_the_meeting():
    stage = Stage()
    event = await invited(stage, categories=["Zoom"], sensitivity="private")
    copy = await stage.copy_of(event, stage.bo)

    assert (event["isOrganizer"], copy["isOrganizer"]) == (True, False)
    assert copy["organizer"]["emailAddress"]["address"] == stage.ana.email
    assert copy["id"] != event["id"]
    shared = ("subject", "body", "start", "end", "location", "attendees", "iCalUId")
    assert [copy[name] for name in shared] == [event[name] for name in shared]
    assert (copy["categories"], copy["sensitivity"]) == ([], "private")
    assert copy["responseStatus"]["response"] == "notResponded"
    assert event["responseStatus"]["response"] == "organizer"


@pytest.mark.parametrize(
    "body",
    [
        {"subject": "New"},
        {"location": {"displayName": "https://zoom.us/j/1"}},
        {"body": {"contentType": "html", "content": "x"}},
        {"categories": ["Zoom"], "subject": "New"},
    ],
)
async def test_a_change_by_the_organiser_mails_everyone_and_reaches_the_copies(body):
    stage = Stage()
    event = await invited(stage)
    changed = await stage.patch(event, body)

    assert sorted(stage.mails()) == [(stage.bo.email, "updated"), (GUEST, "updated")]
    copy = await stage.copy_of(event, stage.bo)
    shared = ("subject", "location", "locations", "body")
    assert [copy[name] for name in shared] == [changed[name] for name in shared]


@pytest.mark.parametrize(
    "body",
    [
        {"categories": ["Zoom"]},
        {"singleValueExtendedProperties": [{"id": MARK, "value": "v1"}]},
        {"isReminderOn": False, "reminderMinutesBeforeStart": 5},
    ],
)
async def test_what_concerns_the_organiser_only_mails_nobody(body):
    stage = Stage()
    event = await invited(stage)
    before = await stage.copy_of(event, stage.bo)
    await stage.patch(event, body)
    assert stage.mails() == []
    assert await stage.copy_of(event, stage.bo) == before


async def test_a_change_of_attendees_mails_those_who_come_and_go():
    stage = Stage()
    event = await invited(stage)
    third = stage.world.people[2]
    attendees = [an_attendee(GUEST), an_attendee(third.email)]
    await stage.patch(event, {"attendees": attendees})

    assert sorted(stage.mails()) == [(stage.bo.email, "cancelled"), (third.email, "invited")]
    assert (await stage.copy_of(event, stage.bo))["isCancelled"] is True
    assert (await stage.copy_of(event, third))["isCancelled"] is False


async def test_a_change_by_an_attendee_is_local_and_lost_at_the_next_update():
    stage = Stage()
    event = await invited(stage)
    copy = await stage.copy_of(event, stage.bo)

    local = {"subject": "Mine", "categories": ["Own"]}
    assert (await patch_as(stage, stage.bo, copy, local))["subject"] == "Mine"
    assert stage.mails() == []
    assert (await stage.get(f"/me/events/{event['id']}"))["subject"] == "Planning"

    await stage.patch(event, {"location": {"displayName": "Hall"}})
    copy = await stage.copy_of(event, stage.bo)
    assert (copy["subject"], copy["categories"]) == ("Planning", ["Own"])


@pytest.mark.parametrize("by_cancel", [True, False])
async def test_a_meeting_taken_away_by_its_organiser_is_cancelled_for_attendees(by_cancel):
    stage = Stage()
    event = await invited(stage)
    if by_cancel:
        await stage.post(f"/me/events/{event['id']}/cancel", {"Comment": "Sorry"}, 202)
    else:
        await stage.delete(event)

    await stage.get(f"/me/events/{event['id']}", 404)
    assert sorted(stage.mails()) == [(stage.bo.email, "cancelled"), (GUEST, "cancelled")]
    copy = await stage.copy_of(event, stage.bo)
    assert (copy["isCancelled"], copy["subject"]) == (True, "Canceled: Planning")


async def test_an_attendee_cannot_cancel_but_may_delete_the_own_copy():
    stage = Stage()
    event = await invited(stage)
    copy = await stage.copy_of(event, stage.bo)
    token = stage.bo.microsoft_token

    path = f"/me/events/{copy['id']}"
    answer = await stage.post(f"{path}/cancel", {}, 400, token=token)
    assert "organizer" in answer["error"]["message"]
    await stage.delete(copy, token=token)
    assert (await stage.get(f"/me/events/{event['id']}"))["isCancelled"] is False
    assert stage.mails() == []


async def test_a_draft_invites_nobody_until_it_is_sent():
    stage = Stage()
    event = await stage.create(isDraft=True, attendees=[an_attendee(GUEST)])
    await stage.patch(event, {"subject": "Still a draft"})
    assert stage.mails() == []
    await stage.patch(event, {"isDraft": False})
    assert stage.mails() == [(GUEST, "invited")]


@pytest.mark.parametrize("kept", [True, False])
async def test_whether_copies_carry_extended_properties_is_a_knob(kept):
    stage = Stage()
    stage.exchange.knobs.copies_keep_properties = kept
    event = await invited(stage, singleValueExtendedProperties=[{"id": MARK, "value": "v1"}])
    copy = await stage.copy_of(event, stage.bo)
    path = f"/me/events/{copy['id']}?$expand=singleValueExtendedProperties($filter=id eq '{MARK}')"
    shown = await stage.get(path, token=stage.bo.microsoft_token)
    assert ("singleValueExtendedProperties" in shown) is kept


async def test_a_series_with_a_changed_occurrence_mails_for_both():
    stage = Stage()
    event = await invited(stage, recurrence=weekly("monday"))
    window = "startDateTime=2026-12-01T00:00:00Z&endDateTime=2026-12-31T00:00:00Z"
    listed = await stage.get(f"/me/events/{event['id']}/instances?{window}", headers=IMMUTABLE)
    await stage.patch(listed["value"][1], {"subject": "Special"})
    assert len(stage.mails()) == 2
    await stage.patch(event, {"location": {"displayName": "Hall"}})
    assert len(stage.mails()) == 4

    copy = await stage.copy_of(event, stage.bo)
    path = f"/me/events/{copy['id']}/instances?{window}"
    seen = (await stage.get(path, token=stage.bo.microsoft_token))["value"]
    assert [one["subject"] for one in seen] == ["Planning", "Special", "Planning", "Planning"]


async def test_a_cancelled_occurrence_is_cancelled_in_the_copies():
    stage = Stage()
    event = await invited(stage, recurrence=weekly("monday"))
    window = "startDateTime=2026-12-01T00:00:00Z&endDateTime=2026-12-31T00:00:00Z"
    listed = await stage.get(f"/me/events/{event['id']}/instances?{window}", headers=IMMUTABLE)
    await stage.delete(listed["value"][1])

    assert sorted(stage.mails()) == [(stage.bo.email, "cancelled"), (GUEST, "cancelled")]
    copy = await stage.copy_of(event, stage.bo)
    path = f"/me/events/{copy['id']}/instances?{window}"
    seen = (await stage.get(path, token=stage.bo.microsoft_token))["value"]
    assert [one["isCancelled"] for one in seen] == [False, True, False, False]


async def test_a_moved_series_forgets_the_exceptions_of_the_copies_too():
    stage = Stage()
    event = await invited(stage, recurrence=weekly("monday"))
    window = "startDateTime=2026-12-01T00:00:00Z&endDateTime=2026-12-31T00:00:00Z"
    listed = await stage.get(f"/me/events/{event['id']}/instances?{window}", headers=IMMUTABLE)
    await stage.patch(listed["value"][0], {"subject": "Special"})
    await stage.patch(
        event, {"start": a_time("2026-12-07T11:00:00"), "end": a_time("2026-12-07T12:00:00")}
    )

    copy = await stage.copy_of(event, stage.bo)
    path = f"/me/events/{copy['id']}/instances?{window}"
    seen = (await stage.get(path, token=stage.bo.microsoft_token))["value"]
    assert {one["subject"] for one in seen} == {"Planning"}
    assert {one["type"] for one in seen} == {"occurrence"}

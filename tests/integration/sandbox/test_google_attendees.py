"""Copies for attendees, who may change what, and who is mailed."""

from __future__ import annotations

from tests.integration.sandbox.google_setting import ANA, BO, EVENTS, Setting, reason, setting

GUESTS = [{"email": BO}, {"email": "pat@partner.test"}]


def mailed(google: Setting) -> list[tuple[str, str]]:
    return [(mail.to, mail.reason) for mail in google.world.mails]


async def test_an_attendee_of_the_sandbox_gets_a_copy():
    google = setting()
    made = await google.insert(attendees=GUESTS, extendedProperties={"private": {"a": "1"}})
    copy = await google.get(made["id"], who=1)
    assert copy["iCalUID"] == made["iCalUID"]
    assert copy["organizer"] == {"email": ANA, "displayName": "Ana Example"}
    assert copy["attendees"][0] == {"email": BO, "responseStatus": "needsAction", "self": True}
    assert "extendedProperties" not in copy
    assert copy["htmlLink"] != made["htmlLink"]


async def test_copies_follow_the_organiser_and_keep_what_is_their_own():
    google = setting()
    made = await google.insert(attendees=GUESTS)
    await google.patch(
        made["id"], who=1, colorId="5", extendedProperties={"private": {"mine": "yes"}}
    )
    await google.patch(
        made["id"], location="https://z.test/j/1", extendedProperties={"shared": {"s": "1"}}
    )
    copy = await google.get(made["id"], who=1)
    assert copy["location"] == "https://z.test/j/1"
    assert copy["colorId"] == "5"
    assert copy["extendedProperties"] == {"private": {"mine": "yes"}, "shared": {"s": "1"}}
    organisers = await google.get(made["id"])
    assert "colorId" not in organisers
    assert organisers["extendedProperties"] == {"shared": {"s": "1"}}


async def test_a_private_change_of_the_organiser_leaves_the_copies_alone():
    google = setting()
    made = await google.insert(attendees=GUESTS)
    before = await google.get(made["id"], who=1)
    await google.patch(made["id"], colorId="7")
    assert await google.get(made["id"], who=1) == before


async def test_only_the_organiser_changes_shared_fields():
    google = setting()
    made = await google.insert(attendees=GUESTS)
    path = f"{EVENTS}/{made['id']}"
    for body in (
        {"location": "elsewhere"},
        {"attendees": [{"email": BO}]},
        {"extendedProperties": {"shared": {"s": "1"}}},
    ):
        answer = await google.call("PATCH", path, json=body, who=1)
        assert reason(answer) == (403, "forbiddenForNonOrganizer")
    assert "location" not in await google.get(made["id"])


async def test_guests_who_can_modify_change_it_for_all():
    google = setting()
    made = await google.insert(attendees=GUESTS, guestsCanModify=True)
    patched = await google.patch(made["id"], who=1, location="elsewhere")
    assert patched["location"] == "elsewhere"
    assert (await google.get(made["id"]))["location"] == "elsewhere"


async def test_an_answer_of_an_attendee_reaches_the_organiser():
    google = setting()
    made = await google.insert(attendees=GUESTS)
    attendees = (await google.get(made["id"], who=1))["attendees"]
    attendees[0]["responseStatus"] = "accepted"
    await google.patch(made["id"], who=1, attendees=attendees)
    for who in (0, 1):
        found = (await google.get(made["id"], who=who))["attendees"]
        assert [one["responseStatus"] for one in found] == ["accepted", "needsAction"]
    assert mailed(google) == []


async def test_a_deleted_event_leaves_bare_tombstones_with_the_attendees():
    google = setting()
    made = await google.insert(attendees=GUESTS)
    token = (await google.list(who=1))["nextSyncToken"]
    await google.call("DELETE", f"{EVENTS}/{made['id']}")
    (tombstone,) = (await google.list(who=1, syncToken=token))["items"]
    assert (tombstone["id"], tombstone["status"]) == (made["id"], "cancelled")
    assert "summary" not in tombstone
    answer = await google.call("PATCH", f"{EVENTS}/{made['id']}", json={}, who=1)
    assert reason(answer) == (404, "notFound")


async def test_an_attendee_who_is_taken_off_loses_the_copy():
    google = setting()
    made = await google.insert(attendees=GUESTS)
    await google.patch(made["id"], attendees=GUESTS[1:])
    assert (await google.get(made["id"], who=1))["status"] == "cancelled"
    await google.patch(made["id"], attendees=GUESTS)
    assert (await google.get(made["id"], who=1))["status"] == "confirmed"


async def test_an_attendee_who_deletes_the_copy_has_declined_and_is_left_in_peace():
    google = setting()
    made = await google.insert(attendees=GUESTS)
    assert (await google.call("DELETE", f"{EVENTS}/{made['id']}", who=1)).status_code == 204
    organisers = await google.get(made["id"])
    assert organisers["status"] == "confirmed"
    assert organisers["attendees"][0]["responseStatus"] == "declined"
    await google.patch(made["id"], summary="changed")
    assert (await google.get(made["id"], who=1))["status"] == "cancelled"


async def test_mails_go_to_whom_send_updates_says():
    google = setting()
    made = await google.insert(attendees=GUESTS, query={"sendUpdates": "all"})
    assert mailed(google) == [(BO, "invited"), ("pat@partner.test", "invited")]
    google.world.mails.clear()
    await google.patch(made["id"], query={"sendUpdates": "externalOnly"}, location="x")
    assert mailed(google) == [("pat@partner.test", "updated")]
    google.world.mails.clear()
    await google.patch(made["id"], query={"sendUpdates": "none"}, location="y")
    await google.patch(made["id"], location="z")
    assert mailed(google) == []
    await google.call("DELETE", f"{EVENTS}/{made['id']}", params={"sendNotifications": "true"})
    assert mailed(google) == [(BO, "cancelled"), ("pat@partner.test", "cancelled")]


async def test_a_change_of_guests_mails_those_who_come_and_go_only():
    google = setting()
    made = await google.insert(attendees=GUESTS)
    new = [{"email": BO}, {"email": "new@partner.test"}]
    await google.patch(made["id"], query={"sendUpdates": "all"}, attendees=new)
    assert mailed(google) == [("new@partner.test", "invited"), ("pat@partner.test", "cancelled")]


async def test_private_properties_alone_mail_nobody():
    google = setting()
    made = await google.insert(attendees=GUESTS)
    private = {"private": {"mark": "v1"}}
    await google.patch(made["id"], query={"sendUpdates": "all"}, extendedProperties=private)
    assert mailed(google) == []


async def test_an_event_of_a_team_calendar_is_organised_by_that_calendar():
    google = setting()
    team = "ana-team@group.calendar.example.com"
    body = {
        "start": {"date": "2027-01-11"},
        "end": {"date": "2027-01-12"},
        "attendees": [{"email": ANA}],
    }
    made = await google.ok("POST", f"/calendars/{team}/events", json=body)
    assert made["organizer"]["email"] == team
    assert made["organizer"]["self"] is True
    copy = await google.get(made["id"])
    assert "self" not in copy["organizer"]
    assert copy["attendees"][0]["self"] is True

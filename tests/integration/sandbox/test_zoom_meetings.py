"""Meetings as Zoom makes, shows and deletes them."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.integration.sandbox.zoom_stage import NOW, Stage, bad_fields, refusal, starting


async def test_a_scheduled_meeting_comes_back_whole():
    stage = Stage()
    made = await stage.create(
        topic="Review", agenda="About it", start_time=starting(days=1), duration=45, timezone="UTC"
    )
    assert 2**32 < made["id"] < 10**11
    assert (made["host_id"], made["host_email"]) == (stage.ana.zoom_id, stage.ana.email)
    assert (made["type"], made["status"], made["duration"]) == (2, "waiting", 45)
    assert made["start_time"] == starting(days=1)
    assert made["created_at"] == starting()
    assert made["uuid"]
    assert await stage.get(f"/meetings/{made['id']}") == made


async def test_apps_and_humans_leave_their_own_creation_source():
    stage = Stage()
    token = (await stage.consented())["access_token"]
    assert (await stage.create(token))["creation_source"] == "open_api"
    assert (await stage.create())["creation_source"] == "web_portal"


async def test_a_passcode_is_made_and_the_link_carries_its_key():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1))
    link = urlsplit(made["join_url"])
    assert link.path == f"/j/{made['id']}"
    assert parse_qs(link.query)["pwd"] == [made["encrypted_password"]]
    assert len(made["password"]) == 6
    assert made["h323_password"].isdigit()
    assert made["settings"]["use_pmi"] is False


async def test_an_own_passcode_is_kept():
    stage = Stage()
    assert (await stage.create(password="s3cret!"))["password"] == "s3cret!"


async def test_without_any_protection_zoom_turns_the_waiting_room_on():
    stage = Stage()
    made = await stage.create(
        default_password=False, settings={"waiting_room": False, "join_before_host": True}
    )
    assert made["password"] == made["encrypted_password"] == ""
    assert "pwd" not in made["join_url"]
    assert made["settings"]["waiting_room"] is True
    assert made["settings"]["join_before_host"] is False


async def test_signed_in_guests_are_protection_enough():
    stage = Stage()
    made = await stage.create(default_password=False, settings={"meeting_authentication": True})
    assert made["settings"]["waiting_room"] is False


async def test_a_waiting_room_shuts_early_entry():
    stage = Stage()
    made = await stage.create(settings={"waiting_room": True, "join_before_host": True})
    assert made["settings"]["join_before_host"] is False
    other = await stage.create(settings={"join_before_host": True, "jbh_time": 5})
    assert (other["settings"]["join_before_host"], other["settings"]["jbh_time"]) == (True, 5)


async def test_settings_nobody_asked_for_have_zoom_s_defaults():
    stage = Stage()
    settings = (await stage.create())["settings"]
    assert settings["email_notification"] is True
    assert settings["alternative_hosts_email_notification"] is True
    assert settings["approval_type"] == 2
    assert settings["push_change_to_calendar"] is False
    assert settings["meeting_invitees"] == []


async def test_dial_in_numbers_follow_the_countries():
    stage = Stage()
    usual = (await stage.create())["settings"]["global_dial_in_numbers"]
    assert {number["country"] for number in usual} == {"US", "DE", "GB"}
    assert "toll" in {number["type"] for number in usual}
    asked = await stage.create(settings={"global_dial_in_countries": ["FR"]})
    assert [one["country"] for one in asked["settings"]["global_dial_in_numbers"]] == ["FR"]


async def test_the_host_s_link_holds_a_key_that_lives_two_hours():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1))
    zak = parse_qs(urlsplit(made["start_url"]).query)["zak"][0]
    claims = json.loads(base64.urlsafe_b64decode(zak))
    assert claims["exp"] == NOW.timestamp() + 7200
    stage.world.advance(60)
    assert (await stage.get(f"/meetings/{made['id']}"))["start_url"] != made["start_url"]


async def test_unknown_fields_are_ignored():
    stage = Stage()
    made = await stage.create(colour="red", settings={"sparkles": "yes", "custom_keys": []})
    assert "colour" not in made
    assert "sparkles" not in made["settings"]
    assert "custom_keys" not in made["settings"]


async def test_tracking_fields_are_kept_and_changed():
    stage = Stage()
    fields = [{"field": "Project", "value": "X"}]
    made = await stage.create(start_time=starting(days=1), tracking_fields=fields)
    assert made["tracking_fields"] == fields
    after = await stage.change(made, tracking_fields=[{"field": "Project", "value": "Y"}])
    assert after["tracking_fields"] == [{"field": "Project", "value": "Y"}]


async def test_a_local_start_is_read_in_its_zone_and_a_z_wins_over_the_zone():
    stage = Stage()
    local = await stage.create(start_time="2026-12-02T10:00:00", timezone="Europe/Berlin")
    assert (local["start_time"], local["timezone"]) == ("2026-12-02T09:00:00Z", "Europe/Berlin")
    exact = await stage.create(start_time="2026-12-02T10:00:00Z", timezone="Europe/Berlin")
    assert exact["start_time"] == "2026-12-02T10:00:00Z"
    nowhere = await stage.create(start_time="2026-12-02T10:00:00")
    assert nowhere["start_time"] == "2026-12-02T18:00:00Z"
    assert nowhere["timezone"] == "America/Los_Angeles"


async def test_a_start_in_the_past_becomes_now():
    stage = Stage()
    assert (await stage.create(start_time=starting(days=-3)))["start_time"] == starting()


async def test_a_scheduled_meeting_without_a_start_becomes_an_instant_one():
    stage = Stage()
    made = await stage.create(type=2)
    assert (made["type"], made["start_time"]) == (1, starting())
    assert (await stage.listed())["meetings"] == []


async def test_a_personal_room_is_named_but_cannot_be_deleted():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1), settings={"use_pmi": True})
    own = (await stage.get("/users/me"))["pmi"]
    assert made["pmi"] == str(own)
    assert refusal(await stage.call("DELETE", f"/meetings/{own}")) == (400, 3018)


async def test_a_deleted_meeting_is_gone_and_stays_in_the_state():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1))
    path = f"/meetings/{made['id']}"
    answer = await stage.call("DELETE", path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert refusal(await stage.call("DELETE", path)) == (404, 3001)
    assert refusal(await stage.call("GET", path)) == (404, 3001)
    state = stage.zoom.snapshot()
    assert state["meetings"] == []
    assert [(one["id"], one["deleted_at"]) for one in state["deleted"]] == [
        (made["id"], starting())
    ]


async def test_a_running_meeting_says_so_and_cannot_be_deleted():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1))
    stage.zoom.live.add(made["id"])
    path = f"/meetings/{made['id']}"
    assert (await stage.get(path))["status"] == "started"
    assert refusal(await stage.call("DELETE", path)) == (400, 3002)


@pytest.mark.parametrize(("body", "days"), [({"type": 2}, 31), ({"type": 3}, 365)])
async def test_an_id_expires_some_time_after_its_date(body, days):
    stage = Stage()
    start = {"start_time": starting(days=1)} if body["type"] == 2 else {}
    path = f"/meetings/{(await stage.create(**body, **start))['id']}"
    stage.world.advance(days * 86400 - 1)
    await stage.get(path)
    stage.world.advance(1)
    assert refusal(await stage.call("GET", path)) == (404, 3001)
    assert stage.zoom.snapshot()["meetings"] == []


async def test_the_invitation_names_link_id_and_passcode():
    stage = Stage()
    made = await stage.create(topic="Review", start_time=starting(days=1))
    text = (await stage.get(f"/meetings/{made['id']}/invitation"))["invitation"]
    for part in ("Review", made["join_url"], str(made["id"]), made["password"]):
        assert part in text


async def test_the_state_shows_meetings_without_the_host_s_link():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1))
    (kept,) = stage.zoom.snapshot()["meetings"]
    assert kept == {name: value for name, value in made.items() if name != "start_url"}
    kept["settings"]["use_pmi"] = True
    assert stage.zoom.snapshot()["meetings"][0]["settings"]["use_pmi"] is False


async def test_a_reader_of_the_past_sees_each_meeting_before_its_last_change():
    stage = Stage()
    made = await stage.create(topic="Old", start_time=starting(days=1))
    path = f"/meetings/{made['id']}"
    stage.stale = True
    assert refusal(await stage.call("GET", path)) == (404, 3001)
    assert (await stage.listed())["meetings"] == []
    assert (await stage.change(made, topic="New"))["topic"] == "Old"
    assert [one["topic"] for one in (await stage.listed())["meetings"]] == ["Old"]
    assert (await stage.call("DELETE", path)).status_code == 204
    assert (await stage.get(path))["topic"] == "New"


async def test_scheduling_for_somebody_else_is_refused():
    stage = Stage()
    call = ("POST", "/users/me/meetings")
    answer = await stage.call(*call, json={"schedule_for": stage.bo.email})
    assert refusal(answer) == (400, 3000)
    assert answer.json()["message"] == f"You cannot schedule a meeting for {stage.bo.email}"
    answer = await stage.call(*call, json={"schedule_for": "x@example.com"})
    assert refusal(answer) == (400, 300)
    answer = await stage.call(*call, json={"schedule_for": stage.bo.email, "type": 1})
    assert refusal(answer) == (400, 3000)
    await stage.create(schedule_for=stage.ana.email, start_time=starting(days=1))


async def test_a_bad_reminder_flag_is_refused():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1))
    path = f"/meetings/{made['id']}?cancel_meeting_reminder=maybe"
    assert bad_fields(await stage.call("DELETE", path)) == ["cancel_meeting_reminder"]


@pytest.mark.parametrize(
    ("query", "reasons"),
    [
        ("?schedule_for_reminder=false", []),
        ("?schedule_for_reminder=true", ["cancelled", "cancelled"]),
        ("", ["cancelled", "cancelled"]),
    ],
)
async def test_a_deletion_mails_the_hosts_unless_told_not_to(query, reasons):
    stage = Stage(people=3)
    cem = stage.world.people[2]
    made = await stage.create(
        start_time=starting(days=1), settings={"alternative_hosts": cem.email}
    )
    stage.mails()
    await stage.call("DELETE", f"/meetings/{made['id']}{query}")
    assert [reason for _, reason in stage.mails()] == reasons


async def test_new_alternative_hosts_get_a_mail_unless_notifications_are_off():
    stage = Stage(people=5)
    cem, eva = stage.world.people[2], stage.world.people[4]
    hosts = {"alternative_hosts": f"{cem.zoom_id};{eva.email}"}
    made = await stage.create(start_time=starting(days=1), settings=hosts)
    assert stage.mails() == [(cem.email, "invited"), (eva.email, "invited")]
    await stage.change(made, topic="Other")
    assert stage.mails() == []
    await stage.create(settings={**hosts, "email_notification": False})
    await stage.create(settings={**hosts, "alternative_hosts_email_notification": False})
    assert stage.mails() == []

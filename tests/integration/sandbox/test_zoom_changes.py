"""PATCH: partial, silent, and at times not what was asked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.sandbox.zoom_stage import Stage, bad_fields, refusal, starting

DAILY = {"type": 1, "end_times": 3}


async def test_only_named_fields_change():
    stage = Stage()
    made = await stage.create(
        topic="A", agenda="B", start_time=starting(days=1), settings={"mute_upon_entry": True}
    )
    after = await stage.change(made, topic="C", settings={"watermark": True})
    expected = {**made, "topic": "C", "settings": {**made["settings"], "watermark": True}}
    assert after == expected


async def test_a_meeting_moves_and_keeps_its_link():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1), timezone="UTC")
    after = await stage.change(
        made, start_time="2026-12-05T10:00:00", timezone="Europe/Berlin", duration=15
    )
    assert after["start_time"] == "2026-12-05T09:00:00Z"
    assert (after["timezone"], after["duration"]) == ("Europe/Berlin", 15)
    assert after["join_url"] == made["join_url"]


async def test_a_start_in_the_past_is_ignored_and_the_rest_is_kept():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1))
    after = await stage.change(made, start_time=starting(days=-1), topic="New")
    assert (after["start_time"], after["topic"]) == (made["start_time"], "New")


async def test_a_new_passcode_changes_the_link():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1))
    after = await stage.change(made, password="other")
    assert after["password"] == "other"
    assert after["join_url"] != made["join_url"]
    assert after["join_url"].partition("?")[0] == made["join_url"].partition("?")[0]


async def test_taking_the_passcode_away_turns_the_waiting_room_on():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1), settings={"join_before_host": True})
    after = await stage.change(made, password="")
    assert "pwd" not in after["join_url"]
    assert after["settings"]["waiting_room"] is True
    assert after["settings"]["join_before_host"] is False


async def test_custom_keys_and_unknown_fields():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1))
    keys = [{"key": "k", "value": "v"}]
    after = await stage.change(made, colour="red", settings={"custom_keys": keys})
    assert after["settings"]["custom_keys"] == keys
    assert "colour" not in after


async def test_an_open_series_becomes_a_fixed_one_with_the_same_link_and_back():
    stage = Stage()
    made = await stage.create(type=3)
    assert "start_time" not in made
    fixed = await stage.change(made, type=8, start_time=starting(days=1), recurrence=DAILY)
    assert len(fixed["occurrences"]) == 3
    assert fixed["join_url"] == made["join_url"]
    again = await stage.change(made, type=3)
    assert again["type"] == 3
    assert not {"start_time", "occurrences", "recurrence"} & set(again)


async def test_an_open_series_gets_fixed_times_only_with_a_start():
    stage = Stage()
    made = await stage.create(type=3)
    path = f"/meetings/{made['id']}"
    answer = await stage.call("PATCH", path, json={"type": 8, "recurrence": DAILY})
    assert bad_fields(answer) == ["start_time"]
    assert bad_fields(await stage.call("PATCH", path, json={"type": 2})) == ["start_time"]


async def test_an_open_series_that_is_given_a_past_start_begins_now():
    stage = Stage()
    made = await stage.create(type=3)
    after = await stage.change(made, type=2, start_time=starting(days=-1))
    assert after["start_time"] == starting()


async def test_a_series_moves_only_with_its_recurrence():
    stage = Stage()
    made = await stage.create(type=8, start_time=starting(days=1), recurrence=DAILY)
    path = f"/meetings/{made['id']}"
    answer = await stage.call("PATCH", path, json={"start_time": starting(days=2)})
    assert bad_fields(answer) == ["recurrence"]
    after = await stage.change(made, start_time=starting(days=2), recurrence=DAILY)
    assert [one["start_time"] for one in after["occurrences"]] == [
        starting(days=day) for day in (2, 3, 4)
    ]
    renamed = await stage.change(made, topic="New")
    assert renamed["occurrences"] == after["occurrences"]


@pytest.mark.parametrize("kind", [3, 8])
async def test_prescheduling_is_for_some_kinds_only(kind):
    stage = Stage()
    extra: dict[str, Any] = (
        {"start_time": starting(days=1), "recurrence": DAILY} if kind == 8 else {}
    )
    made = await stage.create(type=kind, **extra)
    answer = await stage.call("PATCH", f"/meetings/{made['id']}", json={"pre_schedule": True})
    assert answer.status_code == (204 if kind == 3 else 400)


async def test_somebody_else_cannot_become_the_host():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1))
    body = {"schedule_for": stage.bo.email}
    answer = await stage.call("PATCH", f"/meetings/{made['id']}", json=body)
    assert refusal(answer) == (400, 3000)


async def test_a_refused_change_leaves_the_meeting_as_it_was():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1))
    path = f"/meetings/{made['id']}"
    await stage.call("PATCH", path, json={"topic": "New", "duration": "long"})
    assert await stage.get(path) == made

"""A calendar that somebody shares with a person, with fewer rights than her own has."""

from __future__ import annotations

import pytest

from tests.integration.sandbox.google_setting import EVENTS, event, reason, setting


async def shared(role: str, **fields):
    stand = setting()
    made = await stand.insert(summary="Secret", location="zoom", **fields)
    mine = stand.world.people[0].email
    answer = await stand.client.post("/google/_knobs", json={"roles": {mine: role}})
    assert answer.status_code == 200
    return stand, made


@pytest.mark.parametrize("role", ["reader", "freeBusyReader"])
async def test_a_reader_sees_the_role_and_writes_nothing(role):
    stand, made = await shared(role)
    assert (await stand.list())["accessRole"] == role
    refused = (403, "requiredAccessLevel")
    for method in ("PATCH", "DELETE"):
        answer = await stand.call(method, f"{EVENTS}/{made['id']}", json={})
        assert reason(answer) == refused
    assert reason(await stand.call("POST", EVENTS, json=event())) == refused


@pytest.mark.parametrize(
    ("role", "visibility", "is_shown"),
    [
        ("writer", "private", True),
        ("reader", "default", True),
        ("reader", "private", False),
        ("freeBusyReader", "default", False),
    ],
)
async def test_what_a_role_shows_of_an_event(role, visibility, is_shown):
    stand, made = await shared(role, visibility=visibility)
    [listed] = (await stand.list())["items"]
    assert ("summary" in listed, "organizer" in listed) == (is_shown, is_shown)
    assert listed["start"] == made["start"]
    assert ("summary" in await stand.get(made["id"])) is is_shown


async def test_only_known_roles_of_known_calendars_are_taken():
    stand = setting()
    for roles in ({"nobody@example.com": "reader"}, {stand.world.people[0].email: "guest"}):
        answer = await stand.client.post("/google/_knobs", json={"roles": roles})
        assert answer.status_code == 400

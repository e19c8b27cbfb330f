"""An event that gets another calendar or another organiser stays bound: no second meeting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.household import ANA, BO, Household
from tests.acceptance.processes import Daemon, Sandbox, until

TEAM = "ana-team@group.calendar.example.com"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Household]:
    """Give two people in Google, Ana with two calendars that are served."""
    sandbox = Sandbox(tmp_path / "sandbox")
    sandbox.set('interval: "2s"', 'interval: "1s"')
    sandbox.set('["google:primary", "microsoft:primary"]', '["google:primary"]')
    ana = '"ana@example.com", "calendars": ["google:primary"'
    sandbox.set(ana, f'{ana}, "google:{TEAM}"')
    daemon = Daemon(sandbox.config)
    yield Household(sandbox, "google", daemon.ready())
    daemon.stop()
    sandbox.stop()


def _at(
    home: Household, person: int, path: str, *, method: str = "GET", body: object = None
) -> dict[str, Any]:
    url = f"{home.sandbox.address['google']['api_base']}calendars/{path}"
    token = home.sandbox.people[person]["google"]["token"]
    return home.sandbox.call(method, url, body, token=token)


def _knob(home: Household, **settings: Any) -> None:
    home.sandbox.call("POST", f"{home.sandbox.address['base']}/google/_knobs", settings)


def _followed(home: Household, person: int, where: str, link: str | None) -> None:
    """See that link and meeting are still there, and that the meeting follows the event."""
    home.polls(15)
    assert list(home.meetings()) == [link]
    assert _at(home, person, where)["location"] == link
    (line,) = home.ask("links")
    assert (line["state"], line["join_url"]) == ("linked", link)
    _at(home, person, where, method="PATCH", body={"summary": "Renamed"})
    until("the meeting follows", lambda: home.meetings()[str(link)]["topic"] == "Renamed" or None)
    assert list(home.meetings()) == [link]


@pytest.mark.parametrize("keeps", [True, False])
def test_an_event_moved_to_another_calendar_keeps_its_meeting(home: Household, keeps: bool):
    _knob(home, moves_keep_properties=keeps)
    event = home.add(ANA, location="zoom")
    link = home.linked(ANA, event).link
    _at(home, ANA, f"primary/events/{event}/move?destination={TEAM}", method="POST")
    _followed(home, ANA, f"{TEAM}/events/{event}", link)


def test_an_event_handed_to_a_colleague_keeps_its_meeting(home: Household):
    event = home.add(ANA, location="zoom", attendees=[{"email": home.email(BO)}])
    link = home.linked(ANA, event).link
    hand_over = {"event": event, "calendar": home.email(ANA), "to": home.email(BO)}
    _knob(home, hand_over=hand_over)
    _followed(home, BO, f"primary/events/{event}", link)
    theirs = _at(home, BO, f"primary/events/{event}")
    assert theirs["organizer"]["email"] == home.email(BO)

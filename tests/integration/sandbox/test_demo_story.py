"""A story notices when a promise is not kept: it never tells of what did not happen."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from typing import Any

import pytest

from syncd.sandbox.demo.entry import Draft
from syncd.sandbox.demo.outlook_entry import OutlookEntry
from syncd.sandbox.demo.person import Person, google_shown, outlook_shown
from syncd.sandbox.demo.story import Story, StoryBroken, Told, in_short

TOMORROW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def entry() -> OutlookEntry:
    nobody = Person({"email": "ana@example.com"}, {}, ssl.create_default_context())
    return OutlookEntry(nobody, Draft(title="Talk", start=TOMORROW, marked_by=""))


def story(told: list[Told], *meetings: dict[str, Any], patience: float = 0) -> Story:
    return Story(lambda: {"meetings": list(meetings), "deleted": []}, told.append, patience)


async def test_what_is_seen_is_told_with_its_seconds():
    told: list[Told] = []
    answers = iter((None, "there"))

    async def look() -> str | None:
        return next(answers)

    await story(told, patience=5).told_when("linked", entry(), "gets a link", look)
    assert [(t.step, t.person, t.app, t.title, t.what) for t in told] == [
        ("linked", "Ana", "Outlook", "Talk", "there")
    ]
    assert 0 <= told[0].seconds < 5


async def test_what_is_never_seen_breaks_the_story():
    told: list[Told] = []

    async def look() -> str | None:
        return None

    with pytest.raises(StoryBroken, match="'Talk': gets a link: not within 0 seconds"):
        await story(told).told_when("linked", entry(), "gets a link", look)
    assert told == []


@pytest.mark.parametrize("stays", [True, False])
async def test_what_should_stay_is_looked_at_until_the_end(stays: bool):
    told: list[Told] = []

    async def look() -> bool:
        return stays

    looked = story(told).told_if_it_stays("alone", entry(), "nothing", look, seconds=0)
    if stays:
        await looked
        assert [t.what for t in told] == ["nothing"]
    else:
        with pytest.raises(StoryBroken, match="'Talk' should have been: nothing"):
            await looked
        assert told == []


def test_a_meeting_is_found_by_its_link_alone():
    meeting = {"join_url": "https://us05web.zoom.us/j/1?pwd=x"}
    assert story([], meeting).meeting_of(meeting["join_url"]) is meeting
    assert story([], meeting).meeting_of(None) is None


def test_an_event_shows_the_link_by_which_its_guests_join():
    zoom, meet = "https://us05web.zoom.us/j/1?pwd=x&y", "https://meet.google.com/abc"
    assert google_shown({"location": zoom}).link == zoom
    assert google_shown({"hangoutLink": meet}).link == meet
    assert google_shown({}).link is None
    html = {"content": '<a href="https://us05web.zoom.us/j/1?pwd=x&amp;y">'}
    assert outlook_shown({"subject": "x", "body": html}).link == zoom
    teams = "https://teams.microsoft.com/l/meetup-join/19/0"
    assert outlook_shown({"onlineMeeting": {"joinUrl": teams}}).native == teams


def test_a_line_has_no_room_for_secrets_and_tenants():
    assert in_short("https://us05web.zoom.us/j/1?pwd=x") == "us05web.zoom.us/j/1"
    assert in_short("https://teams.microsoft.com/l/meetup-join/19%3a/0") == "teams.microsoft.com"

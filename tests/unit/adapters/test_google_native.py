"""The conferences Google keeps beside location and text."""

from __future__ import annotations

import pytest

from syncd.adapters.google.native import meet_request, native_conference
from syncd.core.event import NativeConference, NativeKind
from tests.unit.adapters.google_items import conference, item, requested

MEET_LINK = "https://meet.google.com/abc-defg-hij"
TEAMS_LINK = "https://teams.microsoft.com/l/meetup-join/19%3a"
ZOOM_LINK = "https://example.zoom.us/j/123"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"conferenceData": conference("hangoutsMeet", ("video", MEET_LINK))},
            NativeConference(NativeKind.GOOGLE_MEET, MEET_LINK),
        ),
        ({"hangoutLink": MEET_LINK}, NativeConference(NativeKind.GOOGLE_MEET, MEET_LINK)),
        (
            {"conferenceData": requested("hangoutsMeet", "pending")},
            NativeConference(NativeKind.GOOGLE_MEET, "", pending=True),
        ),
        ({"conferenceData": requested("hangoutsMeet", "failure")}, None),
        (
            {"conferenceData": conference("addOn", ("phone", "tel:+1"), ("video", TEAMS_LINK))},
            NativeConference(NativeKind.TEAMS, TEAMS_LINK),
        ),
        (
            {"conferenceData": conference("addOn", ("video", "https://teams.live.com/meet/1"))},
            NativeConference(NativeKind.TEAMS, "https://teams.live.com/meet/1"),
        ),
        (
            {"conferenceData": conference("addOn", ("video", ZOOM_LINK))},
            NativeConference(NativeKind.OTHER, ZOOM_LINK),
        ),
        (
            {
                "conferenceData": conference(
                    "addOn", ("video", "https://evil.example/teams.live.com/")
                )
            },
            NativeConference(NativeKind.OTHER, "https://evil.example/teams.live.com/"),
        ),
        (
            {"conferenceData": conference("addOn", ("more", "https://x.example/"))},
            NativeConference(NativeKind.OTHER, "https://x.example/"),
        ),
        (
            {"conferenceData": conference("eventNamedHangout")},
            NativeConference(NativeKind.OTHER, ""),
        ),
        ({"conferenceData": {}}, None),
    ],
)
def test_native_conferences_are_told_apart(fields, expected):
    assert native_conference(item(**fields)) == expected


def test_a_meet_with_a_link_is_not_pending_whatever_its_request_says():
    data = {**requested("hangoutsMeet", "pending"), **conference("hangoutsMeet")}
    read = native_conference(item(conferenceData=data, hangoutLink=MEET_LINK))
    assert read == NativeConference(NativeKind.GOOGLE_MEET, MEET_LINK)


def test_a_meet_is_asked_for_by_its_request_id():
    asked = meet_request("request1")["createRequest"]
    assert asked["requestId"] == "request1"
    assert asked["conferenceSolutionKey"] == {"type": "hangoutsMeet"}

"""Links of others."""

import pytest

from syncd.core import linkblock
from syncd.core.event import NativeConference, NativeKind
from syncd.core.foreign import carries_teams, foreign_service, service_of
from tests.factories import event, info, linked, markup, text, url_of


@pytest.mark.parametrize(
    ("content", "service"),
    [
        ("https://zoom.us/j/123", "Zoom"),
        ("https://us05web.zoom.us/j/123?pwd=x", "Zoom"),
        ("https://acme.zoom.us/my/ana", "Zoom"),
        ("HTTPS://ZOOM.US/J/123", "Zoom"),
        ("https://acme.zoomgov.com/w/123", "Zoom"),
        ("https://meet.google.com/abc-defg-hij", "Google Meet"),
        ("https://teams.microsoft.com/l/meetup-join/19%3a", "Microsoft Teams"),
        ("https://teams.microsoft.com/meet/1", "Microsoft Teams"),
        ("https://teams.live.com/meet/1", "Microsoft Teams"),
        ("https://acme.webex.com/meet/ana", "Webex"),
        ("https://meet.goto.com/123", "GoTo Meeting"),
        ("https://meet.jit.si/room", "Jitsi Meet"),
        ("join:https://zoom.us/j/1.", "Zoom"),
        ("<a href='https://zoom&#46;us/j/1'>x</a>", "Zoom"),
        ("https://zoom.us/pricing", None),
        ("https://notzoom.us/j/1", None),
        ("https://zoom.us.evil.example/j/1", None),
        ("https://evil.example/zoom.us/j/1", None),
        ("zoom", None),
        ("", None),
    ],
)
def test_meeting_links_are_told_by_host_and_path(content, service):
    assert service_of(content) == service


def test_a_link_is_found_in_location_and_text():
    url = "https://acme.webex.com/meet/ana"
    assert foreign_service(event(location=url), without="") == "Webex"
    assert foreign_service(event(body=text(f"at {url}")), without="") == "Webex"
    assert foreign_service(event(), without="") is None


def test_our_own_link_is_not_foreign():
    assert foreign_service(event(location=url_of()), without=url_of()) is None
    assert foreign_service(event(body=text(f"x {url_of()}")), without=url_of()) is None
    assert foreign_service(event(location=url_of()), without="") == "Zoom"


@pytest.mark.parametrize("body", [text("Agenda"), markup("<p>Agenda</p>")])
def test_a_copied_event_with_our_block_is_not_taken_for_a_foreign_link(body):
    copied = linked(event(location="zoom", body=body))
    assert copied.location == url_of()
    assert foreign_service(copied, without="") is None


def test_a_link_beside_our_block_is_foreign():
    body = linkblock.merge(text("https://meet.jit.si/room"), info())
    assert foreign_service(event(body=body), without=url_of()) == "Jitsi Meet"


@pytest.mark.parametrize(
    ("kind", "url", "service"),
    [
        (NativeKind.OTHER, "https://acme.webex.com/meet/ana", "Webex"),
        (NativeKind.OTHER, "https://unheard.example/of", "conference"),
        (NativeKind.GOOGLE_MEET, "https://meet.google.com/abc-defg-hij", None),
        (NativeKind.TEAMS, "https://teams.microsoft.com/l/meetup-join/1", None),
    ],
)
def test_of_conference_data_only_that_of_others_counts(kind, url, service):
    assert foreign_service(event(native=NativeConference(kind, url)), without="") == service


@pytest.mark.parametrize("kind", NativeKind)
def test_only_teams_is_untouchable(kind):
    native = event(native=NativeConference(kind, "https://x"))
    assert carries_teams(native) is (kind is NativeKind.TEAMS)
    assert not carries_teams(event())


@pytest.mark.parametrize("hostile", ["https://", "a.", "https://a.", "https://zoom.", "-", "&#46;"])
def test_a_megabyte_of_hostile_text_is_searched(hostile):
    flood = hostile * (1_000_000 // len(hostile))
    assert service_of(flood) is None
    assert service_of(f"https://{flood} https://zoom.us/j/1") == "Zoom"

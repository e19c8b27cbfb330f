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
        ("https://zoom.us/wc/123/join", "Zoom"),
        ("https://zoom.us/meeting/register/abc", "Zoom"),
        ("https://zoom.us:443/j/123", "Zoom"),
        ("zoom.us/j/123", "Zoom"),
        ("(acme.zoom.us/j/123)", "Zoom"),
        ("https://zoomgov.com/j/123", "Zoom"),
        ("https://g.co/meet/standup", "Google Meet"),
        ("https://teams.microsoft.us/l/meetup-join/19%3a", "Microsoft Teams"),
        ("https://gov.teams.microsoft.us/l/meetup-join/19%3a", "Microsoft Teams"),
        ("https://teams.cloud.microsoft/meet/1", "Microsoft Teams"),
        ("https://acme.webex.com/acme/j.php?MTID=m1", "Webex"),
        ("https://global.gotomeeting.com/join/123", "GoTo Meeting"),
        ("https://app.goto.com/meeting/123", "GoTo Meeting"),
        ("https://www.gotomeet.me/ana", "GoTo Meeting"),
        ("https://8x8.vc/acme/room", "Jitsi Meet"),
        ("https://jitsi.uni.example/room", "Jitsi Meet"),
        ("https://bbb.uni.example/html5client/join?t=1", "BigBlueButton"),
        ("https://bbb3.uni.example/room", "BigBlueButton"),
        ("https://learn.example/bigbluebutton/api/join?x=1", "BigBlueButton"),
        ("https://learn.example/b/ana-abc-def", "BigBlueButton"),
        ("https://learn.example/b/ana-abc-def-ghi?x", "BigBlueButton"),
        ("https://learn.example/rooms/ana-abc-def-ghi/join", "BigBlueButton"),
        ("https://whereby.com/ana", "Whereby"),
        ("https://acme.whereby.com/ana", "Whereby"),
        ("https://join.skype.com/AbC1", "Skype"),
        ("https://chime.aws/1234567890", "Amazon Chime"),
        ("https://v.ringcentral.com/join/123", "RingCentral"),
        ("https://bluejeans.com/123/4", "BlueJeans"),
        ("https://meeting.zoho.eu/join?key=1", "Zoho Meeting"),
        ("https://app.slack.com/huddle/T1/C1", "Slack"),
        ("https://facetime.apple.com/join#v=1", "FaceTime"),
        ("https://zoom.us/pricing", None),
        ("https://zoom.us/download", None),
        ("https://support.zoom.us/hc/articles/1", None),
        ("https://explore.zoom.us/j/products", None),
        ("https://evilzoom.us/j/1", None),
        ("https://evil-zoom.us/j/1", None),
        ("evil-zoom.us/j/1", None),
        ("https://zoom.us@evil.example/j/1", None),
        ("https://notmeet.google.com/abc-defg-hij", None),
        ("notmeet.google.com/abc-defg-hij", None),
        ("https://meet.google.com.evil.example/abc-defg-hij", None),
        ("https://meet.google.com/landing", None),
        ("https://teams.microsoft.com/l/channel/19%3a", None),
        ("https://notteams.microsoft.com/l/meetup-join/1", None),
        ("https://help.webex.com/en-us/article/1", None),
        ("https://whereby.com/information/about", None),
        ("https://bbb.org/ratings", None),
        ("https://jitsi.org/downloads", None),
        ("https://learn.example/b/ana-abc-defg", None),
        ("docs/b/ana-abc-def", None),
        ("ana@bbb.uni.example/room", None),
        ("https://notzoom.us/j/1", None),
        ("https://zoom.us.evil.example/j/1", None),
        ("https://evil.example/zoom.us/j/1", None),
        ("zoom", None),
        ("", None),
    ],
)
def test_meeting_links_are_told_by_host_and_path(content, service):
    assert service_of(content) == service


SAFE = "https://nam02.safelinks.protection.outlook.com/"


@pytest.mark.parametrize(
    "wrapped",
    [
        SAFE + "?url=https%3A%2F%2Facme.webex.com%2Fmeet%2Fana&data=05%7C02&reserved=0",
        SAFE + "ap/w-59584e83/?url=https%3a%2f%2facme.webex.com%2fmeet%2fana",
        SAFE + "?data=x&amp;url=https%3A%2F%2Facme.webex.com%2Fmeet%2Fana",
        "https://www.google.com/url?q=https://acme.webex.com/meet/ana&sa=D&source=calendar",
        "https://www.google.com/url?sa=t&url=https%3A%2F%2Facme.webex.com%2Fmeet%2Fana",
        SAFE + "?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%253A%252F%252Facme.webex.com"
        "%252Fmeet%252Fana",
    ],
)
def test_a_wrapped_link_is_seen_through(wrapped):
    assert service_of(wrapped) == "Webex"
    assert service_of(f"<a href='{wrapped}'>here</a>") == "Webex"


@pytest.mark.parametrize(
    "wrapped",
    [
        SAFE + "?url=https%3A%2F%2Fzoom.us%2Fdownload",
        "https://www.google.com/url?q=https://news.example/zoom.us",
        "https://evil.example/?url=https%3A%2F%2Fzoom.us%2Fj%2F1",
        SAFE + "?url=%ff%fe%",
    ],
)
def test_a_wrapped_link_that_is_no_meeting_is_none(wrapped):
    assert service_of(wrapped) is None


def test_our_own_link_is_known_when_wrapped_or_with_another_passcode():
    own = url_of()
    wrapped = SAFE + "?url=" + own.replace(":", "%3A").replace("/", "%2F").replace("?", "%3F")
    assert foreign_service(event(body=text(wrapped)), without=own) is None
    older = url_of(passcode="old.1")
    assert foreign_service(event(location=older), without=own) is None
    assert foreign_service(event(location=url_of(11122233344)), without=own) == "Zoom"


def test_our_own_conference_data_is_not_foreign():
    shown = NativeConference(NativeKind.OTHER, url_of())
    assert foreign_service(event(native=shown), without=url_of()) is None
    assert foreign_service(linked(event(native=shown)), without="") is None
    assert foreign_service(event(native=shown), without="") == "Zoom"
    nameless = NativeConference(NativeKind.OTHER, "")
    assert foreign_service(linked(event(native=nameless)), without=url_of()) == "conference"


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


@pytest.mark.parametrize(
    "hostile",
    [
        "https://",
        "a.",
        "https://a.",
        "https://zoom.",
        "-",
        "&#46;",
        SAFE,
        SAFE + "?url=%25",
        "https://www.google.com/url?",
        "%68",
        "<",
        "bbb.a.",
        "https://b/b/aaa-",
        "a ",
    ],
)
def test_a_megabyte_of_hostile_text_is_searched(hostile):
    flood = hostile * (1_000_000 // len(hostile))
    assert service_of(flood) is None
    assert service_of(f"https://{flood} https://zoom.us/j/1") == "Zoom"

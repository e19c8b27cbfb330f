"""The link that people find in an event: whose service, and where it leads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.conference import ConferenceKind
from syncd.core.event import NativeConference, NativeKind
from syncd.core.shown_link import ShownLink, shown_link
from tests.factories import event, linked, markup, text, url_of

ZOOM, MEET = ConferenceKind.ZOOM, ConferenceKind.GOOGLE_MEET


def test_our_own_link_is_found_where_it_stands():
    assert shown_link(linked(event())) == ShownLink(ZOOM, url_of())


@pytest.mark.parametrize(
    ("content", "link"),
    [
        ("Join: https://zoom.us/j/5551112222.", ShownLink(ZOOM, "https://zoom.us/j/5551112222")),
        (
            "https://example.com/a https://meet.google.com/abc-defg-hij, or call",
            ShownLink(MEET, "https://meet.google.com/abc-defg-hij"),
        ),
        ("(https://acme.webex.com/meet/bo)", ShownLink(None, "https://acme.webex.com/meet/bo")),
        ("https://example.com/zoom.us/x", None),
        ("javascript:alert('https')", None),
        ("", None),
    ],
)
def test_links_in_a_text(content, link):
    assert shown_link(event(body=text(content))) == link


def test_in_markup_a_link_ends_with_its_quote_and_is_unescaped():
    body = markup('<p><a href="https://zoom.us/j/5551112222?pwd=a&amp;x=1">Join</a></p>')
    assert shown_link(event(body=body)) == ShownLink(ZOOM, "https://zoom.us/j/5551112222?pwd=a&x=1")


def test_conference_data_go_before_texts():
    native = NativeConference(NativeKind.GOOGLE_MEET, "https://meet.google.com/abc-defg-hij")
    found = shown_link(event(native=native, location="https://zoom.us/j/5551112222"))
    assert found == ShownLink(MEET, native.url)
    other = NativeConference(NativeKind.OTHER, "https://acme.webex.com/meet/bo")
    assert shown_link(event(native=other)) == ShownLink(None, other.url)


def test_a_conference_that_is_being_made_has_no_address_yet():
    native = NativeConference(NativeKind.GOOGLE_MEET, "", pending=True)
    assert shown_link(event(native=native)) == ShownLink(MEET, "")


@given(st.text(), st.text())
def test_no_text_raises(location, content):
    found = shown_link(event(location=location, body=text(content)))
    assert found is None or found.url.startswith("https://")


@pytest.mark.parametrize("noise", ["https://", "https://x ", "&amp;" * 3, "https://zoom.us/"])
def test_a_huge_text_is_read_only_so_far(noise):
    late = "https://zoom.us/j/5551112222"
    assert shown_link(event(body=text(noise * 200_000 + late))) is None

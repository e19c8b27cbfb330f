"""A Zoom meeting as Google's conference data: its shape, its limits, and whether it was kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.adapters.google.button import shows, zoom_conference
from syncd.core.conference import JoinInfo, PhoneNumber
from syncd.sandbox.fakes.google.conference import ConferenceRules, apply_conference

URL = "https://us05web.zoom.us/j/85746065432?pwd=abc.1"
VIENNA = PhoneNumber("+43 12535502", "Vienna")
JOIN = JoinInfo(85746065432, URL, "123456", (VIENNA,))
TAKING = ConferenceRules(version=1, mode="accept", meet_allowed=True)

texts = st.text(max_size=3000)
infos = st.builds(
    JoinInfo,
    meeting_id=st.integers(min_value=0, max_value=10**12),
    join_url=st.one_of(texts, texts.map(lambda rest: f"https://us05web.zoom.us/{rest}")),
    passcode=texts,
    phone_numbers=st.lists(
        st.builds(PhoneNumber, number=st.one_of(texts, st.just("+1 234 567")), place=texts),
        max_size=4,
    ).map(tuple),
)


def test_it_is_of_the_documented_shape():
    data = zoom_conference(JOIN)
    assert data is not None
    assert data["conferenceId"] == "85746065432"
    assert data["conferenceSolution"]["key"] == {"type": "addOn"}
    assert data["conferenceSolution"]["name"] == "Zoom Meeting"
    assert data["conferenceSolution"]["iconUri"].startswith("https://")
    assert data["entryPoints"] == [
        {
            "entryPointType": "video",
            "uri": URL,
            "label": "us05web.zoom.us/j/85746065432",
            "meetingCode": "85746065432",
            "passcode": "123456",
        },
        {
            "entryPointType": "phone",
            "uri": "tel:+4312535502,,85746065432#",
            "label": "+43 12535502 (Vienna)",
            "passcode": "123456",
        },
        {"entryPointType": "more", "uri": "https://zoom.us/zoomconference"},
    ]
    assert data["notes"] == "Meeting ID: 85746065432<br>Passcode: 123456"


def test_a_passcode_with_letters_is_not_for_phones():
    data = zoom_conference(replace(JOIN, passcode="a<b>1"))
    assert data is not None
    video, phone, _ = data["entryPoints"]
    assert video["passcode"] == "a<b>1"
    assert "passcode" not in phone
    assert data["notes"].endswith("Passcode: a&lt;b&gt;1")


@pytest.mark.parametrize("number", ["", "call us", "+", "12", "+1 800 FLOWERS", "1" * 21])
def test_a_number_that_cannot_be_dialled_is_left_out(number):
    data = zoom_conference(replace(JOIN, phone_numbers=(PhoneNumber(number, ""),)))
    assert data is not None
    assert [entry["entryPointType"] for entry in data["entryPoints"]] == ["video"]


def test_all_numbers_are_only_told_for_zooms_own_domain():
    data = zoom_conference(replace(JOIN, join_url="https://zoom.example/j/1"))
    assert data is not None
    assert [entry["entryPointType"] for entry in data["entryPoints"]] == ["video", "phone"]


@pytest.mark.parametrize(
    "url",
    ["", "zoommtg://zoom.us/join", "https://", "https://[x/j/1", f"https://zoom.us/{'x' * 1300}"],
)
def test_a_link_that_cannot_stand_in_it_makes_none(url):
    assert zoom_conference(replace(JOIN, join_url=url)) is None


def test_a_passcode_of_any_length_breaks_no_limit():
    data = zoom_conference(replace(JOIN, passcode="<" * 2000))
    assert data is not None
    assert "passcode" not in data["entryPoints"][0]
    assert "notes" not in data


@given(infos)
def test_whatever_is_written_the_stand_in_takes_and_shows(info: JoinInfo):
    data = zoom_conference(info)
    if data is not None:
        kept = apply_conference({}, {"conferenceData": data}, TAKING)
        assert shows(kept, info.join_url)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([{"entryPointType": "video", "uri": "https://zoom.us/j/1?a=1&b=2"}], True),
        ([{"entryPointType": "video", "uri": "https://zoom.us/j/1?a=1&amp;b=2"}], True),
        ([{"entryPointType": "video", "uri": "https://zoom.us/j/2"}], False),
        ([{"entryPointType": "more", "uri": "https://zoom.us/j/1?a=1&b=2"}], False),
        ([{"entryPointType": 1}], False),
        ("none", False),
        (None, False),
    ],
)
def test_only_our_own_entry_point_counts(entries, expected):
    item = {"conferenceData": {"entryPoints": entries}}
    assert shows(item, "https://zoom.us/j/1?a=1&b=2") is expected


def test_an_event_without_conference_data_shows_nothing():
    assert not shows({}, URL)

"""How our own work is known again, and nobody else's is taken for it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.ids import EventKey, Provider
from syncd.core.marks import (
    MarkKeys,
    is_marker_of_ours,
    mark_of,
    marked_meeting,
    marker_in,
    marker_of,
    markers_of,
    names_meeting,
)
from tests.factories import KEY, MEETING_ID, NOW, keys

FORMER = MarkKeys(keys().instance, keys().keys[1:])
OTHERS = MarkKeys("zzzzzzzzzz", (b"their key" * 4,))
UIDS = st.text(st.characters(), min_size=1, max_size=30)
KEYS = st.builds(
    EventKey,
    st.sampled_from([Provider.GOOGLE, Provider.MICROSOFT]),
    UIDS,
    st.none() | st.just(NOW),
)
IDS = st.integers(1, 10**19 - 1)


@given(KEYS, IDS)
def test_a_mark_names_its_meeting_to_its_own_event(key, meeting_id):
    mark = mark_of(keys(), key, meeting_id)
    assert marked_meeting(keys(), key, mark) == meeting_id
    assert names_meeting(mark, meeting_id)


@given(KEYS, KEYS, IDS)
def test_a_mark_copied_to_another_event_is_refused(one, other, meeting_id):
    copied = marked_meeting(keys(), other, mark_of(keys(), one, meeting_id))
    assert copied == (meeting_id if one == other else None)


@pytest.mark.parametrize(
    "other",
    [
        replace(KEY, ical_uid="uid2@google.com"),
        replace(KEY, provider=Provider.MICROSOFT),
        replace(KEY, original_start=NOW),
        replace(KEY, original_start=NOW + timedelta(seconds=1)),
    ],
)
def test_every_part_of_the_identity_counts(other):
    base = replace(KEY, original_start=NOW + timedelta(days=7))
    for key in (KEY, base):
        assert marked_meeting(keys(), other, mark_of(keys(), key, 1)) is None
        assert marker_of(keys(), other) not in markers_of(keys(), key)


def test_marks_of_a_former_key_are_still_known():
    assert marked_meeting(keys(), KEY, mark_of(FORMER, KEY, 7)) == 7
    assert marker_of(FORMER, KEY) in markers_of(keys(), KEY)
    assert marker_of(keys(), KEY) in markers_of(keys(), KEY)
    assert len(markers_of(keys(), KEY)) == 2


def test_marks_of_a_newer_key_are_unknown_to_a_restored_one():
    assert marked_meeting(FORMER, KEY, mark_of(keys(), KEY, 7)) is None


def test_another_installation_is_not_believed():
    assert marked_meeting(keys(), KEY, mark_of(OTHERS, KEY, 7)) is None
    assert not markers_of(OTHERS, KEY) & markers_of(keys(), KEY)
    assert not is_marker_of_ours(keys(), marker_of(OTHERS, KEY))
    assert is_marker_of_ours(keys(), marker_of(FORMER, KEY))


def test_the_same_key_under_another_name_makes_other_markers():
    renamed = replace(keys(), instance="bcdefghijk")
    assert not markers_of(renamed, KEY) & markers_of(keys(), KEY)


@given(st.data())
def test_no_changed_mark_is_believed(data):
    mark = mark_of(keys(), KEY, MEETING_ID)
    at = data.draw(st.integers(0, len(mark) - 1))
    sign = data.draw(st.characters(codec="ascii").filter(lambda sign: sign != mark[at]))
    for forged in (
        mark[:at] + sign + mark[at + 1 :],
        mark[:at] + mark[at + 1 :],
        mark[:at] + sign + mark[at:],
    ):
        assert marked_meeting(keys(), KEY, forged) is None or forged == mark


@pytest.mark.parametrize(
    "forged",
    [
        None,
        "",
        "v1",
        "v1..",
        f"v1.0{MEETING_ID}." + mark_of(keys(), KEY, MEETING_ID).rpartition(".")[2],
        mark_of(keys(), KEY, MEETING_ID) + "\n",
        " " + mark_of(keys(), KEY, MEETING_ID),
        mark_of(keys(), KEY, MEETING_ID).upper(),
        mark_of(keys(), KEY, MEETING_ID).replace("v1", "v2"),
        "v1.\u0661." + "a" * 26,
        "v1." + "9" * 5000 + "." + "a" * 26,
    ],
)
def test_what_is_no_mark_names_nothing(forged):
    assert marked_meeting(keys(), KEY, forged) is None
    assert not names_meeting(forged, MEETING_ID)


def test_a_mark_says_nothing_of_the_event():
    mark = mark_of(keys(), KEY, MEETING_ID)
    assert mark.startswith(f"v1.{MEETING_ID}.")
    assert KEY.ical_uid not in mark
    assert KEY.ical_uid not in marker_of(keys(), KEY)


@given(KEYS)
def test_a_marker_is_found_in_an_agenda_that_was_cut(key):
    marker = marker_of(keys(), key)
    assert len(marker) == 43
    agenda = f"{marker}\n{'Talk about everything. ' * 100}"
    assert marker_in(agenda[:250]) == marker
    assert marker_in(marker) == marker


def test_the_longest_name_of_an_installation_still_fits():
    marker = marker_of(replace(keys(), instance="a" * 16), KEY)
    assert len(marker) < 250
    assert marker_in(f"{marker} and more") == marker


@pytest.mark.parametrize(
    "agenda",
    [
        "",
        "Talk",
        "syncd:",
        "syncd:abc:tooshort",
        " " + "syncd:abcdefghij:" + "a" * 26,
        "SYNCD:abcdefghij:" + "a" * 26,
    ],
)
def test_an_agenda_of_a_person_has_no_marker(agenda):
    assert marker_in(agenda) is None


def test_half_characters_in_an_identity_do_no_harm():
    odd = replace(KEY, ical_uid="\ud83d\x00\n")
    assert marked_meeting(keys(), odd, mark_of(keys(), odd, 7)) == 7
    assert marker_in(marker_of(keys(), odd)) == marker_of(keys(), odd)


def test_keys_are_not_shown():
    assert "key" not in repr(keys()).replace("MarkKeys", "")

"""How people join."""

import pytest

from syncd.core.conference import ConferenceKind, JoinInfo, PhoneNumber
from syncd.core.ids import Provider
from tests.factories import meeting

NUMBERS = tuple(PhoneNumber(f"+43 1 {n}", "Austria") for n in range(5))


@pytest.mark.parametrize(("asked", "given"), [(0, 0), (3, 3), (9, 5)])
def test_a_meeting_gives_at_most_so_many_phone_numbers(asked, given):
    join = meeting(phone_numbers=NUMBERS).join_info(phone_numbers=asked)
    assert join.phone_numbers == NUMBERS[:given]


def test_what_is_needed_to_join_is_what_zoom_said():
    found = meeting(id=7, join_url="https://zoom.us/j/7", passcode="9").join_info(phone_numbers=3)
    assert found == JoinInfo(7, "https://zoom.us/j/7", "9", ())


def test_the_kinds_a_person_can_ask_for():
    assert [str(kind) for kind in ConferenceKind] == ["zoom", "google_meet", "teams", "none"]


def test_a_providers_own_kind_has_its_home_and_the_others_have_none():
    homes = [kind.home for kind in ConferenceKind]
    assert homes == [None, Provider.GOOGLE, Provider.MICROSOFT, None]

"""What applies when the config says nothing."""

from datetime import timedelta

import pytest

from syncd.core.policy import (
    FlagPolicy,
    LinkPolicy,
    MeetingPolicy,
    OnEventDeleted,
    OnMeetingDeleted,
    RetryPolicy,
)
from tests.factories import person


@pytest.mark.parametrize(
    ("policy", "name", "value"),
    [
        (FlagPolicy(), "words", ("zoom", "@zoom", "zoom meeting")),
        (FlagPolicy(), "tags", ("zoom",)),
        (FlagPolicy(), "no_tags", ("nozoom", "nolink")),
        (FlagPolicy(), "categories", ("Zoom",)),
        (FlagPolicy(), "strip_title_tag", True),
        (MeetingPolicy(), "waiting_room", False),
        (MeetingPolicy(), "join_before_host", True),
        (MeetingPolicy(), "phone_numbers", 3),
        (LinkPolicy(), "on_event_deleted", OnEventDeleted.DELETE),
        (LinkPolicy(), "on_meeting_deleted", OnMeetingDeleted.RECREATE),
        (LinkPolicy(), "horizon", timedelta(days=180)),
        (LinkPolicy(), "hold_off", timedelta(seconds=30)),
        (LinkPolicy(), "replace_meet", True),
        (LinkPolicy(), "keep", timedelta(days=30)),
        (RetryPolicy(), "first", timedelta(seconds=1)),
        (RetryPolicy(), "most", timedelta(minutes=5)),
    ],
)
def test_documented_defaults(policy, name, value):
    assert getattr(policy, name) == value


def test_people_share_no_policy_by_accident():
    assert person().flags == FlagPolicy()
    assert person(link=LinkPolicy(replace_meet=False)).link != person().link

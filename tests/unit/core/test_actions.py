"""The closed set of actions, and the names of effects."""

from dataclasses import FrozenInstanceError
from typing import get_args

import pytest

from syncd.core.actions import (
    Action,
    Afterwards,
    CreateMeeting,
    DeleteMeeting,
    DeleteOccurrence,
    Effect,
    Forget,
    HoldOff,
    NoteReason,
    RemoveLink,
    Rest,
    Settle,
    ShareLink,
    UnshareLink,
    UpdateMeeting,
    UpdateOccurrence,
    WriteLink,
    kind_of,
)
from syncd.core.meeting import MeetingChange
from tests.factories import NOW, spec


@pytest.mark.parametrize(
    ("effect", "kind"),
    [
        (CreateMeeting("ana@example.com", spec(), "why"), "create_meeting"),
        (WriteLink("why"), "write_link"),
        (UpdateMeeting(MeetingChange(topic="x"), spec(), "why"), "update_meeting"),
        (UpdateOccurrence("1", NOW, 30, "why"), "update_occurrence"),
        (DeleteOccurrence("1", "why"), "delete_occurrence"),
        (RemoveLink("why"), "remove_link"),
        (ShareLink("why"), "write_link"),
        (UnshareLink("why", forget=True), "remove_link"),
        (DeleteMeeting(1, "why", Afterwards.FORGET), "delete_meeting"),
        (NoteReason("zoom (waiting: why)", "why"), "note_reason"),
    ],
)
def test_effects_keep_their_names(effect, kind):
    assert kind_of(effect) == kind


def test_every_effect_is_an_action_and_has_a_name():
    assert set(get_args(Effect)) < set(get_args(Action))
    assert {one.__name__ for one in get_args(Effect)} == {
        "CreateMeeting",
        "WriteLink",
        "UpdateMeeting",
        "UpdateOccurrence",
        "DeleteOccurrence",
        "RemoveLink",
        "ShareLink",
        "UnshareLink",
        "DeleteMeeting",
        "NoteReason",
    }


@pytest.mark.parametrize(
    "action",
    [Settle("why"), HoldOff(NOW, NOW, "why"), Rest(NOW, NOW, "why"), Forget("why")],
)
def test_what_is_only_noted_is_no_effect(action):
    assert not isinstance(action, Effect)
    with pytest.raises(KeyError):
        kind_of(action)


def test_every_action_gives_its_reason():
    assert all("reason" in one.__slots__ for one in get_args(Action))


def test_a_planned_action_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        WriteLink("why").reason = "because"  # type: ignore[misc]  # the point of the test

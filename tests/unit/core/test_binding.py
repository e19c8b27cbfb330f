"""The words of the bond that are kept in databases, and what it must never hold."""

from dataclasses import FrozenInstanceError, fields

import pytest

from syncd.core.binding import Binding, BindingState, IntentKind, Outcome
from tests.factories import binding


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (BindingState, ["creating", "linked", "removing", "declined", "sharing", "released"]),
        (IntentKind, ["create", "link", "update", "unlink", "delete"]),
        (Outcome, ["done", "not_done", "adopted", "given_up", "superseded"]),
    ],
)
def test_stored_words_stay_as_they_are(kind, words):
    assert [str(one) for one in kind] == words


def test_a_bond_holds_no_text_of_its_event():
    names = {field.name for field in fields(Binding)}
    assert not names & {"title", "topic", "body", "text", "description", "attendees", "passcode"}


def test_a_bond_cannot_be_changed_in_place():
    with pytest.raises(FrozenInstanceError):
        binding().state = BindingState.REMOVING  # type: ignore[misc]  # the point of the test


def test_a_new_bond_has_taken_no_flag_and_wants_nothing_removed():
    names = ("id", "key", "ref", "state", "host", "starts_at", "ends_at")
    fresh = Binding(**{name: getattr(binding(), name) for name in names})
    assert (fresh.flag_taken, fresh.flags_seen, fresh.removal_since) == (False, (), None)
    assert (fresh.meeting_id, fresh.join_url, fresh.version) == (None, None, None)

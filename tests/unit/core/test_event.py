"""An event and what one write sets."""

from dataclasses import FrozenInstanceError

import pytest

from syncd.core.event import EventChange
from tests.factories import event, text


def test_a_change_of_nothing_is_empty():
    assert EventChange().is_empty


@pytest.mark.parametrize(
    "change",
    [
        EventChange(title=""),
        EventChange(location=""),
        EventChange(body=text("")),
        EventChange(mark=""),
        EventChange(drop_native=True),
    ],
)
def test_setting_a_field_to_nothing_is_a_change(change):
    assert not change.is_empty


def test_an_event_as_read_is_never_changed():
    with pytest.raises(FrozenInstanceError):
        event().title = "Dinner"  # type: ignore[misc]  # the point of the test

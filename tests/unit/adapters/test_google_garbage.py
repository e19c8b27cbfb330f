"""An item with any wrong value anywhere is told of, and never raises."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syncd.adapters.google.translate import change_in
from syncd.ports.calendar import Changed, Gone, Unreadable
from tests.unit.adapters.google_items import CALENDAR, FACTS, conference, item, requested

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3)
    ),
    max_leaves=6,
)
WHOLE = item(
    location="x",
    description="x",
    attendees=[{"email": "bo@example.com", "resource": False}],
    conferenceData=conference("addOn", ("video", "https://example.zoom.us/j/123"))
    | requested("hangoutsMeet", "pending"),
    extendedProperties={"private": {"syncd": "v1"}},
    recurringEventId="ev0",
    originalStartTime={"dateTime": "2026-12-01T12:00:00Z", "timeZone": "Europe/Berlin"},
    recurrence=[],
    hangoutLink=None,
)


def paths(value: Any) -> list[tuple[Any, ...]]:
    inner: Any = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    return [()] + [(key, *rest) for key, each in inner for rest in paths(each)]


@given(path=st.sampled_from(paths(WHOLE)[1:]), value=JSON)
def test_no_wrong_value_anywhere_raises(path, value):
    made = copy.deepcopy(WHOLE)
    place: Any = made
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert isinstance(change_in(made, calendar=CALENDAR, facts=FACTS), Changed | Gone | Unreadable)

"""The list of a series' times, as each calendar's provider writes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from syncd.adapters.google import instances as google
from syncd.adapters.google.reading import Malformed
from syncd.adapters.microsoft import instances as microsoft
from syncd.adapters.microsoft.reading import Unclear
from syncd.core.series import Instance

NINE = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
HALF = timedelta(minutes=30)
MOVED = Instance(NINE, NINE + HALF, NINE + 2 * HALF)


def of_google(**changes: Any) -> dict[str, Any]:
    usual = {
        "id": "ev1_20261201T090000Z",
        "status": "confirmed",
        "originalStartTime": {"dateTime": "2026-12-01T10:00:00+01:00"},
        "start": {"dateTime": "2026-12-01T09:30:00Z"},
        "end": {"dateTime": "2026-12-01T10:00:00Z"},
    }
    return usual | changes


def of_graph(**changes: Any) -> dict[str, Any]:
    usual = {
        "id": "ev1",
        "type": "exception",
        "originalStart": "2026-12-01T09:00:00Z",
        "start": {"dateTime": "2026-12-01T09:30:00.0000000", "timeZone": "UTC"},
        "end": {"dateTime": "2026-12-01T10:00:00.0000000", "timeZone": "UTC"},
        "isCancelled": False,
    }
    return usual | changes


def test_a_moved_time_of_google_keeps_its_original_start():
    assert google.instances_in({"items": [of_google()]}, home="UTC") == [MOVED]


def test_a_moved_time_of_outlook_keeps_its_original_start():
    assert microsoft.instances_in({"value": [of_graph()]}) == [MOVED]


def test_a_cancelled_time_is_left_out():
    assert google.instances_in({"items": [of_google(status="cancelled")]}, home="UTC") == []
    assert microsoft.instances_in({"value": [of_graph(isCancelled=True)]}) == []


@pytest.mark.parametrize("name", ["originalStartTime", "start", "end"])
@pytest.mark.parametrize("value", [None, 5, "text", {}, {"dateTime": "soon"}, {"dateTime": 7}])
def test_a_time_of_google_that_cannot_be_read_is_named(name, value):
    with pytest.raises(Malformed):
        google.instances_in({"items": [of_google(**{name: value})]}, home="UTC")


@pytest.mark.parametrize("items", [5, "text", [5], ["text"]])
def test_a_page_of_google_that_is_no_list_of_times_is_named(items):
    with pytest.raises(Malformed):
        google.instances_in({"items": items}, home="UTC")


@pytest.mark.parametrize("page", [{}, {"value": None}, {"value": "text"}, {"value": {}}])
def test_a_page_of_outlook_that_is_none_is_not_taken_for_an_empty_one(page):
    with pytest.raises(Unclear):
        microsoft.instances_in(page)


@pytest.mark.parametrize("name", ["originalStart", "start", "end"])
@pytest.mark.parametrize("value", [None, 5, "text", {}, {"dateTime": "soon", "timeZone": "UTC"}])
def test_a_time_of_outlook_that_cannot_be_read_is_named(name, value):
    with pytest.raises(Unclear):
        microsoft.instances_in({"value": [of_graph(**{name: value})]})


def test_a_span_is_asked_for_in_utc():
    at = datetime.fromisoformat("2026-12-01T10:00:00+01:00")
    query = microsoft.query(begin=at, end=at + HALF)
    assert query.startswith("startDateTime=2026-12-01T09:00:00Z&endDateTime=2026-12-01T09:30:00Z&")
    parameters = google.listing(begin=at, end=at + HALF)
    assert (parameters["timeMin"], parameters["showDeleted"]) == (
        "2026-12-01T10:00:00+01:00",
        False,
    )

"""Cursors, pages, and the runs they make."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from syncd.adapters.google.cursor import cursor_text, listing
from syncd.adapters.google.page import MOST_PAGES, Run, page_in
from syncd.adapters.google.translate import CalendarFacts
from syncd.ports.errors import CursorExpired, Transient

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def test_a_full_listing_begins_a_day_ago():
    parameters = listing(None, now=NOW)
    assert parameters["timeMin"] == "2026-11-30T09:00:00+00:00"
    assert "syncToken" not in parameters


def test_a_cursor_gives_its_sync_token_back_and_no_time():
    parameters = listing(cursor_text("CPDAlvWDx70CEPDA"), now=NOW)
    assert parameters["syncToken"] == "CPDAlvWDx70CEPDA"
    assert "timeMin" not in parameters


def test_both_kinds_of_listing_ask_for_the_same():
    full, further = listing(None, now=NOW), listing(cursor_text("x"), now=NOW)
    del full["timeMin"], further["syncToken"]
    assert full == further
    assert full["singleEvents"] is False
    assert full["showDeleted"] is True
    for name in ("nextPageToken", "nextSyncToken", "timeZone", "accessRole"):
        assert name in full["fields"]


def of_another_listing() -> str:
    read = json.loads(cursor_text("x"))
    return json.dumps({**read, "epoch": "0" * 12})


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "[]",
        "5",
        "null",
        "{}",
        '{"epoch": "x"}',
        of_another_listing(),
        cursor_text("x").replace('"x"', "5"),
    ],
)
def test_a_cursor_of_another_kind_is_expired(cursor):
    with pytest.raises(CursorExpired):
        listing(cursor, now=NOW)


def test_a_page_says_what_its_calendar_is():
    page = page_in({"accessRole": "writer", "timeZone": "Asia/Tokyo", "nextPageToken": "p"})
    assert page.facts == CalendarFacts("writer", "Asia/Tokyo")
    assert (page.items, page.next_page, page.next_sync) == ((), "p", "")


def test_the_last_page_must_have_a_sync_token():
    with pytest.raises(Transient, match="sync token"):
        page_in({"items": []})


@pytest.mark.parametrize(
    "read", [{"items": {}}, {"items": [], "nextSyncToken": 5}, {"accessRole": [], "items": []}]
)
def test_a_page_of_another_form_is_passing(read: dict[str, Any]):
    with pytest.raises(Transient) as raised:
        page_in(read)
    assert raised.value.code == "garbled"


def test_a_page_that_comes_again_ends_the_run():
    run = Run()
    run.follow("a")
    run.follow("b")
    with pytest.raises(Transient) as raised:
        run.follow("a")
    assert raised.value.code == "endless_list"


def test_a_run_has_an_end():
    run = Run()
    for number in range(MOST_PAGES - 1):
        run.follow(str(number))
    with pytest.raises(Transient):
        run.follow("one more")

"""One page of events.list, and the rules by which pages make a complete run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from syncd.adapters.google.reading import Malformed, listed, text
from syncd.adapters.google.translate import CalendarFacts
from syncd.ports.errors import Transient

# A page may be empty and still be followed by others, so only a count bounds a run.
MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """A page as read; with `next_page` there is more, else `next_sync` is set."""

    items: tuple[Any, ...]
    facts: CalendarFacts
    next_page: str
    next_sync: str


def page_in(read: Mapping[str, Any]) -> Page:
    """Read a page; Transient when it is none, or has no way to go on from it."""
    try:
        page = Page(
            tuple(listed(read, "items")),
            facts_in(read),
            text(read, "nextPageToken"),
            text(read, "nextSyncToken"),
        )
    except Malformed as exc:
        raise Transient("Google's answer is no list of events.", code="garbled") from exc
    if not page.next_page and not page.next_sync:
        raise Transient("Google's last page has no sync token.", code="no_cursor")
    return page


def facts_in(read: Mapping[str, Any]) -> CalendarFacts:
    """Read what a page says of its calendar; Malformed when that is no text."""
    return CalendarFacts(text(read, "accessRole"), text(read, "timeZone"))


class Run:
    """Guards one run through the pages against going round for ever."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def follow(self, page_token: str) -> None:
        """Note the next page; Transient when it was there before, or there are too many."""
        if page_token in self._seen or len(self._seen) >= MOST_PAGES - 1:
            raise Transient("Google's pages do not come to an end.", code="endless_list")
        self._seen.add(page_token)

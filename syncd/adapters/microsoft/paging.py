"""Lists of Graph that end, page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

from syncd.adapters.microsoft import errors
from syncd.adapters.microsoft.client import Graph, Request
from syncd.adapters.microsoft.errors import Purpose
from syncd.adapters.microsoft.reading import text

MOST_PAGES = 10_000


async def pages(graph: Graph, first: Request) -> AsyncIterator[Mapping[str, Any]]:
    """Follow the links of a list to its end."""
    request, seen = first, set[str]()
    while True:
        page = await graph.ask(request)
        yield page
        link = text(page, "@odata.nextLink")
        if not link:
            return
        if not graph.leads(link):
            raise errors.foreign_link()
        if link in seen or len(seen) >= MOST_PAGES:
            raise errors.endless_round()
        seen.add(link)
        request = replace(first, path="", link=link)


def items_in(page: Mapping[str, Any]) -> list[Any]:
    """Give what a page lists; Transient when it is no page."""
    items = page.get("value")
    if not isinstance(items, list):
        raise errors.garbled(Purpose.LISTING)
    return items

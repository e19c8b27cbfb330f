"""OData query options of lists and single events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.datastructures import QueryParams

from syncd.sandbox.fakes.microsoft.errors import GraphError, bad_query
from syncd.sandbox.fakes.microsoft.filters import Test, read_expand, read_filter
from syncd.sandbox.fakes.microsoft.item import Item
from syncd.sandbox.fakes.microsoft.moments import read_instant

_PAGE, _LARGEST_PAGE = 10, 1000
_WIDEST = timedelta(days=1825)
_OPTIONS = {"$select", "$expand", "$filter", "$orderby", "$top", "$skip", "$count"}
_ORDERS: Mapping[str, Callable[[Item], Any]] = {
    "start/dateTime": lambda item: item.start,
    "end/dateTime": lambda item: item.end,
    "createdDateTime": lambda item: item.created,
    "lastModifiedDateTime": lambda item: item.modified,
    "subject": lambda item: item.fields["subject"],
}


@dataclass(frozen=True, kw_only=True)
class Query:
    """What a reader asked for beside the resource itself."""

    select: frozenset[str] | None = None
    expand: frozenset[str] | None = None
    """The extended properties to show; None shows none."""
    test: Test | None = None
    order: tuple[str, bool] | None = None
    """The property to sort by, and whether downwards."""
    top: int = _PAGE
    skip: int = 0

    def sorted(self, items: Iterable[Item], *, otherwise: Callable[[Item], Any]) -> list[Item]:
        """Filter and sort items; `otherwise` gives the order when none was asked for."""
        kept = [item for item in items if self.test is None or self.test(item)]
        if self.order is None:
            return sorted(kept, key=otherwise)
        return sorted(kept, key=_ORDERS[self.order[0]], reverse=self.order[1])


def read_query(params: QueryParams, *, page_size: int | None) -> Query:
    """Read the options; raise GraphError 400 for one that is unknown or malformed."""
    for name in params:
        if name.startswith("$") and name not in _OPTIONS:
            raise bad_query(f"The query parameter '{name}' is not supported.")
    top = params.get("$top")
    return Query(
        select=_select(params.get("$select")),
        expand=read_expand(params["$expand"]) if "$expand" in params else None,
        test=read_filter(params["$filter"]) if "$filter" in params else None,
        order=_order(params.get("$orderby")),
        top=min(_number("$top", top), _LARGEST_PAGE) if top else page_size or _PAGE,
        skip=_number("$skip", params.get("$skip", "0")),
    )


def read_window(params: Sequence[tuple[str, str]]) -> tuple[datetime, datetime]:
    """Read startDateTime and endDateTime, in any case; raise GraphError 400 without them."""
    found = {name.casefold(): value for name, value in params}
    if not found.get("startdatetime") or not found.get("enddatetime"):
        raise GraphError(
            400,
            "ErrorInvalidParameter",
            "This request requires a time window specified by the query string parameters "
            "StartDateTime and EndDateTime.",
        )
    start, end = read_instant(found["startdatetime"]), read_instant(found["enddatetime"])
    if end < start:
        raise GraphError(400, "ErrorInvalidParameter", "EndDateTime must be after StartDateTime.")
    if end - start > _WIDEST:
        raise GraphError(
            400,
            "ErrorInvalidRequest",
            "Your request can't be completed. The range between the start and end dates is greater "
            "than the allowed range. Maximum number of days: 1825",
        )
    return start, end


def selected(shown: dict[str, Any], select: frozenset[str] | None) -> dict[str, Any]:
    """Keep what was selected, and always the id and the ETag; raise GraphError 400."""
    if select is None:
        return shown
    unknown = select - shown.keys() - {"originalStart", "id"}
    if unknown:
        raise bad_query(
            f"Could not find a property named '{min(unknown)}' on type 'microsoft.graph.event'."
        )
    kept = select | {"id", "@odata.etag", "@odata.type", "singleValueExtendedProperties"}
    return {name: value for name, value in shown.items() if name in kept}


def _select(text: str | None) -> frozenset[str] | None:
    return frozenset(name.strip() for name in text.split(",") if name.strip()) if text else None


def _order(text: str | None) -> tuple[str, bool] | None:
    if not text:
        return None
    name, _, direction = text.strip().partition(" ")
    if name not in _ORDERS or direction.strip().lower() not in ("", "asc", "desc"):
        raise bad_query(f"The $orderby '{text}' is not supported for events.")
    return name, direction.strip().lower() == "desc"


def _number(name: str, text: str) -> int:
    if not text.isdigit():
        raise bad_query(f"Invalid value '{text}' for the query option {name}.")
    return int(text)

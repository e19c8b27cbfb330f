"""The times of one series: how Graph lists them, and what an item of that list says; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from syncd.adapters.microsoft.reading import Unclear, flag, instant, moment, needed, parts
from syncd.core.series import Instance
from syncd.core.stamps import utc_stamp

_FIELDS = "id,type,originalStart,start,end,isCancelled"


def query(*, begin: datetime, end: datetime) -> str:
    """Write the query for what touches a span (UTC); the longest that Graph takes is 1825 days."""
    window = f"startDateTime={utc_stamp(begin)}&endDateTime={utc_stamp(end)}"
    return f"{window}&$select={_FIELDS}&$top=250"


def instances_in(page: Mapping[str, Any]) -> list[Instance]:
    """Read a page; Unclear when it is none, or an item lacks its times."""
    if not isinstance(page.get("value"), list):
        raise Unclear("value is no list")
    return [
        Instance(
            original_start=instant(needed(item, "originalStart")),
            start=moment(item, "start"),
            end=moment(item, "end"),
        )
        for item in parts(page, "value")
        if not flag(item, "isCancelled")
    ]

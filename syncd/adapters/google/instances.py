"""The times of one series: how they are listed, and what an item of that list says; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from syncd.adapters.google.moments import moment
from syncd.adapters.google.reading import section, sections, text
from syncd.core.series import Instance

_FIELDS = "nextPageToken,items(id,status,start,end,originalStartTime)"


def listing(*, begin: datetime, end: datetime) -> dict[str, Any]:
    """Give the parameters of events.instances for what touches a span (UTC)."""
    return {
        "timeMin": begin.isoformat(timespec="seconds"),
        "timeMax": end.isoformat(timespec="seconds"),
        "showDeleted": False,
        "maxResults": 250,
        "fields": _FIELDS,
    }


def instances_in(page: Mapping[str, Any], *, home: str) -> list[Instance]:
    """Read a page; Malformed when an item lacks its times. `home` is the calendar's zone."""
    return [
        Instance(
            original_start=moment(section(item, "originalStartTime"), home=home).at,
            start=moment(section(item, "start"), home=home).at,
            end=moment(section(item, "end"), home=home).at,
        )
        for item in sections(page, "items")
        if text(item, "status") != "cancelled"
    ]

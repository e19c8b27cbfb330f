"""The lists of events that hold what a round of calendarView/delta is too short for; pure."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from syncd.adapters.microsoft.delta import Window
from syncd.core.stamps import utc_stamp

# A round in use may have been begun almost a day ago, and its window with it; all-day events start
# at midnight of any zone.
_OVERLAP = timedelta(days=2)


def queries(window: Window, *, page_size: int) -> tuple[str, ...]:
    """Write the queries for what starts after this window, and for the series that began before.

    Graph takes `start/dateTime` as UTC, and `type` beside it (List events, $filter).
    """
    edge = utc_stamp(window.end - _OVERLAP)
    filters = (
        f"start/dateTime ge '{edge}'",
        f"type eq 'seriesMaster' and start/dateTime lt '{edge}'",
    )
    written = (quote(one, safe="/'") for one in filters)
    return tuple(f"$filter={one}&$top={page_size}" for one in written)

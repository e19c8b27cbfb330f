"""Delta rounds of calendarView: the cursor that outlives them, and what a page says; pure.

The window of a round is fixed in its links, so it moves on only by a new full read.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from syncd.adapters.microsoft.reading import Part, Unclear, text
from syncd.adapters.microsoft.translate import event_in
from syncd.core.ids import CalendarKey
from syncd.core.stamps import utc_stamp
from syncd.ports.calendar import Change, Changed, Gone, Partial, Unreadable

logger = logging.getLogger(__name__)

# Events that ended lately may still be running late or be moved on.
_BACK = timedelta(days=1)
_STEP = timedelta(days=1)

_NAMELESS = Unreadable("", "an item without an id")


@dataclass(frozen=True, slots=True)
class Window:
    """The times a round covers, both in UTC."""

    start: datetime
    end: datetime

    @classmethod
    def around(cls, now: datetime, *, horizon: timedelta) -> Window:
        """Give the window a round begun now would have."""
        second = now.astimezone(UTC).replace(microsecond=0)
        return cls(second - _BACK, second + horizon)

    def is_behind(self, other: Window) -> bool:
        """Tell whether the other one lies, or reaches, more than a day further on."""
        return other.start - self.start > _STEP or other.end - self.end > _STEP

    def query(self) -> str:
        """Write it as the only query options that calendarView/delta takes."""
        return f"startDateTime={utc_stamp(self.start)}&endDateTime={utc_stamp(self.end)}"


@dataclass(frozen=True, slots=True)
class Cursor:
    """A deltaLink and the window that is fixed in it; `own` when its mailbox was read as `/me`."""

    link: str
    window: Window
    own: bool = False

    def __str__(self) -> str:
        """Write it as one line of text for the database."""
        fields = {"from": utc_stamp(self.window.start), "to": utc_stamp(self.window.end)}
        own = {"own": True} if self.own else {}
        return json.dumps(fields | own | {"link": self.link}, separators=(",", ":"))

    @classmethod
    def parse(cls, written: str) -> Cursor:
        """Read what `str` wrote; `ValueError` when it is none."""
        try:
            fields = json.loads(written)
            start, end = (datetime.fromisoformat(fields[name]) for name in ("from", "to"))
            link = fields["link"]
        except (TypeError, KeyError) as exc:
            raise ValueError("not a cursor of this adapter") from exc
        if not isinstance(link, str) or start.tzinfo is None or end.tzinfo is None:
            raise ValueError("not a cursor of this adapter")
        return cls(link, Window(start, end), own=fields.get("own") is True)


def change_in(item: Any, *, calendar: CalendarKey) -> Change:
    """Read one item of a page; never raises.

    Occurrences come as stubs, and now and then others come without most of their fields: all that
    cannot be judged from here is Partial, for a look at the event itself.
    """
    event_id = text(item, "id") if isinstance(item, dict) else ""
    if not event_id:
        return _NAMELESS
    if "@removed" in item:
        return Gone(event_id)
    if text(item, "type") == "occurrence":
        return Partial(event_id, text(item, "seriesMasterId"))
    change = _whole(item, event_id, calendar)
    if isinstance(change, Changed):
        return Changed(replace(change.event, mark_shown=False))
    return change


def listed_in(item: Any, *, calendar: CalendarKey) -> Change:
    """Read one item of a list of events, which comes in full and with our mark; never raises."""
    event_id = text(item, "id") if isinstance(item, dict) else ""
    return _whole(item, event_id, calendar) if event_id else _NAMELESS


def _whole(item: Part, event_id: str, calendar: CalendarKey) -> Change:
    try:
        return Changed(event_in(item, calendar=calendar))
    except Unclear:
        return Partial(event_id, "")
    except Exception as exc:
        # A mistake of ours about one event must not keep its calendar from being read.
        logger.exception("event failed unexpectedly", extra={"event": event_id})
        return Unreadable(event_id, f"syncd failed at it: {type(exc).__name__}")

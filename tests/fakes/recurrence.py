"""Series in the simplest way: every so many days, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from syncd.core.event import Event

_DAYS = {"DAILY": 1, "WEEKLY": 7}


class FakeRecurrences:
    """Implements `syncd.ports.recurrence.Recurrences` for FREQ=DAILY and WEEKLY, COUNT and UNTIL.

    Every other rule cannot be followed.
    """

    def next_start(self, series: Event, *, after: datetime) -> datetime | None:
        if series.recurrence is None or len(series.recurrence.rules) != 1:
            raise ValueError("it has no rule")
        parts = dict(part.split("=", 1) for part in series.recurrence.rules[0].split(";"))
        if parts.keys() - {"FREQ", "COUNT", "UNTIL"} or parts.get("FREQ") not in _DAYS:
            raise ValueError("its rule is none of a simple kind")
        step = timedelta(days=_DAYS[parts["FREQ"]])
        most = int(parts.get("COUNT", "100000"))
        length = series.end - series.start
        for number in count():
            start = series.start + number * step
            if number >= most or ("UNTIL" in parts and start > _moment(parts["UNTIL"])):
                return None
            if start + length > after and start not in series.recurrence.excluded:
                return start
        raise AssertionError("a count does not end")


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)

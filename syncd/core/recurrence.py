"""How a series repeats: one form for what Google and Outlook say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A series' repetition in the terms of RFC 5545.

    `rules` are the values of its RRULE lines, without their name; `dates` (RDATE) and `excluded`
    (EXDATE) are in UTC. A rule is read in the zone of its event.
    """

    rules: tuple[str, ...]
    dates: tuple[datetime, ...] = ()
    excluded: tuple[datetime, ...] = ()

"""A meeting as Zoom keeps it, its kinds, its links, and the day its id goes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

INSTANT, SCHEDULED, OPEN_SERIES, FIXED_SERIES, SCREEN_SHARE = 1, 2, 3, 8, 10
KINDS = (INSTANT, SCHEDULED, OPEN_SERIES, FIXED_SERIES, SCREEN_SHARE)
UNLISTED = frozenset({INSTANT, SCREEN_SHARE})
_SERIES = frozenset({OPEN_SERIES, FIXED_SERIES})

_SITE = "https://us05web.zoom.us"


@dataclass(frozen=True, kw_only=True)
class Occurrence:
    """One date of a series with fixed times; `id` is its first start in ms since 1970."""

    id: str
    start: datetime
    duration: int
    status: Literal["available", "deleted"] = "available"
    agenda: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """One meeting; a change makes a new value. Moments are UTC, durations minutes."""

    id: int
    uuid: str
    host_id: str
    host_email: str
    topic: str
    kind: int
    start: datetime | None
    duration: int
    timezone: str
    agenda: str
    password: str
    settings: Mapping[str, Any]
    created: datetime
    used: datetime
    source: Literal["open_api", "web_portal"]
    recurrence: Mapping[str, Any] | None = None
    occurrences: tuple[Occurrence, ...] = ()
    tracking_fields: tuple[Mapping[str, Any], ...] = ()
    pre_schedule: bool = False
    deleted: datetime | None = None

    def starts(self) -> tuple[datetime, ...]:
        """Give all starts that still stand; an open series has none."""
        if self.kind == FIXED_SERIES:
            return tuple(one.start for one in self.occurrences if one.status == "available")
        return () if self.start is None else (self.start,)

    def expires(self) -> datetime:
        """Give the moment Zoom forgets the id: 30 days after the date, 365 for a series."""
        last = max((*self.starts(), self.used))
        return last + timedelta(days=365 if self.kind in _SERIES else 30)

    @property
    def key(self) -> str:
        """Give the `pwd` of the link, which changes with the passcode; empty without one."""
        if not self.password:
            return ""
        digest = hashlib.sha256(f"{self.uuid}:{self.password}".encode()).digest()
        return base64.urlsafe_b64encode(digest[:24]).decode() + ".1"

    @property
    def dial_code(self) -> str:
        """Give the passcode for telephones and room systems; empty without a passcode."""
        if not self.password:
            return ""
        return f"{int.from_bytes(hashlib.sha256(self.key.encode()).digest()[:8]) % 10**6:06d}"

    @property
    def join_url(self) -> str:
        """Give the link that guests open."""
        return f"{_SITE}/j/{self.id}" + (f"?pwd={self.key}" if self.key else "")

    def start_url(self, zak: str) -> str:
        """Give the link that makes its reader the host; `zak` is a host's short-lived key."""
        return f"{_SITE}/s/{self.id}?zak={zak}"

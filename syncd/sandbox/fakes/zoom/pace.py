"""Zoom's brakes: requests per second and day by label, 100 writes a day, one DELETE at a time."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Literal

from syncd.sandbox.fakes.zoom.errors import ZoomError, busy_deleting, day_spent
from syncd.sandbox.fakes.zoom.moments import stamp

Label = Literal["Light", "Medium"]
Plan = Literal["free", "pro", "business"]

# Two sleeps of the same length may differ by a tick of the loop's clock.
_TICK = timedelta(milliseconds=2)


@dataclass(frozen=True)
class _Rate:
    per_second: int
    per_day: int | None = None


_RATES: Mapping[Plan, Mapping[Label, _Rate]] = {
    "free": {"Light": _Rate(4, 6000), "Medium": _Rate(2, 2000)},
    "pro": {"Light": _Rate(30), "Medium": _Rate(20)},
    "business": {"Light": _Rate(80), "Medium": _Rate(60)},
}


class Pace:
    """Counts the requests of the whole account, which all users and apps share."""

    def __init__(self) -> None:
        self._recent: defaultdict[Label, deque[datetime]] = defaultdict(deque)
        self._days: Counter[tuple[date, Label]] = Counter()

    def enter(self, plan: Plan, label: Label, now: datetime) -> None:
        """Note a request; raises ZoomError 429 with Zoom's X-RateLimit headers."""
        rate = _RATES[plan][label]
        recent = self._recent[label]
        while recent and recent[0] <= now - timedelta(seconds=1):
            recent.popleft()
        if len(recent) >= rate.per_second:
            raise _too_fast(label, rate.per_second, recent[0] + timedelta(seconds=1))
        if rate.per_day is not None and self._days[now.date(), label] >= rate.per_day:
            raise _too_many(label, rate.per_day, now)
        recent.append(now)
        self._days[now.date(), label] += 1


class Budget:
    """Counts creates and updates per host and UTC day."""

    def __init__(self) -> None:
        self._spent: Counter[tuple[date, str]] = Counter()

    def spend(self, host: str, limit: int, now: datetime) -> None:
        """Note one create or update; raises ZoomError 429 when the day's are used up."""
        if self.used(host, now) >= limit:
            raise day_spent(limit)
        self._spent[now.date(), host] += 1

    def used(self, host: str, now: datetime) -> int:
        """Give how many the host has had on this UTC day."""
        return self._spent[now.date(), host]


class Deletions:
    """Lets one DELETE per host be under way.

    The server waits out the sandbox's latency before a handler runs, and handlers run without a
    pause. So a DELETE that runs at `t` arrived at `t - latency`, and one that ran since then was
    under way when it arrived.
    """

    def __init__(self) -> None:
        self._last: dict[str, datetime] = {}

    def enter(self, host: str, now: datetime, *, latency: timedelta) -> None:
        """Note a DELETE that runs now; raises ZoomError 429 when another one is under way."""
        last = self._last.get(host)
        if last is not None and last > now - latency + _TICK:
            raise busy_deleting()
        self._last[host] = now


def _too_fast(label: Label, limit: int, again: datetime) -> ZoomError:
    headers = _headers(label, "QPS", limit)
    return ZoomError(
        429,
        429,
        "You have reached the maximum per-second rate limit for this API. Try again later.",
        headers=headers | {"X-RateLimit-Reset": str(ceil(again.timestamp()))},
    )


def _too_many(label: Label, limit: int, now: datetime) -> ZoomError:
    midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), tzinfo=UTC)
    return ZoomError(
        429,
        429,
        "You have reached the maximum daily rate limit for this API. Refer to the response header "
        "for details on when you can make another request.",
        headers=_headers(label, "Daily-limit", limit) | {"Retry-After": stamp(midnight)},
    )


def _headers(label: Label, kind: str, limit: int) -> dict[str, str]:
    return {
        "X-RateLimit-Category": label,
        "X-RateLimit-Type": kind,
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": "0",
    }

"""Which results are worth another sending, and after how long: short waits only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from syncd.adapters.http.call import Answer, Call
from syncd.adapters.http.retry_after import retry_after

# Longer ones are the engine's: no slot and no lease is held meanwhile.
LONGEST_WAIT = timedelta(seconds=3)

_MOST = {"unsent": 3, "silent": 2, "failed": 2, "told": 3}
_FIRST = 0.2
_LONGEST_PAUSE = 2.0


class TooLarge(Exception):
    """An answer that went on after the limit."""


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer; `left` says that the request may have reached the other side."""

    cause: Exception
    left: bool


def told_to_wait(answer: Answer, now: datetime) -> timedelta | None:
    """Give the wait a 429 or 503 asks for, if it does."""
    return retry_after(answer.headers, now) if answer.status in (429, 503) else None


class Tries:
    """Counts the sendings of one call by what became of them."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._used: Counter[str] = Counter()

    def pause(self, result: Answer | Lost, *, now: datetime, jitter: float) -> float | None:
        """Give the seconds before the next sending, with full jitter; None when this was the last."""
        reason = self._reason(result, now)
        if reason is None or self._used[reason] >= _MOST[reason]:
            return None
        self._used[reason] += 1
        longest: float = min(_FIRST * 2 ** self._used.total(), _LONGEST_PAUSE)
        return jitter * longest

    def _reason(self, result: Answer | Lost, now: datetime) -> str | None:
        match result:
            case Lost(left=False):
                return "unsent"
            case Lost(cause=TooLarge()):
                return None
            case Lost():
                return "silent" if self._call.repeatable else None
            case Answer():
                return self._answered(result, now)

    def _answered(self, answer: Answer, now: datetime) -> str | None:
        wait = told_to_wait(answer, now)
        if wait is None:
            failed = answer.status in (500, 502, 503, 504)
            return "failed" if failed and self._call.repeatable else None
        # A 429 was not done, whatever it was; a 503 may come from a gateway in front of the deed.
        safe = answer.status == HTTPStatus.TOO_MANY_REQUESTS or self._call.repeatable
        return "told" if safe and wait <= LONGEST_WAIT else None

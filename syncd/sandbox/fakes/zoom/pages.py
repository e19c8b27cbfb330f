"""Pages of a list: numbered ones, and tokens that are good for 15 minutes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from syncd.sandbox.fakes.zoom.errors import bad_request

_TOKEN_LIFE = timedelta(minutes=15)

Row = dict[str, Any]
Question = tuple[str, ...]
"""Whose list of what; a token answers the same question only."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which page the caller wants."""

    size: int
    number: int
    token: str


@dataclass(frozen=True, kw_only=True)
class _Rest:
    question: Question
    rows: Sequence[Row]
    offset: int
    until: datetime


class Pages:
    """Cuts lists into pages; what comes behind a token is as the list was at the first page."""

    def __init__(self, new_token: Callable[[], str]) -> None:
        self._new_token = new_token
        self._rests: dict[str, _Rest] = {}

    def cut(
        self, rows: Sequence[Row], question: Question, asked: Asked, now: datetime
    ) -> dict[str, Any]:
        """Give one page in Zoom's envelope; raises ZoomError 400 for a bad token."""
        offset = (asked.number - 1) * asked.size
        if asked.token:
            rest = self._rest(asked.token, question, now)
            rows, offset = rest.rows, rest.offset
        end = offset + asked.size
        more = _Rest(question=question, rows=rows, offset=end, until=now + _TOKEN_LIFE)
        return {
            "page_count": -(-len(rows) // asked.size),
            "page_number": offset // asked.size + 1,
            "page_size": asked.size,
            "total_records": len(rows),
            "next_page_token": self._keep(more) if end < len(rows) else "",
            "meetings": list(rows[offset:end]),
        }

    def _keep(self, rest: _Rest) -> str:
        token = self._new_token()
        self._rests[token] = rest
        return token

    def _rest(self, token: str, question: Question, now: datetime) -> _Rest:
        rest = self._rests.get(token)
        if rest is None or rest.question != question or now >= rest.until:
            raise bad_request("The next page token is invalid or expired.")
        return rest

"""The chain of the audit log: each row's hash is over itself and over the hash before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

START = "0" * 64
"""What stands before the first row."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends; kept apart from the rows, so that the loss of the last ones shows."""

    number: int = 0
    hash: str = START


class Entry(Protocol):
    """What a row tells, `syncd.ports.connections.AuditEntry`; all of it is hashed."""

    @property
    def at(self) -> datetime: ...  # noqa: D102 - named by its type
    @property
    def who(self) -> str: ...  # noqa: D102 - named by its type
    @property
    def what(self) -> str: ...  # noqa: D102 - named by its type
    @property
    def about(self) -> str: ...  # noqa: D102 - named by its type
    @property
    def old(self) -> str: ...  # noqa: D102 - named by its type
    @property
    def new(self) -> str: ...  # noqa: D102 - named by its type
    @property
    def request_id(self) -> str: ...  # noqa: D102 - named by its type


class Row(Protocol):
    """An entry as it is kept, `syncd.ports.connections.AuditRow`."""

    @property
    def number(self) -> int: ...  # noqa: D102 - named by its type
    @property
    def entry(self) -> Entry: ...  # noqa: D102 - named by its type
    @property
    def hash(self) -> str: ...  # noqa: D102 - named by its type


def chained(before: str, fields: Sequence[str]) -> str:
    """Give the SHA-256 of a row, 64 hexadecimal digits; `fields` are all of its texts, in order."""
    text = json.dumps([before, *fields], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def following(head: Head, entry: Entry) -> Head:
    """Give the end of the chain once this entry stands in it; its time must have a zone."""
    number = head.number + 1
    fields = (
        str(number),
        entry.at.astimezone(UTC).isoformat(),
        entry.who,
        entry.what,
        entry.about,
        entry.old,
        entry.new,
        entry.request_id,
    )
    return Head(number, chained(head.hash, fields))


def verify(rows: Iterable[Row], *, head: Head) -> int | None:
    """Give the number of the first row that was edited, deleted, moved or put in; None for none.

    `rows` are all that there are, by number; `head` is where the chain is known to end.
    """
    end = Head()
    for row in rows:
        end = following(end, row.entry)
        if (row.number, row.hash) != (end.number, end.hash):
            return end.number
        if end.number > head.number:
            return end.number
    if end.number < head.number:
        return end.number + 1
    return None if end == head else end.number

"""What goes out, what comes back, and how much of it an account may have at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from syncd.adapters.http.sane_json import Garbled, sane_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, as its provider's adapter wants it sent.

    `repeatable` False says that a second sending might do the thing twice, or must be looked at
    first: then a silence becomes OutcomeUnknown at once. Only method, operation and account are
    ever shown; the rest may hold secrets.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    account: str
    """Whose limits it counts on, such as `google:ana@example.com`."""
    operation: str
    """A constant text for logs and counts, such as `POST /users/{userId}/meetings`."""
    repeatable: bool
    send_by: Callable[[], float] | float | None = None
    """The `Clock.monotonic()` after which it must not leave any more, or what tells it by then."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer of any status; header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """Read the body as JSON; Garbled when it is anything else."""
        return sane_json(self.body)

    @property
    def is_success(self) -> bool:
        """Whether the service says that it was done: 2xx with nothing, or with JSON.

        A page with a 2xx is a proxy's word, or a sign-in's: it says nothing of what was asked for.
        """
        if not HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES:
            return False
        if not self.body.strip():
            return True
        try:
            self.json()
        except Garbled:
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The pace of one account: calls at once, calls per second, and how many may come in a burst."""

    concurrency: int
    per_second: float
    burst: int = 1

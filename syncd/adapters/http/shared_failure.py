"""One failed attempt answers everybody who waited for it: a queue must not fail one by one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from syncd.ports.errors import ProviderError


class SharedFailure:
    """The failed attempts at one thing that callers queue for under a lock."""

    def __init__(self) -> None:
        self._count = 0
        self._last: ProviderError | None = None

    @property
    def count(self) -> int:
        """How many attempts have failed; to be read before queueing."""
        return self._count

    @contextmanager
    def attempt(self, *, since: int) -> Iterator[None]:
        """Wrap the attempt of one whose turn has come; raises the failure it waited through."""
        if self._count > since and self._last is not None:
            raise self._last.for_another()
        try:
            yield
        except ProviderError as error:
            self._count += 1
            self._last = error
            raise

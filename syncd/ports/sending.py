"""Until when a request of an effect may still leave, told to whoever sends it.

A holder that was stopped at any moment, in a queue or while it connected, must not write after its
lease: another may have begun meanwhile (K19).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_latest: ContextVar[Callable[[], float] | None] = ContextVar("latest", default=None)


@contextmanager
def until(latest: Callable[[], float]) -> Iterator[None]:
    """Let no request of this block leave after `latest()` on `Clock.monotonic()`.

    It is asked right before the request leaves, since a lease that is kept lasts longer.
    """
    token = _latest.set(latest)
    try:
        yield
    finally:
        _latest.reset(token)


def latest() -> Callable[[], float] | None:
    """Give what tells the last moment; None outside of every effect."""
    return _latest.get()

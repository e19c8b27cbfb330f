"""Looks that may show an older state of an event, where nothing tells it from a newer one (I8, K28).

What another process had seen of an event that it made due is not known here (`tenures`): a look that
finds nothing to do comes to nothing only if a second one agrees. And an event that is gone has no version:
looks that contradict what was seen last are believed when they do so for a while.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from syncd.core.ids import EventRef
from syncd.core.look import Observed
from syncd.engine.deps import Deps, Doubt
from syncd.ports.errors import Stale

_LOOK_AGAIN = timedelta(seconds=10)
_IN_DOUBT = timedelta(seconds=5)
_DOUBT_LASTS = timedelta(seconds=10)
_ENOUGH = 3
_CONTRADICTS = "the calendar contradicts itself whether the event is there"


class LookTwice(Stale):
    """The look may have been an older one; `look_again` says when to look."""

    def __init__(self, problem: str, look_again: timedelta) -> None:
        super().__init__(problem, code="stale_read")
        self.look_again = look_again


def look_twice(deps: Deps, seen: Observed) -> None:
    """Take note of a look that found nothing to be done, and raise LookTwice."""
    deps.shown[seen.ref] = seen.event.changed_at if seen.event is not None else None
    raise LookTwice("the event was left by another process; it is looked at twice", _LOOK_AGAIN)


def doubt(deps: Deps, ref: EventRef, shown: datetime | None) -> None:
    """Take note that a look contradicts what was seen last; LookTwice until the third in ten seconds."""
    now = deps.clock.monotonic()
    known = deps.doubted.pop(ref, None)
    first = Doubt(shown, now, looks=0) if known is None or known.shown != shown else known
    doubted = replace(first, looks=first.looks + 1, is_over=False)
    if now - doubted.since < _DOUBT_LASTS.total_seconds() or doubted.looks < _ENOUGH:
        deps.doubted[ref] = doubted
        raise LookTwice(_CONTRADICTS, _IN_DOUBT)


def is_back(deps: Deps, ref: EventRef) -> None:
    """Take note that an event is there of which the database knows only that it was gone; LookTwice."""
    deps.shown[ref] = None
    doubt(deps, ref, None)


def agree(deps: Deps, ref: EventRef, shown: datetime | None) -> None:
    """Take note that a look agrees with what was seen last; LookTwice once if others did not.

    The one that agrees may be the older one, unless a listing has told the same meanwhile.
    """
    known = deps.doubted.pop(ref, None)
    if known is not None and known.shown == shown and not known.is_over:
        deps.doubted[ref] = replace(known, is_over=True)
        raise LookTwice(_CONTRADICTS, _IN_DOUBT)

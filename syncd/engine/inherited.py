"""A look at what another process made due comes to nothing only if a second one agrees (I8, K28).

What that process had seen of the event is not known here, so an older state cannot be told from a
newer one: taken for the last word, it would leave the event as it is for good.
"""

from __future__ import annotations

from datetime import timedelta

from syncd.core.ids import EventRef
from syncd.core.look import Observed
from syncd.engine.deps import Deps
from syncd.ports.errors import Stale

_LOOK_AGAIN = timedelta(seconds=10)


class LookTwice(Stale):
    """The look may have been an older one; `look_again` says when to look."""

    def __init__(self, look_again: timedelta) -> None:
        super().__init__(
            "the event was left by another process; it is looked at twice", code="stale_read"
        )
        self.look_again = look_again


def is_from_another(deps: Deps, ref: EventRef) -> bool:
    """Tell whether neither a listing nor a look of this process has met the event before."""
    is_new = ref not in deps.shown and ref not in deps.looked
    deps.looked.add(ref)
    return is_new


def look_twice(deps: Deps, seen: Observed) -> None:
    """Take note of a look that found nothing to be done, and raise LookTwice."""
    deps.shown[seen.ref] = seen.event.changed_at if seen.event is not None else None
    raise LookTwice(_LOOK_AGAIN)

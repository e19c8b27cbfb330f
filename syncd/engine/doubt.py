"""A meeting that may have been changed at Zoom is read anew, with the event it belongs to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from syncd.core.binding import DOUBTED, Binding
from syncd.ports.store import Tx


def doubt(tx: Tx, binding: Binding, *, now: datetime) -> None:
    """Make the event due, and forget what its meeting was like, so that the look reads it.

    No lease is held for it: a look that is under way at this moment may undo the mark, and then
    the next doubt makes it again.
    """
    tx.bindings.save(replace(binding, spec_digest=DOUBTED))
    tx.events.mark_due(binding.ref, due_at=now, starts_at=binding.starts_at)
    tx.calendars.hurry(binding.ref.calendar, due_at=now)

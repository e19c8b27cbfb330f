"""Changes and deletions at Zoom whose answer nobody saw are compared with their event once more, later.

Zoom takes no version with a change, so one that arrives last wins: one that was long on its way, or
that of a holder who was frozen in it and woke up after another had put all in step (K19, L1). What it did
is seen by reading the meeting.
"""

from __future__ import annotations

from datetime import timedelta

from syncd.core.binding import Intent, IntentKind
from syncd.core.ids import EventRef
from syncd.engine.deps import Deps
from syncd.engine.doubt import doubt
from syncd.ports.store import Tx

# Longer than any request lives, and soon enough for people.
_LOOK_AFTER = timedelta(minutes=10)
_MAY_BE_LATE = (IntentKind.UPDATE, IntentKind.DELETE)


def note(deps: Deps, ref: EventRef, intent: Intent) -> None:
    """Have the meeting of an event read again ten minutes after its change or deletion went unanswered.

    This process's memory only: what it forgets is found by the sweep.
    """
    if intent.kind in _MAY_BE_LATE:
        deps.verify[ref] = deps.clock.monotonic() + _LOOK_AFTER.total_seconds()


async def look(deps: Deps) -> None:
    """Make those due whose time has come; raises StoreError."""
    now = deps.clock.monotonic()
    due = [ref for ref, at in deps.verify.items() if at <= now]
    if not due:
        return

    def commit(tx: Tx) -> None:
        for ref in due:
            binding = tx.bindings.by_ref(ref)
            if binding is not None and binding.meeting_id is not None:
                doubt(tx, binding, now=deps.clock.now())

    await deps.store.run(commit)
    for ref in due:
        del deps.verify[ref]

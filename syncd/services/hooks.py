"""What Zoom tells us by itself makes a known event due earlier, and does nothing else.

Whether a delivery is genuine was found out before, by the adapter; still it is only a hint.
"""

from __future__ import annotations

from syncd.engine.deps import Deps
from syncd.engine.doubt import doubt
from syncd.ports.store import Tx


async def meeting_changed(deps: Deps, meeting_id: int) -> bool:
    """Have the event of a meeting looked at now; False for a meeting that is not ours."""
    now = deps.clock.now()

    def hurry(tx: Tx) -> bool:
        binding = tx.bindings.by_meeting(meeting_id)
        if binding is None or binding.ref.calendar not in deps.watched:
            return False
        doubt(tx, binding, now=now)
        return True

    return await deps.store.run(hurry)

"""Accounts in trouble: whoever is in charge is told once, and once more when it is over."""

from __future__ import annotations

from datetime import timedelta

from syncd.engine.deps import Deps
from syncd.ports.notify import Incident
from syncd.ports.rows import AccountRow, AccountState

# Longer than what passes by itself; a lost consent does not.
_LASTING = timedelta(minutes=15)
# One that fails again at once is not well.
_WELL = timedelta(minutes=1)


async def tell(deps: Deps) -> None:
    """Tell of every incident that began or ended since the last time; a chore."""
    if deps.notifier is None:
        return
    now = deps.clock.now()
    for row in await deps.store.run(lambda tx: tx.accounts.all()):
        lasts = now - row.since
        if row.told_at is None and _is_incident(row, lasts):
            await _tell(deps, row, is_over=False)
        elif row.told_at is not None and _is_over(row, lasts):
            await _tell(deps, row, is_over=True)


def _is_incident(row: AccountRow, lasts: timedelta) -> bool:
    if row.state is AccountState.NEEDS_RECONNECT:
        return True
    return row.state is AccountState.FAILING and lasts >= _LASTING


def _is_over(row: AccountRow, lasts: timedelta) -> bool:
    if row.state is AccountState.NOT_CONNECTED:
        return True
    return row.state is AccountState.OK and lasts >= _WELL


async def _tell(deps: Deps, row: AccountRow, *, is_over: bool) -> None:
    """Note it before it is told: of several processes only one tells."""
    at = None if is_over else deps.clock.now()
    is_first = await deps.store.run(lambda tx: tx.accounts.note_told(row.key, at))
    # Whoever disconnects an account knows that it is over.
    if not is_first or row.state is AccountState.NOT_CONNECTED or deps.notifier is None:
        return
    await deps.notifier.tell(
        Incident(
            account=row.key,
            state=str(row.state),
            reason=row.reason,
            remedy=row.remedy,
            since=row.since,
        )
    )

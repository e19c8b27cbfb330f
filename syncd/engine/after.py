"""What a cycle leaves behind: when the calendar and its events are looked at again, and why."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from syncd.core.backoff import wait_for
from syncd.core.ids import AccountKey
from syncd.engine import trouble
from syncd.engine.deps import Deps
from syncd.engine.lease import Hold
from syncd.ports.errors import AuthLost, ProviderError, RateLimited
from syncd.ports.store import AccountRow, AccountState, CalendarRow, EventRow, Tx

log = logging.getLogger(__name__)

_AUTH_PAUSE = timedelta(minutes=30)


async def postpone(deps: Deps, hold: Hold, event: EventRow, error: ProviderError) -> None:
    """Note why it did not work and when it is tried again."""
    attempts = event.attempts + 1
    now, jitter = deps.clock.now(), deps.clock.random()
    pause = trouble.pause_of_event(error, attempts, deps.timing.retry, jitter)
    row = replace(
        event,
        due_at=None if pause is None else now + pause,
        attempts=attempts,
        code=error.code if trouble.is_told(error, attempts) else event.code,
        reason=error.message if trouble.is_told(error, attempts) else event.reason,
        remedy=error.remedy if trouble.is_told(error, attempts) else event.remedy,
    )

    def commit(tx: Tx) -> None:
        tx.events.save(row)
        if isinstance(error, AuthLost) and error.account is not None:
            tx.accounts.set(_sick(error.account, error, now))

    await hold.commit(commit)
    log.info(
        "event postponed",
        extra={
            "calendar": str(event.ref.calendar),
            "event": event.ref.event_id,
            "code": error.code,
            "seconds": None if pause is None else round(pause.total_seconds(), 1),
        },
    )


async def let_go(deps: Deps, hold: Hold, row: CalendarRow) -> None:
    """Give the calendar back, due at its next poll or its next event."""
    now = deps.clock.now()
    # Jitter only ever shortens the wait: the interval is what people were promised.
    poll_at = now + deps.timing.poll * (1 - 0.1 * deps.clock.random())

    def release(tx: Tx) -> None:
        tx.calendars.save(replace(row, poll_at=poll_at))
        tx.accounts.set(_well(row.key.account, now))
        due = tx.events.next_due(row.key)
        tx.calendars.release(hold.lease, due_at=min(poll_at, due) if due else poll_at)

    await hold.commit(release)


async def rest_calendar(deps: Deps, hold: Hold, row: CalendarRow, error: ProviderError) -> None:
    """Note why the calendar cannot be read, and leave it alone for a while."""
    failures = row.failures + 1
    now = deps.clock.now()
    pause = wait_for(failures, deps.timing.retry, deps.clock.random())
    if isinstance(error, AuthLost):
        pause = _AUTH_PAUSE
    elif isinstance(error, RateLimited) and error.retry_after is not None:
        pause = error.retry_after
    saved = replace(row, failures=failures, problem=error.message, poll_at=now + pause)

    def commit(tx: Tx) -> None:
        tx.calendars.save(saved)
        tx.accounts.set(_sick(row.key.account, error, now))
        tx.calendars.release(hold.lease, due_at=now + pause)

    await hold.commit(commit)
    log.warning(
        "calendar cannot be read",
        extra={
            "calendar": str(row.key),
            "code": error.code,
            "problem": error.message,
            "seconds": round(pause.total_seconds(), 1),
        },
    )


def _well(account: AccountKey, now: datetime) -> AccountRow:
    return AccountRow(key=account, state=AccountState.OK, reason="", remedy="", since=now)


def _sick(account: AccountKey, error: ProviderError, now: datetime) -> AccountRow:
    lost = isinstance(error, AuthLost)
    state = AccountState.NEEDS_RECONNECT if lost else AccountState.FAILING
    return AccountRow(
        key=account, state=state, reason=error.message, remedy=error.remedy, since=now
    )

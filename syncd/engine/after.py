"""What a cycle leaves behind: when the calendar and its events are looked at again, and why.

A calendar is due again after one poll, whether anything hinted at a change or not (L5).
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from syncd.core.ids import AccountKey, EventRef, Provider
from syncd.engine import invariants, reasons, trouble
from syncd.engine.deps import Deps
from syncd.engine.lease import Hold, next_poll, release
from syncd.ports.connections import AuditEntry
from syncd.ports.errors import AuthLost, OutcomeUnknown, ProviderError, Transient
from syncd.ports.rows import AccountRow, AccountState, CalendarRow, EventRow
from syncd.ports.store import Tx

log = logging.getLogger(__name__)


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
        if (account := _to_blame(error, attempts)) is not None:
            _note(tx, _sick(account, error, now), error)

    await hold.commit(commit)
    if row.reason and trouble.is_told(error, attempts):
        await reasons.note_error(deps, hold, row, error, was=event.reason)
    log.info(
        "event postponed",
        extra={
            "calendar": str(event.ref.calendar),
            "event": event.ref.event_id,
            "code": error.code,
            "seconds": None if pause is None else round(pause.total_seconds(), 1),
        },
    )


async def set_aside(
    deps: Deps, hold: Hold, ref: EventRef, error: invariants.InvariantBroken
) -> None:
    """Leave an event alone that would have broken a promise; told as an error once."""
    entry = AuditEntry(
        at=deps.clock.now(),
        who="syncd",
        what="event.set_aside",
        about=str(ref),
        new=error.promise,
    )

    def commit(tx: Tx) -> bool:
        tx.audit.add(entry)
        return invariants.set_aside(tx, ref, error)

    is_new = await hold.commit(commit)
    log.log(
        logging.ERROR if is_new else logging.INFO,
        "event set aside",
        extra={
            "calendar": str(ref.calendar),
            "event": ref.event_id,
            "promise": error.promise,
            "problem": error.sentence,
        },
    )


async def let_go(deps: Deps, hold: Hold, row: CalendarRow) -> None:
    """Give the calendar back, due at its next poll or its next event."""
    poll_at = next_poll(deps, deps.clock.now())
    await hold.commit(lambda tx: release(tx, hold.lease, row, poll_at=poll_at))


async def rest_calendar(deps: Deps, hold: Hold, row: CalendarRow, error: ProviderError) -> None:
    """Note why the calendar cannot be read, and leave it alone for a while."""
    failures = row.failures + 1
    now = deps.clock.now()
    pause = trouble.pause_of_calendar(error, failures, deps.timing.retry, deps.clock.random())
    saved = replace(row, failures=failures, problem=error.message, poll_at=now + pause)

    def commit(tx: Tx) -> None:
        tx.calendars.save(saved)
        _note(tx, _sick(row.key.account, error, now), error)
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


def _to_blame(error: ProviderError, attempts: int) -> AccountKey | None:
    """Name the account that this error speaks about, if it is more than this one event's trouble.

    Whether a calendar's account answers is seen by every poll; that of the meetings shows only here.
    """
    if isinstance(error, AuthLost):
        return error.account
    is_passing = isinstance(error, Transient | OutcomeUnknown)
    if is_passing and _is_zoom(error.account) and trouble.is_told(error, attempts):
        return error.account
    return None


def _is_zoom(account: AccountKey | None) -> bool:
    return account is not None and account.provider is Provider.ZOOM


def _note(tx: Tx, row: AccountRow, error: ProviderError) -> None:
    """Note an account's trouble; of one that nobody connected more is known than the error tells."""
    is_missing = error.code == f"{row.key.provider}_not_connected"
    known = next((each for each in tx.accounts.all() if each.key == row.key), None)
    gone = (AccountState.NOT_CONNECTED, AccountState.NEEDS_RECONNECT)
    if not (is_missing and known is not None and known.state in gone):
        tx.accounts.set(replace(row, state=AccountState.NOT_CONNECTED) if is_missing else row)


def _sick(account: AccountKey, error: ProviderError, now: datetime) -> AccountRow:
    lost = isinstance(error, AuthLost)
    state = AccountState.NEEDS_RECONNECT if lost else AccountState.FAILING
    return AccountRow(
        key=account, state=state, reason=error.message, remedy=error.remedy, since=now
    )

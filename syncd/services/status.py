"""How everything is: links, accounts, calendars, and a reason for every event that waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from syncd.core.binding import Binding
from syncd.core.conference import ConferenceKind
from syncd.core.ids import AccountKey
from syncd.engine.apply.meeting import CREATES_PER_DAY
from syncd.engine.deps import Deps
from syncd.engine.surprises import WarningLine, left_behind_of, warnings
from syncd.ports.rows import AccountState, CalendarRow, EventRow
from syncd.ports.store import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLine:
    """One event with a meeting, or waiting for one."""

    calendar: str
    event: str
    original_start: datetime | None
    conference: str | None
    state: str
    meeting_id: int | None
    join_url: str | None
    host: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One account and how it is."""

    provider: str
    address: str
    state: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarLine:
    """One calendar; `backlog` counts events that are due now. Times are UTC."""

    calendar: str
    person: str
    last_success: datetime | None
    backlog: int
    state: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLine:
    """One event that wants a link and has none; `next_try` None waits for a change."""

    calendar: str
    event: str
    start: datetime | None
    code: str
    reason: str
    remedy: str
    next_try: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLine:
    """How many changes a host has left at Zoom today."""

    host: str
    used_today: int
    left_today: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The whole state, as the database knows it."""

    accounts: tuple[AccountLine, ...]
    calendars: tuple[CalendarLine, ...]
    waiting: tuple[WaitingLine, ...]
    budgets: tuple[BudgetLine, ...]
    warnings: tuple[WarningLine, ...]


async def links(deps: Deps) -> tuple[LinkLine, ...]:
    """List every event that has a meeting or waits for one."""

    def read(tx: Tx) -> tuple[LinkLine, ...]:
        bindings = tx.bindings.all()
        waiting = {row.ref: row for row in tx.events.waiting()}
        rows = [_bound(b, waiting.pop(b.ref, None)) for b in bindings]
        rows += [_unbound(row) for row in waiting.values()]
        return tuple(rows)

    return await deps.store.run(read)


async def status(deps: Deps) -> Status:
    """Give accounts, calendars, waiting events, budgets and warnings."""
    now = deps.clock.now()

    def read(tx: Tx) -> Status:
        rows = tx.events.waiting()
        left_behind = left_behind_of(tx, rows)
        return Status(
            accounts=_accounts(deps, tx),
            calendars=tuple(_calendar(tx, row, now) for row in tx.calendars.all()),
            waiting=tuple(_waiting(row) for row in rows if row not in left_behind),
            budgets=tuple(
                BudgetLine(host=host, used_today=used, left_today=max(0, CREATES_PER_DAY - used))
                for host, used in sorted(tx.hosts.spent(now.date()).items())
            ),
            warnings=warnings(deps, tx, left_behind),
        )

    return await deps.store.run(read)


def _bound(binding: Binding, row: EventRow | None) -> LinkLine:
    has_link = binding.meeting_id is not None or binding.join_url is not None
    return LinkLine(
        calendar=str(binding.ref.calendar),
        event=binding.ref.event_id,
        original_start=binding.key.original_start,
        conference=str(binding.conference) if has_link else None,
        state=str(binding.state),
        meeting_id=binding.meeting_id,
        join_url=binding.join_url,
        host=binding.host if binding.conference is ConferenceKind.ZOOM else None,
        reason=row.reason if row else "",
    )


def _unbound(row: EventRow) -> LinkLine:
    return LinkLine(
        calendar=str(row.ref.calendar),
        event=row.ref.event_id,
        original_start=None,
        conference=None,
        state="waiting",
        meeting_id=None,
        join_url=None,
        host=None,
        reason=row.reason,
    )


def _accounts(deps: Deps, tx: Tx) -> tuple[AccountLine, ...]:
    known = {row.key: row for row in tx.accounts.all()}
    stopped = {row.account: row.reason for row in tx.guards.all() if row.stopped_at is not None}
    used = {key.account for key in deps.watched}
    used |= {deps.meetings.account(person.host) for person in deps.people.values()}
    # One that went by itself is told until it is back, although nothing is watched of it.
    used |= {key for key, row in known.items() if row.state is AccountState.NEEDS_RECONNECT}
    lines = []
    for key in sorted(used):
        row = known.get(key)
        if key in stopped:
            lines.append(_paused(key, stopped[key]))
            continue
        if row is None and _lacks_consent(deps, tx, key):
            lines.append(_not_connected(key))
            continue
        lines.append(
            AccountLine(
                provider=str(key.provider),
                address=key.address,
                state=str(row.state if row else AccountState.OK),
                reason=row.reason if row else "not used yet",
                remedy=row.remedy if row else "",
            )
        )
    return tuple(lines)


def _lacks_consent(deps: Deps, tx: Tx, key: AccountKey) -> bool:
    """Tell whether only its owner could connect it, and has not."""
    is_own = key.provider in deps.authorizers and key.provider not in deps.by_admin
    return is_own and tx.connections.get(key) is None


def _not_connected(key: AccountKey) -> AccountLine:
    return AccountLine(
        provider=str(key.provider),
        address=key.address,
        state=str(AccountState.NOT_CONNECTED),
        reason="not connected",
        remedy=f"Connect it on the page, or with `syncd accounts connect {key.provider}`.",
    )


def _paused(key: AccountKey, reason: str) -> AccountLine:
    return AccountLine(
        provider=str(key.provider),
        address=key.address,
        state="paused",
        reason=f"removals are stopped: {reason}",
        remedy=f"Run `syncd resume {key}` if that is meant.",
    )


def _calendar(tx: Tx, row: CalendarRow, now: datetime) -> CalendarLine:
    if not row.enabled:
        state = "not in the config"
    elif row.problem is not None:
        state = "failing"
    else:
        state = "ok" if row.last_success is not None else "new"
    return CalendarLine(
        calendar=str(row.key),
        person=row.key.owner,
        last_success=row.last_success,
        backlog=tx.events.count_due(row.key, now=now),
        state=state,
        problem=row.problem or "",
    )


def _waiting(row: EventRow) -> WaitingLine:
    return WaitingLine(
        calendar=str(row.ref.calendar),
        event=row.ref.event_id,
        start=row.starts_at,
        code=row.code or "",
        reason=row.reason,
        remedy=row.remedy,
        next_try=row.due_at,
    )

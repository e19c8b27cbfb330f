"""What the tests of a store are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from syncd.core.binding import Binding, BindingState, Intent, IntentKind
from syncd.core.ids import AccountKey, CalendarKey, EventKey, EventRef, Provider
from syncd.ports.rows import CalendarRow, EventRow, Lease, Queue
from syncd.ports.store import Store, Tx

T = TypeVar("T")

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
ANA = CalendarKey(Provider.GOOGLE, "ana@example.com", "primary")
BEN = CalendarKey(Provider.MICROSOFT, "ben@example.com", "primary")
TICK = timedelta(microseconds=1)
ACCOUNT = AccountKey(Provider.ZOOM, "account")


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def ref(name: str, calendar: CalendarKey = ANA) -> EventRef:
    return EventRef(calendar, name)


def key(name: str) -> EventKey:
    return EventKey(Provider.GOOGLE, f"{name}@example.com")


def event(name: str, **changes: Any) -> EventRow:
    return replace(EventRow(ref=ref(name), due_at=NOW, starts_at=at(60)), **changes)


def binding(name: str, **changes: Any) -> Binding:
    made = Binding(
        id=name,
        key=key(name),
        ref=ref(name),
        state=BindingState.CREATING,
        host="ana@example.com",
        starts_at=at(60),
        ends_at=at(90),
    )
    return replace(made, **changes)


def intent(name: str, **changes: Any) -> Intent:
    made = Intent(
        id=f"intent of {name}",
        binding_id=name,
        kind=IntentKind.CREATE,
        host="ana@example.com",
        marker="syncd:abcdefghij:" + "a" * 26,
        meeting_id=None,
        opened_at=NOW,
        epoch=1,
    )
    return replace(made, **changes)


async def configured(store: Store, *calendars: CalendarKey) -> None:
    await store.run(lambda tx: tx.calendars.configure(calendars, now=NOW))


async def claimed(
    store: Store,
    holder: str = "one",
    *,
    now: datetime = NOW,
    limit: int = 10,
    queue: Queue | None = None,
) -> list[tuple[CalendarRow, Lease]]:
    def work(tx: Tx) -> list[tuple[CalendarRow, Lease]]:
        until = now + timedelta(minutes=5)
        return list(tx.calendars.claim(holder, now=now, until=until, limit=limit, queue=queue))

    return await store.run(work)


async def due(store: Store, now: datetime) -> int:
    """Count the calendars that could be claimed."""
    return sum((await store.run(lambda tx: tx.calendars.count_due(now=now))).values())


async def failing(store: Store, *calendars: CalendarKey) -> None:
    """Have calendars be those that failed last time."""

    def work(tx: Tx) -> None:
        for row in tx.calendars.all():
            if row.key in calendars:
                tx.calendars.save(replace(row, failures=3))

    await store.run(work)


async def saved(store: Store, *rows: Binding | EventRow) -> None:
    def work(tx: Tx) -> None:
        for row in rows:
            if isinstance(row, Binding):
                tx.bindings.save(row)
            else:
                tx.events.save(row)

    await store.run(work)


def in_turn(*steps: Callable[[Tx], object]) -> Callable[[Tx], None]:
    """Make one transaction of several steps."""

    def work(tx: Tx) -> None:
        for step in steps:
            step(tx)

    return work

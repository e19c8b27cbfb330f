"""Who did what: the audit log page by page, and whether its chain holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from syncd.core import audit
from syncd.engine.deps import Deps
from syncd.ports.connections import AuditRow
from syncd.ports.store import Tx

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some rows, the newest first; `before` is what to ask for next, None after the first row."""

    rows: tuple[AuditRow, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class Verified:
    """How many rows were looked at, and the first that was edited, deleted or moved; None for none."""

    rows: int
    broken_at: int | None


async def page(deps: Deps, *, before: int | None = None, limit: int = 100) -> AuditPage:
    """Give the newest rows, or those below a number."""

    def read(tx: Tx) -> list[AuditRow]:
        if before is None:
            return list(tx.audit.newest(limit=limit))
        after = max(0, before - 1 - limit)
        rows = tx.audit.since(after, limit=before - 1 - after) if before - 1 > after else ()
        return sorted((r for r in rows if r.number < before), key=lambda r: -r.number)

    rows = tuple(await deps.store.run(read))
    lowest = rows[-1].number if rows else 1
    return AuditPage(rows, lowest if lowest > 1 else None)


async def verify(deps: Deps) -> Verified:
    """Check every row against the one before, and the last against the end that is kept apart.

    StoreError when that end itself was altered.
    """

    def check(tx: Tx) -> Verified:
        count = 0

        def counted() -> Iterator[AuditRow]:
            nonlocal count
            for row in _all(tx):
                count += 1
                yield row

        broken_at = audit.verify(counted(), head=tx.audit.head())
        return Verified(count, broken_at)

    return await deps.store.run(check)


def _all(tx: Tx) -> Iterator[AuditRow]:
    number = 0
    while rows := tx.audit.since(number, limit=_AT_ONCE):
        yield from rows
        number = rows[-1].number

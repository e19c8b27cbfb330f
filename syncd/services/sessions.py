"""Browsers: known by a hash of their cookie, idle for half an hour at most, and no older than half a day.

Source of the limits: OWASP ASVS 5, 7.3; of the new id at sign-in: 7.2.4.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from syncd.core.ids import Provider
from syncd.engine.deps import Deps
from syncd.ports.connections import AuditEntry, SessionRow
from syncd.ports.store import Tx

IDLE = timedelta(minutes=30)
LASTS = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
"""How exactly `seen_at` is kept; more would be a write for every page."""


@dataclass(frozen=True, slots=True)
class Revoked:
    """How many sessions were ended; `person` is empty for those of everybody."""

    count: int
    person: str


def session_id(cookie: str) -> str:
    """Give the id under which a browser is stored: 64 hexadecimal digits that lead to no cookie."""
    return hashlib.sha256(cookie.encode("utf-8", "surrogatepass")).hexdigest()


async def find(deps: Deps, session: str) -> SessionRow | None:
    """Read a session by its id; None when it is over, or its person is admitted no more."""
    row = await deps.store.run(lambda tx: tx.sessions.get(session))
    if row is None or is_over(row, deps.clock.now()) or not _is_admitted(deps, row):
        return None
    return row


def is_over(row: SessionRow, now: datetime) -> bool:
    """Tell whether it was idle for too long, or is too old."""
    return now - row.seen_at >= IDLE or now - row.begun_at >= LASTS


async def begin(
    deps: Deps, session: str, *, person: str, provider: Provider, instead_of: str = ""
) -> SessionRow:
    """Begin the session of somebody who has just signed in.

    `instead_of` is the id of the browser's former one, which ends: `session` must be another, so
    that an id known to somebody before the sign-in is worth nothing after it. ValueError when not.
    """
    if session == instead_of:
        raise ValueError("a session gets a new id when somebody signs in")
    now = deps.clock.now()
    row = SessionRow(id=session, person=person, provider=provider, begun_at=now, seen_at=now)
    await deps.store.run(lambda tx: _put_in_place(tx, row, instead_of))
    return row


async def keep(deps: Deps, row: SessionRow, *, instead_of: str = "") -> None:
    """Keep a session as it is given, and end another one in the same transaction."""
    await deps.store.run(lambda tx: _put_in_place(tx, row, instead_of))


async def renew(deps: Deps, former: str, session: str) -> SessionRow:
    """Give a session another id, as after a change of rights; it gets no longer life by that.

    LookupError when there is no such session, or it is over.
    """
    row = await find(deps, former)
    if row is None:
        raise LookupError("there is no such session")
    renewed = replace(row, id=session, seen_at=deps.clock.now())
    await deps.store.run(lambda tx: _put_in_place(tx, renewed, former))
    return renewed


async def touch(deps: Deps, row: SessionRow) -> None:
    """Note that a browser was here, once a minute at most; one that was ended stays ended."""
    now = deps.clock.now()
    if now - row.seen_at < SEEN_EVERY:
        return

    def note(tx: Tx) -> None:
        known = tx.sessions.get(row.id)
        if known is not None:
            tx.sessions.save(replace(known, seen_at=now))

    await deps.store.run(note)


async def end(deps: Deps, session: str) -> None:
    """Sign out; nothing happens when nobody was signed in."""
    now = deps.clock.now()

    def sign_out(tx: Tx) -> None:
        row = tx.sessions.get(session)
        if row is None:
            return
        tx.sessions.end(session)
        tx.audit.add(AuditEntry(at=now, who=row.person, what="session.ended", about="the page"))

    await deps.store.run(sign_out)


async def revoke_all(deps: Deps, *, who: str, person: str = "") -> Revoked:
    """End the sessions of everybody, or of one person (an address, in lower case)."""
    now = deps.clock.now()

    def revoke(tx: Tx) -> int:
        count = tx.sessions.end_all(person=person or None)
        about = person or "everybody"
        entry = AuditEntry(at=now, who=who, what="session.revoked", about=about, new=str(count))
        tx.audit.add(entry)
        return count

    return Revoked(await deps.store.run(revoke), person)


def _put_in_place(tx: Tx, row: SessionRow, former: str) -> None:
    if former:
        tx.sessions.end(former)
    tx.sessions.save(row)


def _is_admitted(deps: Deps, row: SessionRow) -> bool:
    """Tell whether the lists of now admit a person; a member of a domain was checked at sign-in."""
    admission = deps.admission
    if not row.person or admission.admits(row.person):
        return True
    is_google = row.provider is Provider.GOOGLE
    return bool(admission.domains if is_google else admission.tenants)

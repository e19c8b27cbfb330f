"""Take out again every link that syncd wrote since a moment, as the audit log tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from syncd.core.binding import Binding, BindingState
from syncd.core.conference import ConferenceKind
from syncd.engine.choosing import Chooser, Wish, note
from syncd.engine.deps import Deps
from syncd.ports.store import Tx

_WROTE = ("link.written", "conference.asked")
_WITH_LINK = (BindingState.CREATING, BindingState.LINKED, BindingState.SHARING)
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class UndoLine:
    """One event whose link goes: its conference, and when the link was written first (UTC)."""

    calendar: str
    event: str
    conference: str
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """The events, and whether they were told to have none; `passed_over` have no link any more."""

    since: datetime
    is_done: bool
    events: tuple[UndoLine, ...]
    passed_over: int


async def undo(deps: Deps, *, since: datetime, who: str, carry_out: bool) -> Undone:
    """Choose none for every event whose link syncd wrote since then (an aware time).

    Without `carry_out` it is only told. The daemon takes the links out and deletes the meetings as
    after any other choice: its guard may ask first whether so many are meant, and while all writes
    are stopped they wait.
    """

    def work(tx: Tx) -> Undone:
        written = _written(tx, since)
        alive = [bond for bond in _bonds(deps, tx) if str(bond.ref) in written]
        if carry_out:
            for bond in alive:
                note(deps, tx, _none(bond), by=Chooser(who=who))
        return Undone(
            since=since,
            is_done=carry_out,
            events=tuple(_line(bond, written[str(bond.ref)]) for bond in alive),
            passed_over=len(written) - len(alive),
        )

    return await deps.store.run(work)


def _written(tx: Tx, since: datetime) -> dict[str, datetime]:
    """Give the events as the log names them, each with its first link of that time."""
    found: dict[str, datetime] = {}
    for name, at in _entries(tx):
        if at >= since:
            found.setdefault(name, at)
    return found


def _entries(tx: Tx) -> Iterator[tuple[str, datetime]]:
    number = 0
    while rows := tx.audit.since(number, limit=_AT_ONCE):
        for row in rows:
            if row.entry.who == "syncd" and row.entry.what in _WROTE:
                yield row.entry.about, row.entry.at
        number = rows[-1].number


def _bonds(deps: Deps, tx: Tx) -> Iterator[Binding]:
    """Give what has a link that nobody has asked to take out yet."""
    for bond in tx.bindings.all():
        choice = tx.choices.get(bond.key)
        is_none = choice is not None and choice.kind is ConferenceKind.NONE
        if bond.state in _WITH_LINK and bond.ref.calendar in deps.watched and not is_none:
            yield bond


def _none(bond: Binding) -> Wish:
    return Wish(key=bond.key, ref=bond.ref, starts_at=bond.starts_at, kind=ConferenceKind.NONE)


def _line(bond: Binding, written_at: datetime) -> UndoLine:
    ref = bond.ref
    return UndoLine(str(ref.calendar), ref.event_id, str(bond.conference), written_at)

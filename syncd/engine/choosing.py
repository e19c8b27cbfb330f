"""What a person chose for an event is noted, and the event is looked at at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from syncd.core.conference import ConferenceKind
from syncd.core.ids import CalendarKey, EventKey, EventRef
from syncd.engine.deps import Deps
from syncd.ports.connections import AuditEntry
from syncd.ports.rows import ChoiceRow
from syncd.ports.store import Tx

AUTO = "auto"
"""Takes a choice back: flags and rules decide again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What one event is to have; None leaves it to its flags and the rules. `starts_at` is UTC."""

    key: EventKey
    ref: EventRef
    starts_at: datetime
    kind: ConferenceKind | None


def must_be_served(tx: Tx, calendar: CalendarKey) -> None:
    """LookupError for a calendar without a memory: a choice would be remembered nowhere."""
    if tx.calendars.get(calendar) is None:
        raise LookupError(
            f"syncd has not served {calendar} yet; start it once with `syncd run` or `syncd sync`"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Chooser:
    """Who chooses, as in the audit log, and by which request."""

    who: str
    request_id: str = ""


def note(deps: Deps, tx: Tx, wish: Wish, *, by: Chooser) -> None:
    """Note a choice and make its event due now. LookupError for a calendar never served."""
    must_be_served(tx, wish.ref.calendar)
    former, now = tx.choices.get(wish.key), deps.clock.now()
    if wish.kind is None:
        tx.choices.forget(wish.key)
    else:
        row = ChoiceRow(key=wish.key, ref=wish.ref, kind=wish.kind, chosen_at=now)
        tx.choices.set(row)
    tx.events.mark_due(wish.ref, due_at=now, starts_at=wish.starts_at)
    tx.calendars.hurry(wish.ref.calendar, due_at=now)
    tx.audit.add(
        AuditEntry(
            at=now,
            who=by.who,
            what="event.chosen",
            about=str(wish.ref),
            old=str(former.kind) if former is not None else AUTO,
            new=str(wish.kind) if wish.kind is not None else AUTO,
            request_id=by.request_id,
        )
    )

"""Whether the reason why an event waits is written into the event itself, behind its flag word.

Only on Google, where a write can be made without mailing anybody.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from syncd.core.actions import Action, NoteReason, Wait
from syncd.core.event import Event
from syncd.core.ids import Provider
from syncd.core.look import Context, Observed
from syncd.core.reason_note import noted, word_of
from syncd.core.refusals import MARKED_BEFORE
from syncd.core.rules import FlagSource, decide

NOT_BEFORE = timedelta(hours=1)


def with_note(
    seen: Observed, event: Event, actions: tuple[Action, ...], context: Context
) -> tuple[Action, ...]:
    """Add the note to a plan that waits, and take a note of ours out when nothing waits any more.

    A reason that may not be written yet makes the event due when it may.
    """
    if not actions:
        return _without_note(seen, event)
    first = actions[0]
    if not isinstance(first, Wait) or first.code == MARKED_BEFORE:
        return actions
    note = note_of(event, first.reason, context)
    if note is None:
        return actions
    may_at = may_note_at(seen.noted_at, context.now)
    if may_at > context.now:
        return (replace(first, until=min(first.until or may_at, may_at)), *actions[1:])
    return (*actions, note)


def note_of(event: Event, reason: str, context: Context) -> NoteReason | None:
    """Give the write that puts this reason behind the flag word; None where it stands already.

    None as well where policy, the provider or the event do not allow it.
    """
    if not context.person.link.reason_in_event or not _can_be_noted(event):
        return None
    flag = decide(event, context.person).flag
    if flag is None or flag.source is not FlagSource.LOCATION_WORD:
        return None
    location = noted(event.location, reason)
    says_nothing = word_of(location) == location
    return None if says_nothing or location == event.location else NoteReason(location, reason)


def may_note_at(noted_at: datetime | None, now: datetime) -> datetime:
    """Give the moment (UTC) from which a note may be written; it may lie in the past."""
    return now if noted_at is None else noted_at + NOT_BEFORE


def _without_note(seen: Observed, event: Event) -> tuple[Action, ...]:
    word = word_of(event.location)
    if seen.noted_at is None or word == event.location or not _can_be_noted(event):
        return ()
    return (NoteReason(word, ""),)


def _can_be_noted(event: Event) -> bool:
    is_google = event.ref.calendar.provider is Provider.GOOGLE
    return is_google and event.is_organiser and event.can_write and not event.cancelled

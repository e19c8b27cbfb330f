"""The last look right before an effect: promises that the plan keeps already are checked once more.

Whatever breaks one is a mistake of ours. The effect is not made, the event is set aside until it
changes or a person resumes it, and everything else goes on. The promises are numbered as in
`config/promises.md`.

MUST: look only at what was read and committed already.
MUST NOT: call a provider, mend anything, or raise for what the world does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from syncd.core.binding import Binding, BindingState, Intent, IntentKind
from syncd.core.event import Event, EventChange
from syncd.core.ids import EventRef
from syncd.core.marks import marker_in, markers_of
from syncd.core.meeting import Meeting
from syncd.core.write_check import keeps_words, meetings_written
from syncd.core.writeback import leads_to_meeting
from syncd.engine.deps import Deps
from syncd.ports.errors import Transient
from syncd.ports.rows import EventRow
from syncd.ports.store import Tx

BROKEN = "invariant_broken"
"""The code of an event that was set aside."""

REMEDY = (
    "Please report it with the log. The event is left alone until it changes, or until "
    "`syncd resume EVENT`."
)

Look = Callable[[Tx], None]
"""Raises InvariantBroken where an effect may not be made."""


class InvariantBroken(Exception):
    """An effect would have broken a promise, and was not made; `promise` is its number."""

    def __init__(self, promise: str, sentence: str) -> None:
        super().__init__(f"{promise}: {sentence}")
        self.promise = promise
        self.sentence = sentence


def require(holds: object, promise: str, sentence: str) -> None:
    """Raise InvariantBroken unless it holds."""
    if not holds:
        raise InvariantBroken(promise, sentence)


def intent_is_open(tx: Tx, intent: Intent, *, epoch: int) -> None:
    """An effect has its own committed, open intent, written under the lease of now (I4, I6)."""
    opened = tx.journal.open_for(intent.binding_id)
    require(opened is not None and opened.id == intent.id, "I4", "its intent is not committed")
    require(intent.epoch == epoch, "I6", "its intent was written under another lease")


def may_create(deps: Deps, intent: Intent, *, is_answered: bool) -> Look:
    """A create is the only one of its event, which has no meeting yet (I4, I5, I9).

    `is_answered` says that the meeting of the create before is known.
    """

    def look(tx: Tx) -> None:
        key = tx.journal.marker_key(intent.marker)
        binding = tx.bindings.by_key(key) if key is not None else None
        is_its_own = binding is not None and binding.id == intent.binding_id
        require(is_its_own, "I4", "the marker is not that of the event the intent is for")
        has_none = binding is not None and binding.meeting_id is None
        require(has_none, "I9", "the event has a meeting already")
        sent_at = deps.unanswered.get(intent.marker)
        rested = (deps.timing.request + deps.timing.grace).total_seconds()
        is_over = sent_at is None or deps.clock.monotonic() - sent_at >= rested
        require(is_answered or is_over, "I5", "an earlier create of it is still unanswered")

    return look


def may_change(intent: Intent) -> Look:
    """A meeting that is changed is bound to the event of the intent (I1)."""

    def look(tx: Tx) -> None:
        _its_own(tx, intent)

    return look


def may_delete(deps: Deps, intent: Intent, event: Event | None) -> Look:
    """A meeting that is deleted is ours, shown by no event that was read, and two looks agreed.

    That is I1, I3 and I8; `event` is what the last look at it alone showed, None where it is gone.
    """

    def look(tx: Tx) -> None:
        binding = _its_own(tx, intent)
        is_former = binding.meeting_id != intent.meeting_id
        url = binding.retired_url if is_former else binding.join_url
        is_shown = event is not None and leads_to_meeting(event, url or "")
        require(not is_shown, "I3", "the event still shows the meeting")
        if is_former:
            _replaced_long_enough(deps, binding)
        else:
            _rested(deps, binding, binding.removal_since)

    return look


def may_delete_surplus(deps: Deps, binding: Binding, meeting: Meeting, event: Event | None) -> Look:
    """A second meeting that is deleted is unbound, not shown, and has its event's marker (I1, I3)."""
    marker = marker_in(meeting.agenda)
    is_ours = marker in markers_of(deps.keys, binding.key)
    require(is_ours, "I1", "the meeting does not carry the marker of this event")
    is_shown = event is not None and leads_to_meeting(event, meeting.join_url)
    require(not is_shown, "I3", "the event shows the meeting")

    def look(tx: Tx) -> None:
        require(tx.bindings.by_meeting(meeting.id) is None, "I1", "the meeting is bound")

    return look


def may_write(deps: Deps, event: Event, change: EventChange, intent: Intent) -> Look:
    """A write changes something, no word of a person's, names one meeting, under a version not older.

    That is I11, I7, I2 and I8; a link that goes was held off as well.
    """
    _may_change_text(event, change)

    def look(tx: Tx) -> None:
        binding = tx.bindings.by_key(event.key)
        seen = binding.changed_at if binding is not None else None
        require(seen is None or event.changed_at >= seen, "I8", "a newer version was seen before")
        links = (binding.join_url, binding.retired_url) if binding is not None else ()
        require(
            keeps_words(event, change, [link for link in links if link]),
            "I7",
            "the write would change what a person wrote",
        )
        goes = intent.kind is IntentKind.UNLINK
        if goes and binding is not None and binding.state is BindingState.REMOVING:
            _rested(deps, binding, binding.removal_since)

    return look


def may_note(event: Event, change: EventChange) -> None:
    """A reason that is written beside a flag word leaves the text as it is (I2, I7, I11)."""
    _may_change_text(event, change)
    require(change.body is None, "I7", "a note would change the text")


def _may_change_text(event: Event, change: EventChange) -> None:
    require(not change.is_empty, "I11", "a write would change nothing")
    written = meetings_written(event, change)
    require(len(written) <= 1, "I2", "a write would show two meetings")


def _its_own(tx: Tx, intent: Intent) -> Binding:
    binding = tx.bindings.by_meeting(intent.meeting_id) if intent.meeting_id is not None else None
    is_its_own = binding is not None and binding.id == intent.binding_id
    require(is_its_own, "I1", "the meeting is not bound to this event")
    assert binding is not None  # noqa: S101 - just required
    return binding


def _replaced_long_enough(deps: Deps, binding: Binding) -> None:
    """What was replaced at a time that is yet to come has waited by the steady clock."""
    since, now = binding.retired_at, deps.clock.now()
    if since is not None and since > now:
        met_at = deps.held.get((binding.id, since), deps.clock.monotonic())
        since = now - timedelta(seconds=deps.clock.monotonic() - met_at)
    _rested(deps, binding, since)


def _rested(deps: Deps, binding: Binding, since: datetime | None) -> None:
    now = deps.clock.now()
    if since is not None and since > now:
        # The next look makes the first one anew.
        raise Transient("the clock was set back since the first look", code="clock_set_back")
    hold_off = deps.people[binding.ref.calendar.owner].link.hold_off
    is_over = since is not None and now - since >= hold_off
    require(is_over, "I8", "two looks, a hold-off apart, have not agreed")


def sentence_of(error: InvariantBroken) -> str:
    """Say for people what was about to happen."""
    return f"syncd stopped itself before a mistake ({error.promise}: {error.sentence})"


def set_aside(tx: Tx, ref: EventRef, error: InvariantBroken) -> bool:
    """Leave the event alone, with the reason, until it changes or a person resumes it.

    Tells whether that is news: a promise may be about to be broken again after a change.
    """
    before = tx.events.get(ref)
    row = EventRow(
        ref=ref,
        due_at=None,
        starts_at=before.starts_at if before is not None else None,
        attempts=before.attempts + 1 if before is not None else 1,
        code=BROKEN,
        reason=sentence_of(error),
        remedy=REMEDY,
        noted_at=before.noted_at if before is not None else None,
    )
    tx.events.save(row)
    return before is None or (before.code, before.reason) != (BROKEN, row.reason)


def resume(tx: Tx, event: str, *, now: datetime) -> EventRow | None:
    """Have an event that was set aside looked at now (UTC), named by its id or as `CALENDAR/ID`.

    Gives the row as it was; None when no such event was set aside.
    """
    for row in tx.events.waiting():
        if row.code == BROKEN and event in (row.ref.event_id, str(row.ref)):
            tx.events.mark_due(row.ref, due_at=now, starts_at=row.starts_at)
            tx.calendars.hurry(row.ref.calendar, due_at=now)
            return row
    return None

"""Step 4: an intent without outcome. What it did, if anything, is found out before anything else is done.

A create that worked is found by its marker, whoever sent it (K3, K4, K19); one that did not is sent
again only when a complete list has stayed without it for long enough (K1, K2, I5). So there is at most
one meeting more than that for each create that takes effect later still (L3). Whoever dies here is
followed by another who begins here (K25).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from syncd.core.binding import Binding, Intent, IntentKind, Outcome
from syncd.core.event import Event
from syncd.core.marks import marker_in, markers_of
from syncd.core.meeting import ListedMeeting
from syncd.core.rules import Choice
from syncd.core.writeback import leads_to_meeting
from syncd.engine import halt, late
from syncd.engine.apply.step import Step
from syncd.engine.deps import acting_for
from syncd.engine.invariants import require
from syncd.ports import sending
from syncd.ports.errors import Forbidden, OutcomeUnknown
from syncd.ports.meetings import SCOPE_MISSING

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class NotYetKnown(OutcomeUnknown):
    """A lost create may still show up in Zoom's list; `look_again` says when to look."""

    def __init__(self, look_again: timedelta) -> None:
        super().__init__("it is not yet known whether the meeting was made", code="create_unclear")
        self.look_again = look_again


async def recover(
    step: Step, binding: Binding, choice: Choice | None = None, *, event: Event | None = None
) -> bool:
    """Close the open intent of a binding; tells whether there was one. `event` is as just seen.

    Raises NotYetKnown while a lost create may still surface, and the errors of the provider. Where
    Zoom's list may not be read, Forbidden `create_unknown` until a person makes a `choice`.
    """
    intent = await step.deps.store.run(lambda tx: tx.journal.open_for(binding.id))
    if intent is None:
        return False
    if intent.kind is IntentKind.CREATE:
        await _find_meeting(step, binding, intent, choice, event=event)
    else:
        # Every other effect is seen by looking: the event shows it, or the meeting does.
        late.note(step.deps, step.ref, intent)
        await step.close(intent, Outcome.SUPERSEDED)
    return True


async def _find_meeting(
    step: Step, binding: Binding, intent: Intent, choice: Choice | None, *, event: Event | None
) -> None:
    deps = step.deps
    now = deps.clock.monotonic()
    since = deps.sightings.setdefault(intent.id, now)
    # Only what was asked after the wait proves anything: until the list was begun, not until it came.
    left = deps.timing.request + deps.timing.grace - timedelta(seconds=now - since)
    listed = await _listed(step, intent, choice, is_late=left <= timedelta(0))
    if listed is None:
        return
    ours = markers_of(deps.keys, binding.key) | {intent.marker}
    # A meeting that this one is to replace carries the same marker.
    former = {intent.meeting_id, binding.retired_meeting_id}
    found = [m for m in listed if marker_in(m.agenda) in ours and m.id not in former]
    if found:
        # What guests were told comes before what is older: an older database may not know of it.
        found.sort(key=lambda meeting: (not _is_shown(event, meeting), _age(meeting)))
        first, *surplus = found
        for meeting in surplus:
            require(not _is_shown(event, meeting), "I3", "the event shows two meetings of its own")
            await _delete_surplus(step, intent.host, meeting.id)
        await _adopt(step, binding, intent, first)
        return
    if left > timedelta(0):
        raise NotYetKnown(_next_look(timedelta(seconds=now - since), left))
    await step.close(intent, Outcome.GIVEN_UP)
    _answered(step, intent)
    step.record("create had no effect", host=intent.host)


async def _listed(
    step: Step, intent: Intent, choice: Choice | None, *, is_late: bool
) -> tuple[ListedMeeting, ...] | None:
    """Read Zoom's list; None where it may not be read and a person has decided after the create.

    Whoever chooses anew what the event is to have was told to look at Zoom before. Without that
    word nothing is made again: it could be a second one.
    """
    try:
        with acting_for(step.deps, intent.host) as zoom:
            return await zoom.listing(intent.host)
    except Forbidden as error:
        if error.code != SCOPE_MISSING:
            raise
        if not is_late or choice is None or choice.chosen_at <= intent.opened_at:
            raise _unknown(error) from error
    await step.close(intent, Outcome.SUPERSEDED)
    _answered(step, intent)
    step.record("create given up by a person", host=intent.host)
    return None


def _answered(step: Step, intent: Intent) -> None:
    """Forget that the outcome of a create was waited for."""
    step.deps.sightings.pop(intent.id, None)
    step.deps.unanswered.pop(intent.marker, None)


def _unknown(error: Forbidden) -> Forbidden:
    told = Forbidden(
        f"it is not known whether its meeting was made, nor may syncd look: {error.message}",
        code="create_unknown",
        remedy="Add that scope to the app and connect Zoom again. Or see at Zoom that it has no such "
        "meeting, and choose Zoom for this event anew, on the page or with `syncd choose`.",
    )
    told.account = error.account
    return told


def _is_shown(event: Event | None, meeting: ListedMeeting) -> bool:
    return event is not None and leads_to_meeting(event, meeting.join_url)


def _age(meeting: ListedMeeting) -> tuple[datetime, int]:
    return (meeting.created_at or _LONG_AGO, meeting.id)


def _next_look(waited: timedelta, left: timedelta) -> timedelta:
    """Look often at first, since most lost answers were to requests that did work."""
    return min(max(timedelta(seconds=1), min(waited, timedelta(seconds=15))), left)


async def _adopt(step: Step, binding: Binding, intent: Intent, first: ListedMeeting) -> None:
    """Take the first meeting that carries our marker; the others were surplus of the same intent.

    The intent stayed open until the surplus was gone: whoever came after a death found it again.
    """
    # Known at once, so that no link to it that stands in the event already is overlooked.
    adopted = replace(binding, meeting_id=first.id, join_url=first.join_url or None)
    told = step.entry("meeting.adopted", new=first.id)
    await step.close(intent, Outcome.ADOPTED, adopted, told=told)
    _answered(step, intent)
    step.record("meeting found by its marker", meeting=first.id)


async def _delete_surplus(step: Step, host: str, meeting_id: int) -> None:
    """Delete a second meeting of the same event, which no event ever showed."""
    await halt.check(step.deps)
    await step.hold.commit(
        lambda tx: require(
            tx.bindings.by_meeting(meeting_id) is None, "I1", "a surplus meeting is bound"
        )
    )
    with acting_for(step.deps, host) as zoom, sending.until(lambda: step.hold.send_by):
        await zoom.delete(meeting_id)
    told = step.entry("meeting.deleted", old=meeting_id)
    await step.hold.commit(lambda tx: tx.audit.add(told))
    step.record("surplus meeting deleted", meeting=meeting_id)

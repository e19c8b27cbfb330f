"""Effects at Zoom: the meeting is made, brought in step, deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from syncd.core.actions import Afterwards, CreateMeeting, DeleteMeeting, UpdateMeeting
from syncd.core.binding import Binding, BindingState, Intent, IntentKind, Outcome
from syncd.core.look import Observed
from syncd.core.marks import marker_of
from syncd.core.meeting import Meeting
from syncd.core.occurrence import unfree
from syncd.core.rules import decide
from syncd.engine.apply.step import Step, bound, existing, times
from syncd.engine.family import occurrences
from syncd.ports.errors import NotFound, OutcomeUnknown, Stale
from syncd.ports.store import Tx

# Zoom allows 100 creates and updates per host and UTC day. Ten are left to people, and updates stop
# earlier than creates, so that a burst of edits cannot keep new events from their links.
CREATES_PER_DAY = 90
UPDATES_PER_DAY = 80


async def create(step: Step, action: CreateMeeting, seen: Observed) -> Observed:
    """Make the meeting with one request under a committed intent, and commit its id."""
    event, deps = existing(seen), step.deps
    marker = marker_of(deps.keys, event.key)
    starts_at, ends_at = times(seen)
    binding = Binding(
        id=seen.binding.id if seen.binding else deps.clock.new_id(),
        key=event.key,
        ref=event.ref,
        state=BindingState.CREATING,
        host=action.host,
        starts_at=starts_at,
        ends_at=ends_at,
        changed_at=event.changed_at,
        flag_taken=_is_taken(step, seen),
        wishes=seen.binding.wishes if seen.binding else (),
    )
    intent = step.intent(binding, IntentKind.CREATE, marker=marker)

    def begin(tx: Tx) -> None:
        step.spend(tx, action.host, CREATES_PER_DAY)
        tx.bindings.save(binding)
        tx.journal.issue_marker(marker, event.key, now=intent.opened_at)
        tx.journal.open(intent)

    await step.hold.commit(begin)
    meeting = await _post(step, action, intent)
    made = replace(
        binding,
        meeting_id=meeting.id,
        join_url=meeting.join_url,
        spec_digest=action.spec.digest(),
    )
    await step.close(intent, Outcome.DONE, made)
    step.record("meeting created", meeting=meeting.id, host=action.host)
    return replace(seen, binding=made, meeting=meeting, meeting_gone=False)


def _is_taken(step: Step, seen: Observed) -> bool:
    """Tell whether the flag in force is one that no longer stands, or never stood, in the event."""
    event = existing(seen)
    if seen.binding is not None and seen.binding.flag_taken:
        return True
    return (
        seen.copied and not decide(event, step.deps.people[event.ref.calendar.owner].flags).wanted
    )


async def _post(step: Step, action: CreateMeeting, intent: Intent) -> Meeting:
    try:
        async with step.effect(intent, step.deps.meeting_account):
            return await step.deps.meetings.create(
                action.host, action.spec, send_by=step.hold.send_by
            )
    except OutcomeUnknown:
        step.deps.sightings[intent.id] = step.deps.clock.monotonic()
        raise


async def update(step: Step, action: UpdateMeeting, seen: Observed) -> Observed:
    """Send the differences, as absolute values."""
    binding = bound(seen)
    intent = step.intent(binding, IntentKind.UPDATE)

    def begin(tx: Tx) -> None:
        step.spend(tx, binding.host, UPDATES_PER_DAY)
        tx.journal.open(intent)

    await step.hold.commit(begin)
    try:
        async with step.effect(intent, step.deps.meeting_account):
            await step.deps.meetings.update(_id(binding), action.change)
    except NotFound:
        return replace(seen, meeting=None, meeting_gone=True)
    in_step = step.settled(
        replace(seen, binding=replace(binding, spec_digest=action.spec.digest()))
    )
    await step.close(intent, Outcome.DONE, in_step)
    step.record("meeting updated", meeting=binding.meeting_id, fields=list(action.change.fields()))
    return replace(seen, binding=in_step, meeting=None, moved=False)


async def delete(step: Step, action: DeleteMeeting, seen: Observed) -> Observed:
    """Delete the meeting of an event that no longer shows it, and keep what is to be remembered."""
    binding = replace(bound(seen), state=BindingState.REMOVING)
    intent = step.intent(binding, IntentKind.DELETE)

    def begin(tx: Tx) -> None:
        # An occurrence may have got the link since the series was looked at.
        if unfree(occurrences(tx, step.ref)):
            raise Stale("an occurrence shows the link", code="series_changed")
        tx.bindings.save(binding)
        tx.journal.open(intent)

    await step.hold.commit(begin)
    async with step.effect(intent, step.deps.meeting_account):
        await step.deps.meetings.delete(action.meeting_id)
    left = _left(binding, action.afterwards)

    def end(tx: Tx) -> None:
        tx.journal.close(intent.id, Outcome.DONE, now=step.deps.clock.now())
        tx.accounts.set(step.healthy_zoom())
        if left is None:
            tx.bindings.delete(binding.id)
        else:
            tx.bindings.save(left)

    await step.hold.commit(end)
    step.record("meeting deleted", meeting=action.meeting_id, reason=action.reason)
    return replace(seen, binding=left, meeting=None, meeting_gone=False, mark_is_dead=True)


def _left(binding: Binding, afterwards: Afterwards) -> Binding | None:
    match afterwards:
        case Afterwards.FORGET:
            return None
        case Afterwards.DECLINE:
            return replace(
                binding,
                state=BindingState.DECLINED,
                meeting_id=None,
                join_url=None,
                spec_digest=None,
                flag_taken=False,
                wishes=(),
                removal_since=None,
            )
        case _:
            assert_never(afterwards)


def _id(binding: Binding) -> int:
    assert binding.meeting_id is not None  # noqa: S101 - planned only with a meeting
    return binding.meeting_id

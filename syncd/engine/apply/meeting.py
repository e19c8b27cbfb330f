"""Effects at Zoom: the meeting is made, brought in step, deleted.

A create is sent once, under an intent that was committed before (K0, I4); changes are absolute values
that a look compares (K10 to K12); a deletion may be asked for again, for gone is done (K15 to K17).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from syncd.core.actions import Afterwards, CreateMeeting, DeleteMeeting, UpdateMeeting
from syncd.core.binding import (
    Binding,
    BindingState,
    Intent,
    IntentKind,
    Outcome,
    RetiredMeeting,
    with_retired,
)
from syncd.core.conference import ConferenceKind
from syncd.core.look import IS_WEBINAR, Observed, still_taken
from syncd.core.marks import host_print, marker_of
from syncd.core.meeting import Meeting
from syncd.core.occurrence import unfree
from syncd.engine import hosts, invariants
from syncd.engine.apply.step import Step, bound, existing, times
from syncd.engine.family import occurrences
from syncd.ports.errors import (
    Forbidden,
    NotFound,
    OutcomeUnknown,
    Permanent,
    ProviderError,
    Stale,
)
from syncd.ports.meetings import SCOPE_MISSING, MeetingProvider
from syncd.ports.store import Tx

# Zoom allows 100 creates and updates per host and UTC day. Ten are left to people, and updates stop
# earlier than creates, so that a burst of edits cannot keep new events from their links (I11).
CREATES_PER_DAY = 90
UPDATES_PER_DAY = 80


async def act(
    step: Step, action: CreateMeeting | UpdateMeeting | DeleteMeeting, seen: Observed
) -> Observed:
    """Carry out one action at Zoom and give what is known afterwards."""
    match action:
        case CreateMeeting():
            return await create(step, action, seen)
        case UpdateMeeting():
            return await update(step, action, seen)
        case DeleteMeeting():
            return await delete(step, action, seen)
        case _:
            assert_never(action)


async def create(step: Step, action: CreateMeeting, seen: Observed) -> Observed:
    """Make the meeting with one request under a committed intent, and commit its id."""
    event, deps = existing(seen), step.deps
    marker = marker_of(deps.keys, event.key)
    starts_at, ends_at = times(seen)
    draft = Binding(
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
    draft = step.as_series(_with_former(draft, seen, deps.clock.now()), seen)
    most = UPDATES_PER_DAY if _follows(seen) else CREATES_PER_DAY

    def begin(tx: Tx) -> tuple[Binding, Intent]:
        host = _settled_host(action, seen.binding) or hosts.choose(
            deps, tx, action.pool, draft, most_per_day=most
        )
        mine = replace(draft, host=host)
        intent = step.intent(mine, IntentKind.CREATE, marker=marker)
        step.spend(tx, mine.host, most)
        tx.bindings.save(mine)
        tx.journal.issue_marker(marker, event.key, now=intent.opened_at)
        tx.journal.open(intent)
        return mine, intent

    binding, intent = await step.hold.commit(begin)
    before = seen.binding
    is_answered = before is not None and before.meeting_id is not None
    may = invariants.may_create(deps, intent, is_answered=is_answered)
    meeting = await _post(step, action, intent, may)
    made = replace(
        binding,
        meeting_id=meeting.id,
        join_url=meeting.join_url,
        spec_digest=action.spec.as_laid_out().digest(),
        made_by=host_print(deps.keys, meeting.host_id),
    )
    told = step.entry("meeting.created", new=meeting.id)
    await step.close(intent, Outcome.DONE, made, told=told)
    step.record("meeting created", meeting=meeting.id, host=binding.host)
    return replace(seen, binding=made, meeting=meeting, meeting_gone=False)


def _settled_host(action: CreateMeeting, before: Binding | None) -> str | None:
    """Tell who hosts without a choice: a meeting made anew stays with the pool host it had."""
    if not action.pool:
        return action.host
    if before is None or before.meeting_id is None or before.host not in action.pool:
        return None
    return before.host


def _follows(seen: Observed) -> bool:
    """Tell whether the new meeting only does what a change of the living one would."""
    before = seen.binding
    is_linked = before is not None and before.state is BindingState.LINKED
    return is_linked and not (seen.may_update or seen.meeting_gone)


def _is_taken(step: Step, seen: Observed) -> bool:
    """Tell whether the flag in force is one that no longer stands, or never stood, in the event."""
    decision = step.decision(seen)
    if seen.binding is not None and still_taken(seen.binding, decision, ConferenceKind.ZOOM):
        return True
    return seen.copied and not decision.wanted


def _with_former(binding: Binding, seen: Observed, now: datetime) -> Binding:
    """Keep the living meeting that the new one is to replace, until its link is out of the event."""
    before = seen.binding
    if before is None or before.state is BindingState.RELEASED:
        return binding
    if before.meeting_id is None or seen.meeting_gone:
        # A first try failed: what it was to replace still stands.
        return with_retired(binding, before.retired)
    url = before.join_url or ""
    return with_retired(binding, RetiredMeeting(before.meeting_id, url, now, before.host))


async def _post(step: Step, action: CreateMeeting, intent: Intent, may: invariants.Look) -> Meeting:
    """Send the one request of a create; it is unanswered until its answer is certain (I5)."""
    deps = step.deps
    async with step.effect(intent, deps.meetings.account(intent.host), may):
        deps.unanswered[intent.marker] = deps.clock.monotonic()
        try:
            meeting = await deps.meetings.of(intent.host).create(
                intent.host, action.spec, send_by=step.hold.send_by
            )
        except OutcomeUnknown:
            deps.sightings[intent.id] = deps.clock.monotonic()
            raise
        except ProviderError:
            # Before the commit of the refusal, which may fail.
            del deps.unanswered[intent.marker]
            raise
        del deps.unanswered[intent.marker]
    return meeting


async def begin_update(step: Step, binding: Binding) -> Intent:
    """Commit the intent of a change at Zoom, counted for the day of the meeting's host."""
    intent = step.intent(binding, IntentKind.UPDATE)

    def begin(tx: Tx) -> None:
        step.spend(tx, binding.host, UPDATES_PER_DAY)
        tx.journal.open(intent)

    await step.hold.commit(begin)
    return intent


async def update(step: Step, action: UpdateMeeting, seen: Observed) -> Observed:
    """Send the differences, as absolute values."""
    binding = bound(seen)
    intent = await begin_update(step, binding)
    may = invariants.may_change(intent)
    try:
        async with step.effect(intent, step.deps.meetings.account(binding.host), may):
            await step.deps.meetings.of(binding.host).update(_id(binding), action.change)
    except NotFound:
        return replace(seen, meeting=None, meeting_gone=True)
    except Forbidden as error:
        return without_right(seen, error)
    sent = action.spec.as_laid_out().digest()
    in_step = step.settled(replace(seen, binding=replace(binding, spec_digest=sent)))
    fields = list(action.change.fields())
    told = step.entry("meeting.changed", old=binding.meeting_id, new=", ".join(fields))
    await step.close(intent, Outcome.DONE, in_step, told=told)
    step.record("meeting updated", meeting=binding.meeting_id, fields=fields)
    return replace(seen, binding=in_step, meeting=None, moved=False)


def without_right(seen: Observed, error: Forbidden) -> Observed:
    """Give what is known after Zoom refused a change that the consent does not cover; else raises it."""
    if error.code != SCOPE_MISSING:
        raise error
    return replace(seen, may_update=False)


async def delete(step: Step, action: DeleteMeeting, seen: Observed) -> Observed:
    """Delete the meeting of an event that no longer shows it, and keep what is to be remembered."""
    binding, stays = bound(seen), action.afterwards is Afterwards.STAND
    if not stays:
        binding = replace(binding, state=BindingState.REMOVING)
    host = _host_of(binding, action)
    intent = replace(step.intent(binding, IntentKind.DELETE), meeting_id=action.meeting_id)
    intent = replace(intent, host=host)

    def begin(tx: Tx) -> None:
        # An occurrence may have got the link since the series was looked at.
        if not stays and unfree(occurrences(tx, step.ref)):
            raise Stale("an occurrence of the series still shows its link", code="series_changed")
        tx.bindings.save(binding)
        tx.journal.open(intent)

    await step.hold.commit(begin)
    may = invariants.may_delete(step.deps, intent, seen.event)
    async with step.effect(intent, step.deps.meetings.account(intent.host), may):
        outcome = await _deleted(step.deps.meetings.of(intent.host), action.meeting_id)
    left = _left(binding, action.afterwards)

    def end(tx: Tx) -> None:
        tx.journal.close(intent.id, outcome, now=step.deps.clock.now())
        if outcome is Outcome.DONE:
            tx.audit.add(step.entry("meeting.deleted", old=action.meeting_id))
        tx.accounts.set(step.healthy_zoom(host))
        hosts.rouse(step.deps, tx, host)
        if left is None:
            tx.bindings.delete(binding.id)
        else:
            tx.bindings.save(left)

    await step.hold.commit(end)
    said = "meeting deleted" if outcome is Outcome.DONE else "meeting left to people, a webinar"
    step.record(said, meeting=action.meeting_id, reason=action.reason)
    return replace(seen, binding=left, meeting=None, meeting_gone=False, mark_is_dead=not stays)


def _host_of(binding: Binding, action: DeleteMeeting) -> str:
    """Tell whose meeting is deleted: the one in force, or a former one of another host."""
    former = binding.retired
    is_former = former is not None and former.meeting_id == action.meeting_id
    return (former.host if former is not None and is_former else "") or binding.host


async def _deleted(zoom: MeetingProvider, meeting_id: int) -> Outcome:
    """Delete a meeting; one that a person made a webinar of is theirs, and stays."""
    try:
        await zoom.delete(meeting_id)
    except Permanent as error:
        if error.code != IS_WEBINAR:
            raise
        return Outcome.NOT_DONE
    return Outcome.DONE


def _left(binding: Binding, afterwards: Afterwards) -> Binding | None:
    match afterwards:
        case Afterwards.FORGET if binding.retired is None:
            return None
        case Afterwards.FORGET | Afterwards.DECLINE:
            # A former meeting that the event still shows is not forgotten.
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
        case Afterwards.STAND:
            return with_retired(binding, None)
        case _:
            assert_never(afterwards)


def _id(binding: Binding) -> int:
    assert binding.meeting_id is not None  # noqa: S101 - planned only with a meeting
    return binding.meeting_id

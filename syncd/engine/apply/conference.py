"""Conferences of the calendar's own provider: asked for, settled, given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from syncd.core.actions import Decline, GiveUpKind, Revive, WriteLink
from syncd.core.binding import (
    Binding,
    BindingState,
    IntentKind,
    Outcome,
    RetiredMeeting,
    with_retired,
)
from syncd.core.conference import ConferenceKind
from syncd.core.event import AskMeet, AskTeams, Event
from syncd.core.look import Observed, still_taken
from syncd.core.marks import kind_mark_of, request_id_of
from syncd.core.native import has_two, replaced_url, stands
from syncd.core.writeback import ask_beside, ask_change, leads_to_meeting, takes_flag, unlink_change
from syncd.engine.apply.step import Step, bound, existing, link_not_removed, send


async def ask(step: Step, action: WriteLink, seen: Observed) -> Observed:
    """Ask for the conference in the write that takes out what it replaces."""
    event, deps = existing(seen), step.deps
    person = deps.people[event.ref.calendar.owner]
    before = seen.binding
    if before is not None and has_two(before, action.kind):
        return await _ask_beside(step, action, seen)
    former = replaced_url(before, action.kind) if before is not None else ""
    change = ask_change(
        event,
        _wish(step, event, action.kind),
        mark=kind_mark_of(deps.keys, event.key, action.kind),
        flags=person.flags,
        join_url=former,
    )
    decision = step.decision(seen)
    was_taken = before is not None and still_taken(before, decision, action.kind)
    asked = replace(
        _asked(step, event, before, action.kind),
        flag_taken=was_taken or takes_flag(decision, person.flags),
        # Until it is there, the version under which it was asked for: another one is the answer.
        version=event.version,
        changed_at=event.changed_at,
    )
    intent = step.intent(asked, IntentKind.LINK)
    await step.open(intent, asked)
    answer = await send(step, event, change, intent)
    if not unlink_change(answer, former).is_empty:
        await step.close(intent, Outcome.SUPERSEDED)
        raise link_not_removed()
    known = replace(asked, changed_at=answer.changed_at)
    if stands(answer, action.kind) and not (answer.native and answer.native.pending):
        known = settled_kind(step, replace(seen, event=answer, binding=asked))
    told = step.entry("conference.asked", new=action.kind)
    await step.close(intent, Outcome.DONE, known, told=told)
    step.record("conference asked for", conference=str(action.kind))
    return replace(seen, event=answer, binding=known, meeting=None, moved=False)


async def _ask_beside(step: Step, action: WriteLink, seen: Observed) -> Observed:
    """Ask for it where two meetings of ours are to go: both stay bound until one is deleted."""
    event, before = existing(seen), bound(seen)
    links = tuple(url for url in (before.join_url, before.retired_url) if url)
    change = ask_beside(
        event,
        _wish(step, event, action.kind),
        mark=kind_mark_of(step.deps.keys, event.key, action.kind),
        links=links,
    )
    both = replace(
        before,
        state=BindingState.CREATING,
        removal_since=None,
        failed_at=None,
        version=event.version,
        changed_at=event.changed_at,
    )
    intent = step.intent(both, IntentKind.LINK)
    await step.open(intent, both)
    answer = await send(step, event, change, intent)
    if any(not unlink_change(answer, url).is_empty for url in links):
        await step.close(intent, Outcome.SUPERSEDED)
        raise link_not_removed()
    known = replace(both, changed_at=answer.changed_at)
    await step.close(intent, Outcome.DONE, known)
    step.record("conference asked for", conference=str(action.kind))
    return replace(seen, event=answer, binding=known, meeting=None, moved=False)


def settled_kind(step: Step, seen: Observed) -> Binding:
    """Give the binding of an event that was just seen with its provider's conference.

    A meeting that was bound before is retired: no guest finds its link in the event any more.
    """
    event = existing(seen)
    assert event.native is not None  # noqa: S101 - it was just seen
    kind = ConferenceKind(str(event.native.kind))
    binding = _asked(step, event, seen.binding, kind)
    settled = step.settled(replace(seen, binding=binding))
    if seen.binding is None:
        # Without a flag in sight, ours took it: what stands there was asked for once.
        settled = replace(settled, flag_taken=not settled.flags_seen)
    return replace(settled, join_url=event.native.url or None, failed_at=None)


async def note(step: Step, action: Decline | GiveUpKind | Revive, seen: Observed) -> Observed:
    """Commit what became of a conference; nothing outside changes."""
    match action:
        case Decline():
            return await _decline(step, action, seen)
        case GiveUpKind() | Revive():
            return await _revive(step, action, seen)
        case _:
            assert_never(action)


async def _decline(step: Step, action: Decline, seen: Observed) -> Observed:
    """Remember that a person took it out."""
    event = existing(seen)
    declined = replace(
        bound(seen),
        state=BindingState.DECLINED,
        join_url=None,
        flag_taken=False,
        wishes=(),
        version=event.version,
        changed_at=event.changed_at,
        flags_seen=step.decision(seen).wanting(),
        removal_since=None,
    )
    await step.hold.commit(lambda tx: tx.bindings.save(declined))
    step.record("conference declined", reason=action.reason)
    return replace(seen, binding=declined)


async def _revive(step: Step, action: GiveUpKind | Revive, seen: Observed) -> Observed:
    """Put the meeting that was to be replaced back in force, if there is one."""
    before, event = bound(seen), seen.event
    former = before.retired
    assert former is not None or isinstance(action, GiveUpKind)  # noqa: S101 - it was planned with one
    is_shown = event is not None and former and leads_to_meeting(event, former.join_url)
    revived = replace(
        before,
        state=BindingState.LINKED if is_shown else BindingState.CREATING,
        spec_digest=None,
        version=None,
        removal_since=None,
    )
    if former is not None:
        revived = _exchanged(revived, former, step.deps.clock.now())
    if event is not None and isinstance(action, Revive):
        taken = still_taken(before, step.decision(seen), ConferenceKind.ZOOM)
        revived = replace(revived, flag_taken=taken)
    if isinstance(action, GiveUpKind):
        revived = replace(revived, failed_at=step.deps.clock.now())
    await step.hold.commit(lambda tx: tx.bindings.save(revived))
    step.record("conference not replaced", reason=action.reason, meeting=revived.meeting_id)
    return replace(seen, binding=revived, meeting=None)


def _exchanged(binding: Binding, former: RetiredMeeting, now: datetime) -> Binding:
    """Put the former meeting in force; what was to replace it, if it was made, takes its place."""
    unshown: RetiredMeeting | None = None
    if binding.meeting_id is not None:
        unshown = RetiredMeeting(binding.meeting_id, binding.join_url or "", now, binding.host)
    in_force = replace(
        binding,
        conference=ConferenceKind.ZOOM,
        meeting_id=former.meeting_id,
        join_url=former.join_url or None,
        host=former.host or binding.host,
    )
    return with_retired(in_force, unshown)


def _wish(step: Step, event: Event, kind: ConferenceKind) -> AskMeet | AskTeams:
    if kind is ConferenceKind.TEAMS:
        return AskTeams()
    return AskMeet(request_id_of(step.deps.keys, event.key, event.version))


def _asked(step: Step, event: Event, before: Binding | None, kind: ConferenceKind) -> Binding:
    """Give the binding to a conference that is being made; a living meeting becomes the former."""
    deps = step.deps
    if before is None or before.state in (BindingState.DECLINED, BindingState.RELEASED):
        fresh = Binding(
            id=before.id if before is not None else deps.clock.new_id(),
            key=event.key,
            ref=event.ref,
            state=BindingState.CREATING,
            conference=kind,
            host=deps.people[event.ref.calendar.owner].host,
            starts_at=event.start,
            ends_at=event.end,
        )
        return fresh if before is None else with_retired(fresh, before.retired)
    if before.conference is kind:
        state = BindingState.CREATING if not stands(event, kind) else before.state
        return replace(before, state=state, failed_at=None, removal_since=None)
    asked = replace(
        before,
        state=BindingState.CREATING,
        conference=kind,
        meeting_id=None,
        join_url=None,
        spec_digest=None,
        wishes=(),
        removal_since=None,
        failed_at=None,
    )
    if before.meeting_id is None:
        return asked
    return with_retired(
        asked,
        RetiredMeeting(before.meeting_id, before.join_url or "", deps.clock.now(), before.host),
    )

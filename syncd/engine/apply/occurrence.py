"""Effects in an occurrence that goes with its series, and what is noted of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, assert_never

from syncd.core.actions import Follow, LookAtOccurrences, ShareLink, UnshareLink
from syncd.core.binding import DOUBTED, Binding, BindingState, IntentKind, Outcome
from syncd.core.look import Observed
from syncd.core.marks import mark_of
from syncd.core.writeback import leads_to_meeting, link_change, shows_link, unlink_change
from syncd.engine.apply.link import join_info
from syncd.engine.apply.step import (
    Step,
    existing,
    link_not_kept,
    link_not_removed,
    read_meeting,
    send,
    times,
)
from syncd.engine.family import hurry_series
from syncd.ports.errors import Stale
from syncd.ports.rows import EventRow
from syncd.ports.store import Tx

Action = ShareLink | UnshareLink | Follow | LookAtOccurrences


async def carry_out(step: Step, action: Action, seen: Observed) -> Observed:
    """Carry out one action about occurrences and give what is known afterwards."""
    match action:
        case ShareLink():
            return await share(step, action, seen)
        case UnshareLink():
            return await unshare(step, action, seen)
        case Follow():
            return await follow(step, action, seen)
        case LookAtOccurrences():
            return await look_at(step, action, seen)
        case _:
            assert_never(action)


async def share(step: Step, action: ShareLink, seen: Observed) -> Observed:
    """Put the link of the series' meeting in; its mark is that of the series."""
    event, bond = existing(seen), _bond(seen)
    person = step.deps.people[event.ref.calendar.owner]
    assert bond.meeting_id is not None  # noqa: S101 - planned only for a series with its meeting
    meeting = await read_meeting(step, bond.host, bond.meeting_id)
    if meeting.join_url != bond.join_url:
        await _doubt(step, bond)
        raise _series_changed()
    mark = mark_of(step.deps.keys, bond.key, meeting.id)
    info = await join_info(step, meeting, bond.host)
    change = link_change(event, info, mark=mark, flags=person.flags)
    binding = _following(step, seen, join_url=bond.join_url, version=None)
    intent = step.intent(binding, IntentKind.LINK)

    def begin(tx: Tx) -> None:
        # The series may have begun to lose its meeting since it was looked at.
        if tx.bindings.by_ref(bond.ref) != bond:
            raise _series_changed()
        tx.bindings.save(binding)
        tx.journal.open(intent)

    await step.hold.commit(begin)
    answer = event if change.is_empty else await send(step, event, change, intent)
    if not shows_link(answer, meeting.join_url):
        await step.close(intent, Outcome.SUPERSEDED)
        raise link_not_kept()
    after = replace(seen, event=answer, binding=binding)
    shared = _following(step, after, join_url=bond.join_url, version=answer.version)
    told = None if change.is_empty else step.entry("link.written", new=meeting.id)
    await step.close(intent, Outcome.DONE, shared, told=told)
    step.record("link shared", meeting=meeting.id, reason=action.reason)
    return replace(after, binding=shared, moved=False)


async def unshare(step: Step, action: UnshareLink, seen: Observed) -> Observed:
    """Take the link out; the series waits until every occurrence is free."""
    event, bond = existing(seen), _bond(seen)
    own = seen.binding.join_url if seen.binding is not None else None
    known = (bond.join_url, own, bond.retired_url)
    url = next(url for url in known if url and leads_to_meeting(event, url))
    binding = _following(step, seen, join_url=url, version=event.version)
    intent = step.intent(binding, IntentKind.UNLINK)
    await step.open(intent, binding)
    answer = await send(step, event, unlink_change(event, url), intent)
    if leads_to_meeting(answer, url):
        await step.close(intent, Outcome.SUPERSEDED)
        raise link_not_removed()
    after = replace(seen, event=answer, binding=binding)
    free = _following(step, after, join_url=None, version=answer.version)

    def end(tx: Tx) -> None:
        tx.journal.close(intent.id, Outcome.DONE, now=step.deps.clock.now())
        tx.audit.add(step.entry("link.removed", old=bond.meeting_id or ""))
        if action.forget:
            tx.bindings.delete(free.id)
        else:
            tx.bindings.save(free)
        hurry_series(tx, event.ref, now=step.deps.clock.now())

    await step.hold.commit(end)
    step.record("shared link removed", reason=action.reason)
    return replace(after, binding=None if action.forget else free)


async def follow(step: Step, action: Follow, seen: Observed) -> Observed:
    """Note how the occurrence stands to its series."""
    event = existing(seen)
    noted = _following(
        step, seen, join_url=action.join_url, version=event.version, state=action.state
    )

    def commit(tx: Tx) -> None:
        tx.bindings.save(noted)
        hurry_series(tx, event.ref, now=step.deps.clock.now())

    await step.hold.commit(commit)
    return replace(seen, binding=noted, moved=False)


async def look_at(step: Step, action: LookAtOccurrences, seen: Observed) -> Observed:
    """Make the occurrences due; a series that loses its meeting is not linked any more."""
    now, binding = step.deps.clock.now(), seen.binding
    assert binding is not None  # noqa: S101 - planned only for a series with its meeting
    going = replace(binding, state=BindingState.REMOVING) if action.until else binding

    def commit(tx: Tx) -> None:
        for ref in action.occurrences:
            row = tx.occurrences.get(ref)
            tx.events.mark_due(ref, due_at=now, starts_at=row.ends_at if row else None)
        if action.until is not None:
            tx.bindings.save(going)
            waits = EventRow(ref=step.ref, due_at=action.until, starts_at=binding.starts_at)
            tx.events.save(waits)

    await step.hold.commit(commit)
    if action.until is not None and seen.event is None:
        step.deps.shown[step.ref] = None
    return replace(seen, binding=going, occurrences_told=True)


def _following(
    step: Step,
    seen: Observed,
    *,
    join_url: str | None,
    version: str | None,
    state: BindingState = BindingState.SHARING,
) -> Binding:
    event, bond = existing(seen), _bond(seen)
    starts_at, ends_at = times(seen)
    flags = step.decision(seen).wanting()
    fields: dict[str, Any] = {
        "ref": event.ref,
        "state": state,
        "host": bond.host,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "join_url": join_url,
        "version": version,
        "changed_at": event.changed_at,
        "flags_seen": flags,
        "removal_since": None,
    }
    if seen.binding is not None:
        return replace(seen.binding, **fields)
    return Binding(id=step.deps.clock.new_id(), key=event.key, **fields)


async def _doubt(step: Step, bond: Binding) -> None:
    """Have the meeting of the series looked at: its link is not the one that is known."""

    def commit(tx: Tx) -> None:
        # Whatever was committed meanwhile knows better.
        if tx.bindings.by_ref(bond.ref) == bond:
            tx.bindings.save(replace(bond, spec_digest=DOUBTED))
        tx.events.mark_due(bond.ref, due_at=step.deps.clock.now(), starts_at=bond.starts_at)

    await step.hold.commit(commit)


def _series_changed() -> Stale:
    return Stale("the meeting of its series changed meanwhile", code="series_changed")


def _bond(seen: Observed) -> Binding:
    """Give the binding of the series, which an occurrence that follows it has."""
    assert seen.series is not None  # noqa: S101 - planned only for occurrences
    assert seen.series.binding is not None  # noqa: S101 - planned only with a meeting
    return seen.series.binding

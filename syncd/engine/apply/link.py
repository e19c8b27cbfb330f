"""Effects in the calendar: the link comes into the event, or goes out of it, in one write.

Whether a write worked is seen by looking at the event, so a death before or after it costs no
second one (K5 to K9, K13, K14).
"""

from __future__ import annotations

from dataclasses import replace

from syncd.core.binding import Binding, BindingState, IntentKind, Outcome
from syncd.core.conference import ConferenceKind, JoinInfo
from syncd.core.event import Event, EventChange
from syncd.core.look import Observed
from syncd.core.marks import mark_of
from syncd.core.meeting import Meeting
from syncd.core.native import stands
from syncd.core.policy import BlockStyle
from syncd.core.writeback import link_change, shows_link, takes_flag, unlink_change
from syncd.engine.apply.step import (
    Step,
    bound,
    existing,
    link_not_kept,
    link_not_removed,
    read_meeting,
    send,
)
from syncd.engine.deps import acting_for
from syncd.ports.errors import ProviderError


async def write(step: Step, seen: Observed) -> Observed:
    """Put the link in under the version that was seen, and see that it stands there."""
    event, binding = existing(seen), bound(seen)
    person = step.deps.people[event.ref.calendar.owner]
    meeting = seen.meeting or await _meeting(step, binding)
    info = await join_info(step, meeting, binding.host)
    mark = mark_of(step.deps.keys, event.key, meeting.id)
    change = link_change(event, info, mark=mark, flags=person.flags)
    # Committed before the write: should we die after it, the flag is gone from the event.
    decision = step.decision(seen)
    taken = binding.flag_taken or takes_flag(decision, person.flags)
    wishes = decision.wishes() | set(binding.wishes)
    is_first = binding.state is BindingState.CREATING
    # Not those that this write takes out: a person who types one again asks anew (K7, K8).
    flags = _flags_after(step, seen, change)
    binding = replace(
        binding,
        flag_taken=taken,
        wishes=tuple(sorted(wishes)),
        join_url=meeting.join_url,
        flags_seen=flags if is_first else tuple(f for f in binding.flags_seen if f in flags),
    )
    intent = step.intent(binding, IntentKind.LINK)
    await step.open(intent, binding)
    answer = event if change.is_empty else await send(step, event, change, intent)
    if not shows_link(answer, meeting.join_url):
        await step.close(intent, Outcome.SUPERSEDED)
        raise link_not_kept()
    linked = step.settled(replace(seen, event=answer, binding=binding))
    told = None if change.is_empty else step.entry("link.written", new=meeting.id)
    await step.close(intent, Outcome.DONE, linked, told=told)
    step.record("link written", meeting=meeting.id)
    return replace(seen, event=answer, binding=linked, meeting=None, moved=False)


def _flags_after(step: Step, seen: Observed, change: EventChange) -> tuple[str, ...]:
    """Give the flags that stand in the event once the change is written."""
    event = existing(seen)
    written = replace(
        event,
        title=event.title if change.title is None else change.title,
        location=event.location if change.location is None else change.location,
        body=event.body if change.body is None else change.body,
    )
    return step.decision(replace(seen, event=written)).wanting()


async def remove(step: Step, seen: Observed) -> None:
    """Take the link out; the meeting may go only after a fresh look shows the event without it."""
    event, binding = existing(seen), replace(bound(seen), state=BindingState.REMOVING)
    change = unlink_change(event, binding.join_url or "")
    if binding.conference is ConferenceKind.GOOGLE_MEET:
        change = replace(change, drop_native=True, mark="" if event.mark else None)
    intent = step.intent(binding, IntentKind.UNLINK)
    await step.open(intent, binding)
    answer = await send(step, event, change, intent)
    unlinked = replace(binding, version=answer.version, changed_at=answer.changed_at)
    is_out = not shows_link(answer, binding.join_url or "") and not _has_own(answer, binding)
    if not is_out:
        await step.close(intent, Outcome.SUPERSEDED, unlinked)
        raise link_not_removed()
    old = binding.meeting_id or binding.conference
    await step.close(intent, Outcome.DONE, unlinked, told=step.entry("link.removed", old=old))
    step.record("link removed", meeting=binding.meeting_id)


def _has_own(event: Event, binding: Binding) -> bool:
    return binding.conference is not ConferenceKind.ZOOM and stands(event, binding.conference)


async def join_info(step: Step, meeting: Meeting, host: str) -> JoinInfo:
    """Give what stands in the event; Zoom's own text is an extra, and our own block does as well."""
    person = step.deps.people[step.ref.calendar.owner]
    info = meeting.join_info(phone_numbers=person.meeting.phone_numbers)
    if person.link.block_style is not BlockStyle.ZOOM_INVITATION:
        return info
    try:
        with acting_for(step.deps, host) as zoom:
            return replace(info, invitation=await zoom.invitation(meeting.id))
    except ProviderError as error:
        step.record("invitation not read", meeting=meeting.id, code=error.code)
        return info


async def _meeting(step: Step, binding: Binding) -> Meeting:
    assert binding.meeting_id is not None  # noqa: S101 - planned only with a meeting
    return await read_meeting(step, binding.host, binding.meeting_id)

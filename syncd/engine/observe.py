"""Step 3: the event, its binding and its meeting, as they are at this moment."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

from syncd.core.binding import GONE, Binding, BindingState
from syncd.core.event import Event
from syncd.core.ids import EventRef
from syncd.core.look import IS_WEBINAR, Observed, copied_link, needs_meeting, times_to_read
from syncd.core.marks import is_marker_of_ours, marker_in, markers_of, names_meeting
from syncd.core.parted import meeting_elsewhere
from syncd.core.removal import lacked
from syncd.core.restraint import LINKS_WITHIN
from syncd.core.rules import Choice
from syncd.engine import colleagues, family, missing, parted, stale
from syncd.engine.deps import Deps, acting_for, on_account
from syncd.engine.events import read_event
from syncd.ports.errors import Forbidden, NotFound, Permanent, Stale
from syncd.ports.store import Tx

log = logging.getLogger(__name__)

_LATELY = timedelta(days=7)


async def observe(deps: Deps, ref: EventRef) -> Observed:
    """Read everything about one event. Stale when the provider shows an older state than before."""
    is_known, is_listed = ref in deps.shown, deps.shown.get(ref) is not None
    event = await read_event(deps, ref)
    _check_not_behind(deps, ref, event)

    known = await deps.store.run(lambda tx: _known(deps, tx, ref, event))
    binding = known.binding
    if event is None:
        return await parted.look(deps, known)
    if not is_known and binding is not None and binding.ref == ref and lacked(binding) == GONE:
        stale.is_back(deps, ref)
    known = replace(
        known,
        next_time=deps.next_time(event),
        series=await family.series_of(deps, event),
        colleagues=await colleagues.known(deps, event),
    )
    known = await _with_instances(deps, known)
    if binding is None:
        return await _with_copied_link(deps, known)
    if binding.changed_at is not None and event.changed_at < binding.changed_at:
        raise _stale()
    seen = await _placed(deps, known, event, binding, is_listed=is_listed)
    return await with_meeting(deps, await parted.look(deps, seen))


def _known(deps: Deps, tx: Tx, ref: EventRef, event: Event | None) -> Observed:
    """Give the event with what the database knows of it."""
    binding = tx.bindings.by_ref(ref) or (tx.bindings.by_key(event.key) if event else None)
    row, calendar = tx.events.get(ref), tx.calendars.get(ref.calendar)
    host = binding.host if binding is not None else deps.people[ref.calendar.owner].host
    now = deps.clock.now()

    def links_written(within: timedelta) -> int:
        return tx.journal.links_written(binding.id, since=now - within) if binding else 0

    return Observed(
        ref=ref,
        event=event,
        binding=binding,
        occurrences=family.occurrences(tx, ref),
        choice=choice_of(tx, event),
        links_written=links_written(LINKS_WITHIN),
        links_written_lately=links_written(_LATELY),
        unsettled_since=row.unsettled_since if row else None,
        noted_at=row.noted_at if row else None,
        first_read=calendar.first_read if calendar else None,
        calendar_leaves=parted.leaves(tx, ref.calendar.account),
        zoom_leaves=parted.leaves(tx, deps.meetings.account(host)),
    )


def choice_of(tx: Tx, event: Event | None) -> Choice | None:
    """Give what a person chose for an event beside it."""
    row = tx.choices.get(event.key) if event is not None else None
    return Choice(row.kind, row.chosen_at) if row is not None else None


def _check_not_behind(deps: Deps, ref: EventRef, event: Event | None) -> None:
    """Refuse a look that is older than what led to it (I8).

    Nothing says whether gone or present is the newer state: there several looks decide.
    """
    seen = None if event is None else event.changed_at
    shown = deps.shown.get(ref, seen)
    if seen is not None and shown is not None and seen < shown:
        raise _stale()
    if (seen is None) == (shown is None):
        stale.agree(deps, ref, shown)
    else:
        stale.doubt(deps, ref, shown)
    # Kept until what this look leads to is committed: the next one may be older than this.
    deps.shown[ref] = seen


def _stale() -> Stale:
    return Stale("the calendar showed an older state of the event", code="stale_read")


async def _with_instances(deps: Deps, seen: Observed) -> Observed:
    """Read the times of a series that has them, or is to have them, at Zoom.

    Without a meeting yet they are an extra: its link does not wait for a calendar that refuses.
    """
    span = times_to_read(seen, deps.context(seen.ref.calendar))
    if span is None or seen.event is None:
        return seen
    calendar = seen.ref.calendar
    try:
        with on_account(calendar.account):
            begin, end = span
            found = await deps.calendar(calendar).instances(seen.event, begin=begin, end=end)
    except (Forbidden, NotFound, Permanent) as error:
        if seen.binding is not None:
            raise
        log.info("times not read", extra={"calendar": str(calendar), "code": error.code})
        return seen
    return replace(seen, instances=found)


async def with_meeting(deps: Deps, seen: Observed) -> Observed:
    """Read the bound meeting too, if a plan cannot be made without it."""
    if seen.binding is None or seen.binding.meeting_id is None:
        return seen
    if not needs_meeting(seen, deps.context(seen.ref.calendar)):
        return seen
    with acting_for(deps, seen.binding.host) as zoom:
        try:
            meeting = await zoom.get(seen.binding.meeting_id)
            # What was just refused is not tried again in the same look.
            may_update = seen.may_update and await zoom.may_update()
            return replace(seen, meeting=meeting, may_update=may_update)
        except NotFound:
            await _check_maker(deps, seen.binding)
            return replace(seen, meeting_gone=True)
        except Permanent as error:
            if error.code != IS_WEBINAR:
                raise
            return replace(seen, meeting_is_webinar=True)


async def _check_maker(deps: Deps, binding: Binding) -> None:
    """Refuse to take a meeting for deleted that the Zoom user of now never had."""
    if await deps.store.run(lambda tx: parted.made_by_user_of_now(deps, tx, binding)) is not False:
        return
    told = meeting_elsewhere()
    raise Permanent(told.reason, code=told.code, remedy=told.remedy)


async def _with_copied_link(deps: Deps, seen: Observed) -> Observed:
    """Find out whose meeting it is that an unbound event shows: this event's, another's, nobody's.

    A link that leads nowhere is taken for ours only if the event's own property names it too, or the
    meeting was made here: text alone may come from another company's invitation.
    """
    meeting_id = copied_link(seen, deps.context(seen.ref.calendar))
    if seen.event is None or meeting_id is None:
        return seen

    def made_here(tx: Tx) -> tuple[Binding | None, bool]:
        return tx.bindings.by_meeting(meeting_id), tx.audit.names(str(meeting_id))

    bound, is_known = await deps.store.run(made_here)
    person = deps.people[seen.ref.calendar.owner]
    try:
        with acting_for(deps, bound.host if bound is not None else person.host) as zoom:
            meeting = await zoom.get(meeting_id)
    except NotFound:
        if not (is_known or bound is not None or names_meeting(seen.event.mark, meeting_id)):
            return seen
        await missing.believe(deps, seen.ref.calendar, meeting_id)
        return replace(seen, copied=True)
    except (Forbidden, Permanent):
        return seen
    missing.found(deps, meeting_id)
    marker = marker_in(meeting.agenda) or ""
    if marker in markers_of(deps.keys, seen.event.key):
        return replace(seen, own_meeting=meeting_id, meeting=meeting)
    return replace(seen, copied=is_marker_of_ours(deps.keys, marker))


async def _placed(
    deps: Deps, seen: Observed, event: Event, binding: Binding, *, is_listed: bool
) -> Observed:
    """Tell an event that moved to another calendar from a second one with the same identity.

    Outlook finds an event by its id whatever calendar of the mailbox is asked: there it stands in the
    one whose listing shows it.
    """
    if binding.ref == event.ref:
        return replace(seen, binding=binding)
    lives = binding.state not in (BindingState.DECLINED, BindingState.RELEASED)
    if lives and binding.ref.calendar in deps.watched:
        other = await read_event(deps, binding.ref)
        if other is not None and other.key == event.key and not other.cancelled:
            is_same = _is_same(other, event)
            if is_same and not is_listed:
                return Observed(ref=seen.ref, event=None, binding=None)
            # Handed to another organiser, it is hers to be followed from now on.
            is_handed_on = event.is_organiser and not other.is_organiser
            if not (is_same or is_handed_on):
                return replace(seen, binding=binding, stands_elsewhere=True)
    moved = replace(binding, ref=event.ref, version=None, changed_at=None)
    return replace(seen, binding=moved, moved=True)


def _is_same(one: Event, other: Event) -> bool:
    """Tell whether both are one event, found through two calendars of the same account."""
    is_of_account = one.ref.calendar.account == other.ref.calendar.account
    is_alike = (one.ref.event_id, one.version) == (other.ref.event_id, other.version)
    return is_of_account and is_alike

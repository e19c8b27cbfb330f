"""A meeting that surfaced after its create had been given up: a second one of its event, which goes.

Only the sweep finds it: nothing knows its id, and no event was ever given its link (K19, L3). What was
known here before, deleted by us and brought back by a person, say, is theirs, and only told.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace

from syncd.core.binding import Binding, BindingState, IntentKind, Outcome
from syncd.core.guard import is_too_much_surplus
from syncd.core.ids import EventKey
from syncd.core.look import Observed
from syncd.core.marks import is_marker_of_ours, marker_in
from syncd.core.meeting import ListedMeeting, Meeting
from syncd.core.writeback import leads_to_meeting
from syncd.engine import halt, invariants
from syncd.engine.apply.step import Step, read_meeting
from syncd.engine.deps import Deps
from syncd.engine.lease import Hold, take
from syncd.engine.observe import observe
from syncd.ports.errors import LeaseLost, NotFound, ProviderError
from syncd.ports.store import Tx

log = logging.getLogger(__name__)

_KEPT = (BindingState.RELEASED,)


async def clear(
    deps: Deps, host: str, listed: Sequence[ListedMeeting], *, suspects: Collection[int]
) -> None:
    """Delete those of a host's suspects, which nothing is bound to, that are surplus for certain.

    Raises StoreError; whatever else is in the way is left to the next sweep.
    """
    unbound = [meeting for meeting in listed if meeting.id in suspects]
    found = await deps.store.run(lambda tx: _surplus(deps, tx, unbound))
    ours = sum(is_marker_of_ours(deps.keys, marker_in(one.agenda) or "") for one in listed)
    if is_too_much_surplus(surplus=len(found), meetings=ours):
        log.warning("surplus meetings not deleted", extra={"host": host, "meetings": len(found)})
        return
    for meeting, binding in found:
        try:
            await _under_lease(deps, host, meeting, binding)
        except (ProviderError, LeaseLost) as error:
            log.info(
                "surplus meeting left for now",
                extra={"meeting": meeting.id, "problem": str(error)},
            )
        except invariants.InvariantBroken as error:
            log.error(  # noqa: TRY400 - its cause is told by the promise
                "surplus meeting left alone",
                extra={"meeting": meeting.id, "promise": error.promise, "problem": error.sentence},
            )


def _surplus(
    deps: Deps, tx: Tx, listed: Sequence[ListedMeeting]
) -> list[tuple[ListedMeeting, Binding]]:
    pairs = ((one, _owner(tx, one)) for one in listed)
    return [
        (one, binding)
        for one, binding in pairs
        if binding is not None
        and binding.ref.calendar in deps.watched
        and tx.bindings.by_meeting(one.id) is None
        and not tx.audit.names(str(one.id))
    ]


def _owner(tx: Tx, meeting: ListedMeeting) -> Binding | None:
    """Give the binding of the event that a meeting was made for here, if it is still followed."""
    key = _event_of(tx, meeting.agenda)
    binding = tx.bindings.by_key(key) if key is not None else None
    return None if binding is None or binding.state in _KEPT else binding


def _event_of(tx: Tx, agenda: str) -> EventKey | None:
    return tx.journal.marker_key(marker_in(agenda) or "")


async def _under_lease(deps: Deps, host: str, meeting: ListedMeeting, known: Binding) -> None:
    """Look at the event and the meeting once more, under the lease of its calendar."""
    lease = await take(deps, known.ref.calendar)
    if lease is None:
        return
    hold = Hold(deps, lease)
    async with hold.kept():
        try:
            step = Step(deps, hold, known.ref)
            seen = await observe(deps, known.ref)
            living = await read_meeting(step, host, meeting.id)
            if seen.binding is not None and seen.binding.id == known.id:
                await _delete(step, replace(seen, meeting=living), host, living)
        except NotFound:
            return
        finally:
            await hold.give_back()


async def _delete(step: Step, seen: Observed, host: str, meeting: Meeting) -> None:
    binding, deps = seen.binding, step.deps
    assert binding is not None  # noqa: S101 - the caller looked
    if await deps.store.run(lambda tx: tx.journal.open_for(binding.id)) is not None:
        return
    # A database that was restored may not know what stands in the event.
    if seen.event is not None and leads_to_meeting(seen.event, meeting.join_url):
        return
    await halt.check(deps)
    intent = replace(
        step.intent(binding, IntentKind.DELETE), meeting_id=meeting.id, host=host.lower()
    )
    may = invariants.may_delete_surplus(deps, binding, meeting, seen.event)

    def begin(tx: Tx) -> None:
        may(tx)
        tx.journal.open(intent)
        # Whoever comes after a death closes the intent, and the next sweep looks again.
        tx.events.mark_due(step.ref, due_at=deps.clock.now(), starts_at=binding.starts_at)

    await step.hold.commit(begin)
    async with step.effect(intent, deps.meetings.account(host), may):
        await deps.meetings.of(host).delete(meeting.id)
    told = step.entry("meeting.deleted", old=meeting.id)
    await step.close(intent, Outcome.DONE, told=told)
    step.record("surplus meeting deleted", meeting=meeting.id)

"""Mutants of how a meeting is made, found again and adopted: reliability of the one request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from syncd.adapters.zoom import meetings as zoom_meetings
from syncd.adapters.zoom.client import Ask
from syncd.adapters.zoom.errors import error_of
from syncd.adapters.zoom.meetings import ZoomMeetings
from syncd.core import look, plan
from syncd.core.binding import Binding, Intent, IntentKind, Outcome
from syncd.core.event import Event
from syncd.core.look import Observed
from syncd.engine import observe, recover, surplus
from syncd.engine.apply.step import Step
from syncd.engine.deps import Deps
from syncd.engine.lease import Hold
from syncd.ports.errors import OutcomeUnknown, Transient
from syncd.store.journal import SqlJournal
from tests.simulation.mutant import UNCLEAR, Mutant, biased, change, doing, struck, timed, without

_POST = r"zoom POST /users/\{id\}/meetings"
# Soon enough for the shortest grace: what comes later is beyond what the protocol promises.
_unclear = biased(
    struck(_POST, *UNCLEAR, rate=0.7, lasts=(0.5, 3.0, 9.0, 16.0, 25.0)), without("wipe", "restore")
)
_nowhere = biased(
    struck(_POST, "lost", "late", rate=0.6, lasts=(0.5, 9.0, 16.0, 25.0)),
    without("wipe", "restore", "kill"),
)


def _open(self: SqlJournal, intent: Intent, *, before: Any = SqlJournal.open) -> None:
    if intent.kind is not IntentKind.CREATE:
        before(self, intent)


def _close(self: SqlJournal, *told: Any, before: Any = SqlJournal.close, **more: Any) -> None:
    try:
        before(self, *told, **more)
    except ValueError:
        return


async def _repeat_blindly(
    step: Step, binding: Binding, intent: Intent, choice: object, *, event: object
) -> None:
    await step.close(intent, Outcome.NOT_DONE)
    recover._answered(step, intent)


def _waiting_since(since: Callable[[Deps, Intent], float]) -> Any:
    """Find a meeting as before, but with another beginning of the wait for it."""
    before = recover._find_meeting

    async def find(
        step: Step, binding: Binding, intent: Intent, choice: Any, *, event: Event | None
    ) -> None:
        step.deps.sightings[intent.id] = since(step.deps, intent)
        await before(step, binding, intent, choice, event=event)

    return find


def _since_opened(deps: Deps, intent: Intent) -> float:
    return deps.clock.monotonic() - (deps.clock.now() - intent.opened_at).total_seconds()


async def _create_or_fail(self: ZoomMeetings, *told: Any, **more: Any) -> Any:
    try:
        return await _CREATE(self, *told, **more)
    except OutcomeUnknown as error:
        if error.code != "no_answer":
            raise
        raise Transient(error.message, code=error.code) from error


_CREATE = ZoomMeetings.create
_ASK = Ask
_LISTED = recover._listed
_COMMIT = Hold.commit


def _repeatable(**fields: Any) -> Any:
    return _ASK(**fields | {"repeatable": True})


def _failed(status: int) -> Transient:
    return Transient(f"Zoom said {status}", code="zoom_unavailable")


async def _listed_as_ours(step: Step, intent: Intent, *told: Any, **more: Any) -> Any:
    found = await _LISTED(step, intent, *told, **more)
    return found and tuple(replace(one, agenda=intent.marker) for one in found)


async def _nothing(*_: object, **__: object) -> None:
    return None


async def _unlinked(deps: Deps, seen: Observed) -> Observed:
    return seen


async def _commit_without_end(self: Hold, work: Any) -> Any:
    result = await _COMMIT(self, work)
    self.send_by = float("inf")
    return result


MUTANTS = (
    Mutant(
        name="no intent",
        rule="I4: every create has a committed intent",
        change=change((SqlJournal, "open", _open), (SqlJournal, "close", _close)),
    ),
    Mutant(
        name="blind retry",
        rule="I5: an unclear create is not repeated before Zoom's list was read",
        change=change((recover, "_find_meeting", _repeat_blindly)),
        bias=_unclear,
    ),
    Mutant(
        name="request repeated by itself",
        rule="I5: a create that got no answer is not sent again below the protocol either",
        change=change((zoom_meetings, "Ask", _repeatable)),
        bias=_unclear,
    ),
    Mutant(
        name="silence is a no",
        rule="2.2: whatever is no definite answer leaves the intent open",
        change=change((ZoomMeetings, "create", _create_or_fail)),
        bias=_unclear,
    ),
    Mutant(
        name="failure is a no",
        rule="2.2: a 5xx, or a 201 that cannot be read, leaves the intent open",
        change=change(
            (zoom_meetings, "create_error_of", error_of),
            (zoom_meetings, "outcome_unknown", _failed),
        ),
        bias=_unclear,
    ),
    Mutant(
        name="no grace",
        rule="I5: the list counts only when it was asked for after deadline and grace",
        change=change((recover, "_find_meeting", _waiting_since(lambda *_: -1e9))),
        bias=_nowhere,
    ),
    Mutant(
        name="grace by the wall clock",
        rule="2.2: the wait is counted on the process's own monotonic clock",
        change=change((recover, "_find_meeting", _waiting_since(_since_opened))),
        bias=biased(
            _nowhere,
            # Two looks would agree too soon as well.
            without("unmark", "cancel", "delete", "lose meeting"),
            doing(*((at, "jump") for at in range(2, 60, 4))),
        ),
    ),
    Mutant(
        name="no marker",
        rule="2.2: a meeting carries the marker of its event",
        change=change((look, "marker_of", lambda *_: "")),
    ),
    Mutant(
        name="marker not looked at",
        rule="I1: only what carries the marker of the event is adopted or is surplus",
        change=change((recover, "_listed", _listed_as_ours)),
        bias=biased(_unclear, doing((0.5, "own meeting"), (1.0, "mark"), (8.0, "own meeting"))),
    ),
    Mutant(
        name="surplus left",
        rule="L3: of several meetings with the marker all but one go",
        change=change((recover, "_delete_surplus", _nothing), (surplus, "clear", _nothing)),
        bias=biased(
            struck(_POST, "late", "unanswered", rate=0.9, lasts=(25.0, 45.0)), timed(grace=20)
        ),
    ),
    Mutant(
        name="nothing adopted",
        rule="L4: without a database events are adopted by what stands in them",
        change=change(
            (plan, "_adoptable", lambda *_: None), (observe, "_with_copied_link", _unlinked)
        ),
        bias=biased(without("unmark", "cancel", "delete"), doing((40.0, "wipe"))),
    ),
    Mutant(
        name="late sending",
        rule="I4: whoever was frozen since the commit of the intent makes no call",
        change=change((Hold, "commit", _commit_without_end)),
        replicas=2,
        bias=biased(
            struck(r"commit .*(begin|last_look)", "frozen before", "frozen after", lasts=(25, 45)),
            timed(grace=20),
        ),
    ),
)

"""Why one event has a link, or has none: every rule, what should be, and what is to be done."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from syncd.core.actions import Action, Effect, HoldOff, Rest
from syncd.core.binding import BindingState
from syncd.core.conference import ConferenceKind
from syncd.core.desired import Unwanted, Wanted, WantedKind
from syncd.core.look import Observed
from syncd.core.plan import Plan, make_plan
from syncd.core.refusals import Refused
from syncd.core.rules import Decision
from syncd.engine.deps import Deps
from syncd.engine.find import find
from syncd.engine.observe import observe
from syncd.ports.rows import EventRow


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """What one rule says."""

    rule: str
    matched: bool
    why: str


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One action that would be next."""

    kind: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that led to the state of one event; `wants` is `yes`, `no` or `refused`.

    `conference` is what it is to have; None where it is to have none, or may not.
    """

    calendar: str
    event: str
    exists: bool
    wants: str
    conference: ConferenceKind | None
    code: str
    reason: str
    remedy: str
    state: str
    meeting_id: int | None
    rules: tuple[RuleVerdict, ...]
    plan: tuple[PlannedStep, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """What should be, in words; `wants` as in Explanation."""

    wants: str
    _: KW_ONLY
    code: str
    reason: str
    remedy: str = ""
    conference: ConferenceKind | None = None


async def explain(deps: Deps, wanted: str) -> Explanation:
    """Explain the event with this id, or `CALENDAR/ID` as `syncd links` shows it.

    Raises LookupError when no watched calendar has it, and the errors of the provider.
    """
    ref = await find(deps, wanted)
    seen = await observe(deps, ref)
    plan = make_plan(seen, deps.context(ref.calendar))
    row = await deps.store.run(lambda tx: tx.events.get(ref))
    said = _said(plan, seen, row)
    return Explanation(
        calendar=str(ref.calendar),
        event=ref.event_id,
        exists=seen.event is not None,
        wants=said.wants,
        conference=said.conference,
        code=said.code,
        reason=said.reason,
        remedy=said.remedy,
        state=_state(seen),
        meeting_id=seen.binding.meeting_id if seen.binding else None,
        rules=_verdicts(plan.decision, seen),
        plan=tuple(_step(action) for action in plan.actions),
    )


def _verdicts(decision: Decision | None, seen: Observed) -> tuple[RuleVerdict, ...]:
    if decision is None:
        return ()
    by_rules = tuple(RuleVerdict(v.rule, v.matched, v.why) for v in decision.verdicts)
    last = "a link of ours copied along"
    return (*by_rules, RuleVerdict(last, seen.copied, last if seen.copied else f"no: {last}"))


def _said(plan: Plan, seen: Observed, row: EventRow | None) -> _Said:
    match want := plan.desired:
        case None:
            return _Said("no", code="gone", reason="the event does not exist")
        case Wanted() | WantedKind() if _stays_out(plan, seen):
            return _Said(
                "no",
                code="declined",
                reason="a person took its link out, and nothing has asked for one since",
                remedy="Mark the event anew, or choose with `syncd choose`.",
            )
        case Wanted() | WantedKind():
            return _wants(want, row)
        case Unwanted():
            return _Said("no", code=want.code, reason=want.reason)
        case Refused():
            return _Said("refused", code=want.code, reason=want.reason, remedy=want.remedy)


def _stays_out(plan: Plan, seen: Observed) -> bool:
    is_declined = seen.binding is not None and seen.binding.state is BindingState.DECLINED
    return is_declined and not any(isinstance(action, Effect) for action in plan.actions)


def _wants(want: Wanted | WantedKind, row: EventRow | None) -> _Said:
    kind = want.kind if isinstance(want, WantedKind) else ConferenceKind.ZOOM
    if row is None or row.code is None:
        return _Said("yes", code="wanted", reason=want.reason, conference=kind)
    reason = f"{want.reason}; {row.reason}"
    return _Said("yes", code=row.code, reason=reason, remedy=row.remedy, conference=kind)


def _state(seen: Observed) -> str:
    return str(seen.binding.state) if seen.binding is not None else "unbound"


def _step(action: Action) -> PlannedStep:
    name = "".join(f"_{c.lower()}" if c.isupper() else c for c in type(action).__name__).lstrip("_")
    match action:
        case HoldOff(until=until) | Rest(until=until):
            return PlannedStep(name, f"{action.reason}; looked at again at {until:%H:%M:%S} UTC")
        case _:
            return PlannedStep(name, action.reason)

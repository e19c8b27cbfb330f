"""Why one event has a link, or has none: every rule, what should be, and what is to be done."""

from __future__ import annotations

from dataclasses import dataclass

from syncd.core.actions import Action, HoldOff, Rest, Wait
from syncd.core.desired import Desired, Refused, Unwanted, Wanted, WantedKind
from syncd.core.look import Observed
from syncd.core.plan import make_plan
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
    """All that led to the state of one event; `wants` is `yes`, `no` or `refused`."""

    calendar: str
    event: str
    exists: bool
    wants: str
    code: str
    reason: str
    remedy: str
    state: str
    meeting_id: int | None
    rules: tuple[RuleVerdict, ...]
    plan: tuple[PlannedStep, ...]


async def explain(deps: Deps, wanted: str) -> Explanation:
    """Explain the event with this id, or `CALENDAR/ID` as `syncd links` shows it.

    Raises LookupError when no watched calendar has it, and the errors of the provider.
    """
    ref = await find(deps, wanted)
    seen = await observe(deps, ref)
    plan = make_plan(seen, deps.context(ref.calendar))
    row = await deps.store.run(lambda tx: tx.events.get(ref))
    wants, code, reason, remedy = _said(plan.desired, row)
    return Explanation(
        calendar=str(ref.calendar),
        event=ref.event_id,
        exists=seen.event is not None,
        wants=wants,
        code=code,
        reason=reason,
        remedy=remedy,
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


def _said(want: Desired | None, row: EventRow | None) -> tuple[str, str, str, str]:
    match want:
        case None:
            return "no", "gone", "the event does not exist", ""
        case Wanted(reason=reason) | WantedKind(reason=reason) if row is not None and row.code:
            return "yes", row.code, f"{reason}; {row.reason}", row.remedy
        case Wanted(reason=reason):
            return "yes", "wanted", reason, ""
        case WantedKind(kind=kind, reason=reason):
            return "yes", str(kind), reason, ""
        case Unwanted(code=code, reason=reason):
            return "no", code, reason, ""
        case Refused(code=code, reason=reason, remedy=remedy):
            return "refused", code, reason, remedy


def _state(seen: Observed) -> str:
    return str(seen.binding.state) if seen.binding is not None else "unbound"


def _step(action: Action) -> PlannedStep:
    name = "".join(f"_{c.lower()}" if c.isupper() else c for c in type(action).__name__).lstrip("_")
    match action:
        case HoldOff(until=until) | Rest(until=until):
            return PlannedStep(name, f"{action.reason}; looked at again at {until:%H:%M:%S} UTC")
        case Wait():
            return PlannedStep(name, action.reason)
        case _:
            return PlannedStep(name, action.reason)

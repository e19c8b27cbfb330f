"""The engine without its shell: plans are made and carried out until nothing is left to do."""

from __future__ import annotations

from dataclasses import replace

from syncd.core.actions import HoldOff, Wait
from syncd.core.event import Event
from syncd.core.look import Observed, copied_link, needs_meeting
from syncd.core.marks import is_marker_of_ours, marker_in, markers_of, names_meeting
from syncd.core.plan import Plan, make_plan
from tests.factories import KEY, REF
from tests.unit.core.plan_state import State
from tests.unit.core.plan_steps import carry_out, forget_outcome

MOST_STEPS = 12


class World(State):
    """Ana's event with an engine at work on it."""

    def observe(self) -> Observed:
        """Look at everything, after finding out what an open create did."""
        self._recover()
        seen = Observed(ref=REF, event=self.event, binding=self.binding)
        if self.event is not None and self.binding is None:
            return self._with_copied_link(seen, self.event)
        return self.with_meeting(seen)

    def with_meeting(self, seen: Observed) -> Observed:
        """Read the bound meeting, if the plan hangs on it."""
        if seen.binding is None or not needs_meeting(seen, self.context):
            return seen
        found = self.alive.get(seen.binding.meeting_id or 0)
        return replace(seen, meeting=found, meeting_gone=found is None)

    def run(self, steps: int = MOST_STEPS, *, lost: bool = False) -> Plan:
        """Plan and carry out the first action, again and again; give the plan that came to rest.

        Stops after so many steps as if killed; with `lost` the last step's outcome is not committed.
        """
        seen, plan = self.observe(), None
        for count in range(1, steps + 1):
            plan = make_plan(seen, self.context)
            if not plan.actions or isinstance(plan.actions[0], Wait):
                return plan
            before = self.binding
            after = carry_out(self, plan.actions[0], seen)
            if lost and count == steps:
                forget_outcome(self, plan.actions[0], before)
            if isinstance(plan.actions[0], HoldOff):
                return plan
            seen = self.with_meeting(after) if after is not None else self.observe()
        assert steps < MOST_STEPS, f"no rest: {plan}"
        return Plan(())

    def rest(self) -> Plan:
        """Run until nothing is left to do, hold-offs waited for."""
        plan = self.run()
        for _ in range(6):
            if not (plan.actions and isinstance(plan.actions[0], HoldOff)):
                return plan
            self.pass_time(self.context.person.link.hold_off)
            plan = self.run()
        raise AssertionError(f"no rest: {plan}")

    def _recover(self) -> None:
        if not self.create_is_open or self.binding is None:
            return
        ours = markers_of(self.context.keys, KEY)
        found = sorted(one.id for one in self.alive.values() if marker_in(one.agenda) in ours)
        for surplus in found[1:]:
            assert surplus not in self.shown()
            del self.alive[surplus]
        self.binding = replace(self.binding, meeting_id=found[0] if found else None)
        self.create_is_open = False

    def _with_copied_link(self, seen: Observed, event: Event) -> Observed:
        meeting_id = copied_link(seen, self.context)
        if meeting_id is None:
            return seen
        found = self.alive.get(meeting_id)
        if found is None:
            return replace(seen, copied=names_meeting(event.mark, meeting_id))
        marker = marker_in(found.agenda) or ""
        if marker in markers_of(self.context.keys, event.key):
            return replace(seen, own_meeting=meeting_id, meeting=found)
        return replace(seen, copied=is_marker_of_ours(self.context.keys, marker))

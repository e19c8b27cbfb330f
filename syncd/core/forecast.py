"""What would be written for one event, one thing after the other, if nothing but time went on.

A plan is made anew after every step, and may begin with a wait: here the waits are over as soon as
they begin, and what follows from a step that replaces a meeting is told with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from syncd.core.actions import (
    Action,
    Afterwards,
    CreateMeeting,
    DeleteMeeting,
    Effect,
    Forget,
    HoldOff,
    LookAgain,
    Rest,
    Revive,
    WriteLink,
)
from syncd.core.binding import LIVING, Binding, BindingState
from syncd.core.conference import ConferenceKind
from syncd.core.look import Context, Observed
from syncd.core.plan import make_plan

# A removal that replaces another, held off twice, is the longest that is known.
_MOST_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Coming:
    """One effect; `after` (UTC) is when it may be carried out at the earliest, None for now."""

    effect: Effect
    after: datetime | None


def forecast(seen: Observed, context: Context) -> tuple[Coming, ...]:
    """Give every effect in order; nothing for an event that is as it should be, or waits."""
    found: list[Coming] = []
    after: datetime | None = None
    for _ in range(_MOST_ROUNDS):
        actions = make_plan(seen, context).actions
        waits = next((a for a in actions if isinstance(a, HoldOff | Rest | LookAgain)), None)
        for action in _before(actions, waits):
            found.append(Coming(action, after))
            after = _replaced_after(seen, found, context) or after
        if waits is not None and not found:
            after, context = waits.until, replace(context, now=waits.until)
            seen = _waited(seen, waits)
        elif waits is not None:
            found += _behind(actions, waits)
            break
        elif (noted := _noted(seen, actions)) is not None:
            seen = noted
        else:
            break
    return (*found, *_retiring(seen, found, context))


def _before(actions: tuple[Action, ...], waits: Action | None) -> Iterator[Effect]:
    for action in actions:
        if action is waits:
            return
        if isinstance(action, Effect):
            yield action

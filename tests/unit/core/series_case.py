"""A series that is to be decided."""

from __future__ import annotations

from syncd.core.case import Case
from syncd.core.event import Event, EventShape
from syncd.core.rules import decide
from syncd.core.series import NextTime
from tests.factories import (
    NOW,
    event,
    person,
    text,
)


def series_event(**changes) -> Event:
    return event(shape=EventShape.SERIES, body=text("#zoom"), **changes)


def case(of: Event, next_time: NextTime | None, *, bound: bool = False) -> Case:
    return Case(
        event=of,
        decision=decide(of, person()),
        person=person(),
        marker="marker",
        now=NOW,
        bound=bound,
        next_time=next_time,
    )

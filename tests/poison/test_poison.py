"""One per cent of a thousand events is poisoned: all others that ask for a link get it in time.

Shows L6 of `config/promises.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from tests.poison.town import PACE, POLL, Town
from tests.poison.virtual_time import run
from tests.poison.wire import SILENCE, Spoil, Told, about, within

CALENDARS, EACH = 20, 50
_HUGE = b" " * (11 * 1024 * 1024)
_UNTIL_TOLD = 240


def _answer(status: int, content: bytes = b"{}") -> Callable[[], Told]:
    return lambda: httpx.Response(status, content=content)


def _silence() -> Told:
    return SILENCE


def _on(method: str, told: Callable[[], Told]) -> Callable[[Town, str], None]:
    return lambda town, event_id: town.wire.poisons.append(about(event_id, method, told))


def _item(spoil: Spoil) -> Callable[[Town, str], None]:
    return lambda town, event_id: town.wire.spoils.update({event_id: spoil})


def _without_start(item: dict[str, Any]) -> None:
    item["start"] = {}


def _on_mars(item: dict[str, Any]) -> None:
    item["start"] = {"dateTime": "2026-12-02T09:00:00", "timeZone": "Mars/Olympus Mons"}


def _without_rule(item: dict[str, Any]) -> None:
    item["recurrence"] = ["RRULE:FREQ=NEVER"] if "summary" in item else {"pattern": 7}


POISONS: dict[str, Callable[[Town, str], None]] = {
    "has no start": _item(_without_start),
    "is in a zone nobody knows": _item(_on_mars),
    "has a rule that is none": _item(_without_rule),
    "is never answered for": _on("GET", _silence),
    "is answered for with rubbish": _on("GET", _answer(200, b"<html>")),
    "is answered for without end": _on("GET", _answer(200, _HUGE)),
    "cannot be written": _on("PATCH", _answer(400)),
    "is always written by others first": _on("PATCH", _answer(412)),
    "is written into silence": _on("PATCH", _silence),
    "is refused by Zoom": lambda town, _: town.wire.poisons.append(
        within("/zoom/", "is refused by Zoom", told=_answer(400, b'{"code": 300}'))
    ),
}


async def _a_thousand_with_poison() -> None:
    town = Town(CALENDARS)
    poisoned: dict[str, str] = {}
    healthy: list[str] = []
    kinds = list(POISONS)
    for nth, person in enumerate(town.world.people):
        # Every second calendar of each provider has one, among the first to be worked on.
        kind = kinds.pop() if nth % 4 < 2 and kinds else None
        if kind is not None:
            poisoned[kind] = await town.add(person, kind)
            POISONS[kind](town, poisoned[kind])
        for _ in range(EACH // 2):
            await town.add(person, "Asks for nothing", location="Room 7")
        asking = EACH // 2 - (kind is not None)
        healthy += [await town.add(person, "Healthy") for _ in range(asking)]
    assert (len(poisoned), len(poisoned) + len(healthy)) == (10, 500)
    await town.begin()

    await town.work(_UNTIL_TOLD)

    times = sorted(town.linked_at.get(event_id, float("inf")) for event_id in healthy)
    for place, linked_at in enumerate(times, start=1):
        # No run without poison could be quicker than this.
        assert linked_at <= place / PACE.per_second + POLL.total_seconds()
    told = {line.event: line.reason for line in (await town.status()).waiting}
    rest = {kind for kind, event_id in poisoned.items() if not told.get(event_id)}
    # Of a rule that nobody can follow there is still a meeting, without times.
    assert rest == {kind for kind, event_id in poisoned.items() if event_id in town.linked_at}
    assert rest <= {"has a rule that is none"}
    await town.close()


def test_one_poisoned_event_in_a_hundred_delays_no_other_by_more_than_a_poll():
    run(_a_thousand_with_poison())

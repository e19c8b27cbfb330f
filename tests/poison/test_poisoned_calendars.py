"""A calendar, an account or a whole provider is poisoned: all others get their links in time.

Shows L6 of `config/promises.md`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import cache

import httpx
import pytest

from tests.poison.town import POLL, Town
from tests.poison.virtual_time import run
from tests.poison.wire import SILENCE, Told, within

_PEOPLE, _EVENTS, _PAUSE = 6, 24, 7.0
# No address of theirs stands within that of another.
_POISONED = {"Google": 2, "Outlook": 3}
_LISTINGS = {"Google": "/google/calendar/v3/calendars/", "Outlook": "/calendarView/delta"}


def _fails() -> Told:
    return httpx.Response(500)


def _hangs() -> Told:
    return SILENCE


def _is_rubbish() -> Told:
    return httpx.Response(200, content=b"[[[")


def _is_refused() -> Told:
    return httpx.Response(401, json={"error": {"code": "InvalidAuthenticationToken"}})


def _refuse_token(town: Town, email: str) -> None:
    """Refuse the token of a person whom the service account speaks for."""

    def poison(request: httpx.Request) -> Told:
        if not request.url.path.startswith("/google/oauth"):
            return None
        _, claims, _ = request.content.split(b".")
        sub = json.loads(base64.urlsafe_b64decode(claims + b"==")).get("sub")
        return httpx.Response(400, json={"error": "invalid_grant"}) if sub == email else None

    town.wire.poisons.append(poison)


def _listing(kind: str, told: Callable[[], Told]) -> Callable[[Town, str], None]:
    return lambda town, who: town.wire.poisons.append(within(_LISTINGS[kind], who, told=told))


def _account(told: Callable[[], Told]) -> Callable[[Town, str], None]:
    return lambda town, who: town.wire.poisons.append(within(who, told=told))


POISONS: dict[str, Callable[[Town, str], None]] = {
    "Google listing fails": _listing("Google", _fails),
    "Google listing hangs": _listing("Google", _hangs),
    "Google token refused": _refuse_token,
    "Google account hangs": _account(_hangs),
    "Outlook listing is rubbish": _listing("Outlook", _is_rubbish),
    "Outlook listing hangs": _listing("Outlook", _hangs),
    "Outlook account refused": _account(_is_refused),
    "Outlook account hangs": _account(_hangs),
}


async def _links(poison: str) -> dict[int, float]:
    """Let people make events, one after the other; gives when each got its link."""
    town = Town(_PEOPLE)
    await town.begin()
    poisoned = town.world.people[_POISONED[poison.partition(" ")[0]]] if poison else None
    if poisoned is not None:
        POISONS[poison](town, poisoned.email)
    ids: dict[int, str] = {}
    for nth in range(_EVENTS):
        person = town.world.people[nth % _PEOPLE]
        ids[nth] = "" if person is poisoned else await town.add(person, f"Event {nth}")
        await town.work(_PAUSE)
    await town.work(2 * POLL.total_seconds())
    if poisoned is not None:
        [calendar] = [c for c in (await town.status()).calendars if c.person == poisoned.email]
        assert calendar.problem
        assert calendar.last_success is None
    await town.close()
    return {nth: town.linked_at[event_id] for nth, event_id in ids.items() if event_id}


@cache
def _links_without_poison() -> dict[int, float]:
    return run(_links(""))


@pytest.mark.parametrize("poison", POISONS)
def test_a_poisoned_calendar_or_account_delays_no_other_by_more_than_a_poll(poison: str):
    healthy = _links_without_poison()
    assert len(healthy) == _EVENTS
    links = run(_links(poison))
    assert len(links) == _EVENTS * (_PEOPLE - 1) // _PEOPLE
    assert all(at <= healthy[nth] + POLL.total_seconds() for nth, at in links.items())


async def _while_google_hangs() -> None:
    town = Town(77, outlook_every=7)
    town.wire.poisons.append(within("/google/calendar/", told=_hangs))
    await town.begin()
    outlook = town.world.people[6::7]
    added: dict[str, float] = {}
    for person in outlook:
        added[await town.add(person, "Healthy")] = town.clock.monotonic()
        await town.work(_PAUSE)
    await town.work(POLL.total_seconds())
    assert added.keys() == town.linked_at.keys()
    # A calendar is read once per poll.
    most = POLL.total_seconds() + 1
    assert all(town.linked_at[event_id] <= at + most for event_id, at in added.items())
    await town.close()


def test_a_provider_that_hangs_for_many_people_delays_nobody_at_the_other():
    run(_while_google_hangs())

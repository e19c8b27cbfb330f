"""What happens so seldom that no seed draws it: only a script that needs it has it.

MUST: be harmless. A daemon that keeps the protocol comes through all of it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Any

import httpx

from tests.simulation.marking import clearing, writing_over
from tests.simulation.people import People
from tests.simulation.process import START
from tests.simulation.stage import Stage, chances
from tests.simulation.truth import Shown, Wish
from tests.simulation.wire import named
from tests.simulation.witness import Witness

# Shorter than any hold-off: a second look finds again what was out of sight.
_OUT_OF_SIGHT = 0.8
_GONE = 120.0
_NIGHT = 16 * 3600.0
# Longer than the renewal of a lease is away, shorter than any request may take.
_SLOW = 7.0
_LISTS = {
    "google GET /events": ("items", "syncToken"),
    "microsoft GET /delta": ("value", "deltatoken"),
    "zoom GET /users/{id}/meetings": ("meetings", ""),
}
_EVENTS: dict[str, dict[str, Any]] = {
    "google GET /events/{id}": {
        "code": 404,
        "message": "Not Found",
        "errors": [{"domain": "global", "reason": "notFound", "message": "Not Found"}],
    },
    "microsoft GET /events/{id}": {"code": "ErrorItemNotFound", "message": "It was not found."},
}


# The marks that the write of a link takes out.
_TAKEN = ("word", "title")


class Seldom:
    """People and providers at their strangest."""

    def __init__(self, stage: Stage, people: People, witness: Witness, seed: int) -> None:
        self._stage = stage
        self._people = people
        self._witness = witness
        [self._chance] = chances(seed, "seldom")
        self._busy_until = self._hidden_until = self._slow_until = self._down_until = 0.0
        self._unlisted_until = self._over_until = self._over_after = 0.0
        self._over: asyncio.Task[None] | None = None
        self.deeds: dict[str, Callable[[float], Awaitable[None]]] = {
            "renew": self._renew,
            "own meeting": self._own_meeting,
            "busy": self._busy,
            "hide": self._hide,
            "hide at zoom": self._hide_at_zoom,
            "vanish": self._vanish,
            "spend": self._spend,
            "night": self._night,
            "outage": self._outage,
            "slowness": self._slowness,
            "locked": self._locked,
            "late creates": self._late_creates,
            "take out": self._take_out,
            "ask again": self._ask_again,
            "clear": self._clear,
        }

    def _now(self) -> float:
        return self._witness.now()

    async def _renew(self, draw: float) -> None:
        """Ask for a fresh meeting in place of the one it has."""
        wish = self._people._some(draw, wanted=True)
        if wish is None or (wish.mark, wish.kind) != ("tag", "zoom") or wish.renewed:
            return
        shown = self._people._truth.shown(wish)
        # A wish that comes before that is taken for part of the first.
        if shown is None or not shown.meetings or not self._stage.is_linked(wish.id):
            return
        wish.renewed += 1
        wish.outworn = frozenset(shown.meetings)
        text = self._people._text(wish)
        await self._people._edit(wish, text=text.replace("#zoom", "#zoom:new", 1))

    async def _own_meeting(self, draw: float) -> None:
        """Make a meeting by hand, in Zoom's own app."""
        body = {
            "topic": f"Own {int(draw * 1000)}",
            "type": 2,
            "start_time": f"{START:%Y-%m-%dT10:00:00Z}",
        }
        await self._people._at_zoom("POST", "/users/me/meetings", body)

    async def _busy(self, draw: float) -> None:
        """Sit down and write: whatever is read of an event is old when something is written to it."""
        self._busy_until = self._now() + 10 + 40 * draw

    async def meanwhile(self, wish: Wish) -> None:
        """Write into an event while a write of syncd is on its way to it or just was, or hold it up."""
        if self._now() < self._over_until and wish.mark in _TAKEN:
            self._over_until = 0.0
            # Outside of the process whose write it is.
            over = self._written_over(wish, self._over_after)
            self._over = asyncio.get_running_loop().create_task(over, context=Context())
        if self._now() < self._slow_until:
            await asyncio.sleep(_SLOW)
        shown = self._people._truth.shown(wish)
        if self._now() >= self._busy_until or shown is None or "Agenda" not in shown.text:
            return
        if self._chance.random() < 0.7:
            await self._people._edit(wish, text=shown.text.replace("Agenda", "Now Agenda", 1))

    async def _hide(self, draw: float) -> None:
        """Let the providers show nothing that has a link, for less than a hold-off."""
        hold_off = self._witness.hold_off.total_seconds()
        self._hidden_until = self._now() + _OUT_OF_SIGHT * hold_off

    async def _hide_at_zoom(self, draw: float) -> None:
        """Let Zoom's list lack what an event shows, for longer than a hold-off."""
        self._unlisted_until = self._now() + _GONE

    async def _vanish(self, draw: float) -> None:
        """Let the providers show nothing that has a link, for much longer than any hold-off."""
        self._hidden_until = self._now() + _GONE

    def seen(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        """Give what a provider shows of its answer."""
        name = named(request)
        if self._now() < self._down_until and " GET /" in name and not name.startswith("zoom"):
            return httpx.Response(503, json={}, request=request)
        hidden_until = self._hidden_until
        if name.startswith("zoom"):
            hidden_until = max(hidden_until, self._unlisted_until)
        if self._now() >= hidden_until or not response.is_success:
            return response
        if name in _EVENTS:
            wish = self._people._truth.wish(request.url.path.rsplit("/", 1)[1])
            if wish is not None and self._is_linked(wish):
                return httpx.Response(404, json={"error": _EVENTS[name]}, request=request)
        if name in _LISTS:
            items, cursor = _LISTS[name]
            if not cursor or cursor not in str(request.url):
                body = response.json()
                body[items] = [one for one in body[items] if not self._has_link(one)]
                return httpx.Response(200, json=body, request=request)
        return response

    def _is_linked(self, wish: Wish) -> bool:
        shown = self._people._truth.shown(wish)
        return shown is not None and bool(shown.meetings)

    def _has_link(self, item: dict[str, Any]) -> bool:
        """Tell whether a listed event shows a link, or a listed meeting is shown by an event."""
        wishes = self._people._truth.wishes
        if "join_url" in item:
            shown = (self._people._truth.shown(one) for one in wishes)
            return any(item["id"] in one.meetings for one in shown if one is not None)
        return bool(Shown("", "", json.dumps(item), cancelled=False).meetings)

    async def _spend(self, draw: float) -> None:
        """Let the host's day be nearly used up."""
        count = 84 + int(draw * 5)
        host, day = self._stage.world.people[0].email, self._stage.world.now().date()
        self._stage.store.run_in_place(lambda tx: [tx.hosts.spend(host, day) for _ in range(count)])
        self._witness.spend(count)

    async def _night(self, draw: float) -> None:
        """Let all machines sleep until the next day has begun, in UTC too."""
        self._stage.world.loop.elapsed += _NIGHT  # type: ignore[attr-defined]  # a VirtualLoop

    async def _outage(self, draw: float) -> None:
        """Let no calendar and no event be read for a while."""
        self._down_until = self._now() + 20 + 20 * draw

    async def _slowness(self, draw: float) -> None:
        """Let calendars take their time with what is written."""
        self._slow_until = self._now() + 10 + 20 * draw

    async def _locked(self, draw: float) -> None:
        """Let the database refuse everything for a while."""
        self._stage.locked_until = self._now() + 2 + 4 * draw

    async def _late_creates(self, draw: float) -> None:
        """Let Zoom make what is asked for long after nobody waits for it any more."""
        self._stage.creates_are_late_until = self._now() + 1 + 5 * draw

    async def _ask_again(self, draw: float) -> None:
        """Write the mark anew where nothing of ours stays: the link out and asked for at one stroke."""
        wish = self._people._some(draw, wanted=True)
        if wish is not None and wish.mark in _TAKEN and self._is_linked(wish):
            await self._written_over(wish, 0)
        else:
            # As soon as there is one.
            self._over_until, self._over_after = self._now() + 30, 0.3 + 3 * draw

    async def _written_over(self, wish: Wish, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if not wish.gone and wish.is_wanted and self._is_linked(wish):
            await self._people._edit(wish, **writing_over(wish))

    async def _clear(self, draw: float) -> None:
        """Take the mark out, and the link and our block as well."""
        wish = self._people._some(draw, wanted=True)
        if wish is None or wish.mark not in _TAKEN or self._people._shown(wish).conference:
            return
        if not self._people._shows_copied(wish):
            wish.set(self._now(), wanted=False)
            await self._people._edit(wish, **clearing(wish))

    async def _take_out(self, draw: float) -> None:
        """Take link and block out of an event by hand; the tag stays."""
        wish = self._people._some(draw, wanted=True)
        if wish is None or (wish.mark, wish.kind) != ("tag", "zoom") or not self._is_linked(wish):
            return
        wish.set(self._now(), wanted=False)
        await self._people._edit(wish, location="", text="Agenda #zoom and more")

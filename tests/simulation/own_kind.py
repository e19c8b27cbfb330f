"""What people do who want what their calendar's provider makes itself: Google Meet, or Teams."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from syncd.sandbox.fakes.microsoft.writing import finish_teams
from tests.simulation.marking import marking_otherwise, without_mark
from tests.simulation.people import People
from tests.simulation.stage import Stage
from tests.simulation.truth import Kind, Wish

_MOVABLE = ("tag", "word", "title")


class OwnKind:
    """Ana, who has another conference than Zoom now and then, and providers that are slow to make it."""

    def __init__(self, stage: Stage, people: People) -> None:
        self._stage = stage
        self._people = people
        self.deeds: dict[str, Callable[[float], Awaitable[None]]] = {
            "mark own": self._mark,
            "mark own word": self._mark_word,
            "switch": self._switch,
            "switch back": self._switch_back,
            "drop own": self._drop,
            "slow own": self._slow,
            "refuse own": self._refuse,
        }

    async def _mark(self, draw: float) -> None:
        word = self._word(draw)
        await self._people._new(draw, "tag", kind="own", text=f"Agenda #{word} and more")

    async def _mark_word(self, draw: float) -> None:
        await self._people._new(draw, "word", kind="own", location=self._word(draw), text="Agenda")

    def _word(self, draw: float) -> str:
        return "meet" if self._people._app(draw) == "google" else "teams"

    async def _switch(self, draw: float) -> None:
        """Ask for the provider's own in place of Zoom."""
        await self._ask(draw, "own", lambda one: one.kind == "zoom" and not one.renewed)

    async def _switch_back(self, draw: float) -> None:
        """Ask for Zoom in place of a Meet; Exchange takes a Teams meeting out for nobody."""
        await self._ask(draw, "zoom", _has_meet)

    async def _ask(self, draw: float, kind: Kind, fits: Callable[[Wish], bool]) -> None:
        if (wish := self._some(draw, fits)) is None:
            return
        before, text = wish.word, self._people._text(wish)
        wish.kind = kind
        await self._people._edit(wish, **marking_otherwise(wish, text, before))

    async def _drop(self, draw: float) -> None:
        """Take a Meet out of its event, and the mark with it."""
        wish = self._some(draw, _has_meet)
        if wish is None:
            return
        shown = self._people._shown(wish)
        # One that syncd has not yet seen counts as not made, and is asked for again an hour later.
        is_seen = self._stage.is_linked(wish.id)
        if is_seen and shown.conference and not shown.meetings:
            wish.set(self._stage.world.loop.time(), wanted=False)
            wish.taken_out = True
            await self._people._edit(wish, **without_mark(wish, shown), conferenceData=None)

    def _some(self, draw: float, fits: Callable[[Wish], bool]) -> Wish | None:
        some = [one for one in self._people._truth.wishes if self._is_open(one) and fits(one)]
        return some[int(draw * len(some))] if some else None

    def _is_open(self, wish: Wish) -> bool:
        is_marked = wish.mark in _MOVABLE and wish.is_wanted and not wish.gone
        return is_marked and not self._people._shows_copied(wish)

    async def _slow(self, draw: float) -> None:
        """Let what is asked for be made only some time later."""
        self._stage.google.knobs.meet_outcome = "pending"
        self._stage.outlook.exchange.teams.slow = True
        self._later(5 + 60 * draw)

    async def _refuse(self, draw: float) -> None:
        """Let Google begin Meets and not make them, for a while."""
        self._people._truth.own_was_refused = True
        self._stage.google.knobs.meet_outcome = "failure"
        self._later(5 + 60 * draw)

    def _later(self, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, self._mends)

    def _mends(self) -> None:
        self._stage.google.knobs.meet_outcome = "success"
        exchange = self._stage.outlook.exchange
        exchange.teams.slow = False
        mailbox = exchange.mailboxes[self._people._ana.email]
        # Without anybody's asking.
        for item in list(mailbox.items.values()):
            finish_teams(exchange, mailbox, item=item)


def _has_meet(wish: Wish) -> bool:
    return (wish.kind, wish.app) == ("own", "google")

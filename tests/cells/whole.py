"""The whole engine on the wire: the plays of `tests.behaviour`, over the same bytes as the cells."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx

from syncd.adapters.http import Http
from tests.behaviour.ground import LIMITS, AppName
from tests.behaviour.still import BASE, WireClock
from tests.behaviour.world import Play
from tests.cells.faults import Fault, Struck
from tests.cells.lines import seen_of
from tests.cells.stage import Row, on_wire
from tests.cells.wire import Reply, Seen, Wire

HOST = BASE.removeprefix("https://")


class WholePlay(Play):
    """People, stand-ins and the engine; what the engine sends goes over `line`.

    `deeds` says whether the stand-in does what a struck request asks for, before its answer is spoilt;
    `made` counts the meetings that ever were.
    """

    def __init__(self, app: AppName) -> None:
        self.line = Wire(lambda _seen: self._good)
        self.deeds = False
        self.made = 0
        self._good = Reply(200)
        super().__init__(app)

    def strike(
        self, target: Callable[[Seen], bool], row: Row, fault: Fault, *, times: int, deeds: bool
    ) -> None:
        """Spoil the answers to the next requests, as they would be to that row's call."""
        self.deeds = deeds
        self.line.arm(target, Struck(row, fault), times=times)

    def _http(self) -> Http:
        http = on_wire(self.line, clock=WireClock(self.clock), origins=[BASE], limits=LIMITS)
        hooks = http._client.event_hooks
        http._client.event_hooks = {"request": [self._deliver, *hooks["request"]]}
        return http

    async def _deliver(self, request: httpx.Request) -> None:
        self._good = Reply(200)
        if self.deeds or not self.line.strikes(seen_of(request)):
            answer = await self._wire.handle_async_request(request)
            body = await answer.aread()
            self.made += answer.status_code == httpx.codes.CREATED and request.url.path.endswith(
                "/meetings"
            )
            self._good = Reply(answer.status_code, json.loads(body) if body else None)

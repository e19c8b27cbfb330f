"""The routes beside the providers' APIs, by which a test looks at and steers the sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from syncd.sandbox.fakes.fault_form import BadFault, read_fault
from syncd.sandbox.fakes.world import StandIn, World


def control_routes(world: World, stand_ins: Sequence[StandIn]) -> list[Route]:
    """Give the routes below `/_sandbox`."""
    control = _Control(world, stand_ins)
    return [
        Route("/_sandbox/state", control.state, methods=["GET"]),
        Route("/_sandbox/faults", control.list_faults, methods=["GET"]),
        Route("/_sandbox/faults", control.add_fault, methods=["POST"]),
        Route("/_sandbox/faults", control.clear_faults, methods=["DELETE"]),
        Route("/_sandbox/advance", control.advance, methods=["POST"]),
        Route("/_sandbox/reset", control.reset, methods=["POST"]),
    ]


@dataclass(frozen=True)
class _Control:
    world: World
    stand_ins: Sequence[StandIn]

    async def state(self, _request: Request) -> Response:
        snapshots = {one.name: one.snapshot() for one in self.stand_ins}
        return JSONResponse({**self.world.snapshot(), **snapshots})

    async def list_faults(self, _request: Request) -> Response:
        return JSONResponse([asdict(fault) for fault in self.world.faults])

    async def add_fault(self, request: Request) -> Response:
        operations = {one.name: {route.name for route in one.routes()} for one in self.stand_ins}
        try:
            fault = read_fault(await _json(request), operations)
        except BadFault as error:
            return _bad(str(error))
        self.world.faults.append(fault)
        return JSONResponse(asdict(fault), status_code=201)

    async def clear_faults(self, _request: Request) -> Response:
        self.world.faults.clear()
        return Response(status_code=204)

    async def advance(self, request: Request) -> Response:
        form = await _json(request)
        seconds = form.get("seconds") if isinstance(form, dict) else None
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
            return _bad('write {"seconds": N} with N of 0 or more')
        self.world.advance(seconds)
        return JSONResponse({"now": self.world.now().isoformat()})

    async def reset(self, _request: Request) -> Response:
        self.world.reset()
        for one in self.stand_ins:
            one.reset()
        return Response(status_code=204)


async def _json(request: Request) -> Any:
    try:
        return await request.json()
    except ValueError:
        return None


def _bad(problem: str) -> Response:
    return JSONResponse({"problem": problem}, status_code=400)

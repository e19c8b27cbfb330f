"""The whole sandbox as one application: the control routes and one mount per stand-in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Router
from starlette.types import ASGIApp

from syncd.sandbox.fakes.control import control_routes
from syncd.sandbox.fakes.layer import layered
from syncd.sandbox.fakes.override import MethodOverride
from syncd.sandbox.fakes.world import StandIn, World


def build_app(world: World, stand_ins: Sequence[StandIn]) -> Starlette:
    """Build the application of `world` with `/google`, `/microsoft`, `/zoom` and `/_sandbox`."""
    mounts = [Mount(f"/{one.name}", app=_provider_app(world, one)) for one in stand_ins]
    return Starlette(
        routes=[*control_routes(world, stand_ins), *mounts],
        exception_handlers={HTTPException: _refused},  # type: ignore[dict-item]  # starlette types the key's handler by Exception
    )


def _provider_app(world: World, stand_in: StandIn) -> ASGIApp:
    routes = [layered(world, stand_in.name, route) for route in stand_in.routes()]
    router = Router(routes=routes, redirect_slashes=False)
    return MethodOverride(router) if stand_in.name == "google" else router


async def _refused(request: Request, error: HTTPException) -> Response:
    """Answer what no handler answered: unknown paths, unknown methods, bodies too long."""
    content = _refusal(request.url.path, error)
    return JSONResponse(content, status_code=error.status_code, headers=error.headers)


def _refusal(path: str, error: HTTPException) -> dict[str, Any]:
    match path.split("/")[1]:
        case "google":
            reason = {"message": error.detail, "domain": "global", "reason": "notFound"}
            body = {"code": error.status_code, "message": error.detail, "errors": [reason]}
            return {"error": body}
        case "microsoft":
            segment = path.rpartition("/")[2]
            message = f"Resource not found for the segment '{segment}'."
            return {"error": {"code": "ResourceNotFound", "message": message}}
        case "zoom":
            return {"code": 2300, "message": "This API endpoint is not recognized."}
        case _:
            return {"problem": error.detail}

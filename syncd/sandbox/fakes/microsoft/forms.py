"""Reading form bodies and making the answers of the login side."""

from __future__ import annotations

from urllib.parse import parse_qsl
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse

from syncd.sandbox.fakes.microsoft.aadsts import LoginError
from syncd.sandbox.fakes.world import World


async def read_form(request: Request) -> dict[str, str]:
    """Read an application/x-www-form-urlencoded body."""
    body = await request.body()
    return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))


def login_base(world: World, request: Request) -> str:
    """Give the address of the login side as clients know it."""
    path = request.url.path
    base = world.base or f"{request.url.scheme}://{request.url.netloc}"
    return base + path[: path.index("/login/") + len("/login")]


def refused(world: World, refusal: LoginError, request: Request) -> JSONResponse:
    """Answer a refusal as JSON."""
    trace = str(UUID(int=world.random.getrandbits(128)))
    content = refusal.as_json(
        trace=trace,
        correlation=request.headers.get("client-request-id", trace),
        at=f"{world.now():%Y-%m-%d %H:%M:%SZ}",
    )
    return JSONResponse(content, status_code=refusal.status, headers={"Cache-Control": "no-store"})

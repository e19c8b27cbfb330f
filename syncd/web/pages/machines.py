"""What machines ask: whether we live, whether we can work, and the hooks of the providers."""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from syncd.core.ids import Provider
from syncd.web.door import Door, HookCall
from syncd.web.shell import POLICY


def machine_routes(door: Door) -> list[BaseRoute]:
    """Give the routes that take no cookie; whether a hook is genuine is checked behind the door."""

    async def health(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(_: Request) -> Response:
        if await door.is_ready():
            return PlainTextResponse("ready\n")
        return PlainTextResponse("not ready\n", HTTPStatus.SERVICE_UNAVAILABLE)

    async def hook(request: Request) -> Response:
        word = request.path_params["provider"]
        if word not in {str(one) for one in Provider}:
            return PlainTextResponse("", HTTPStatus.NOT_FOUND)
        call = HookCall(
            headers=dict(request.headers),
            query=dict(request.query_params),
            body=await request.body(),
        )
        answer = await door.hook(Provider(word), call)
        kind = "application/json" if answer.is_json else "text/plain; charset=utf-8"
        # Microsoft wants back what it sent: never as something that a browser would run.
        headers = {"content-security-policy": f"{POLICY}; sandbox", "content-type": kind}
        return Response(answer.text, answer.status, headers)

    return [
        Route("/healthz", health, methods=["GET"]),
        Route("/readyz", ready, methods=["GET"]),
        Route("/hooks/{provider}", hook, methods=["POST"]),
    ]

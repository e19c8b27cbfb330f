"""A stage for tests of the Zoom stand-in: a clock that stands still, and checked requests."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from starlette.applications import Starlette
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from syncd.sandbox.fakes.world import StandIn, World
from syncd.sandbox.fakes.zoom import ZoomStandIn
from tests.integration.sandbox.zoom_schema import check_answer, check_request

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
CALLBACK = "http://localhost/zoom/callback"


class StillWorld(World):
    """A world whose clock moves by `advance` alone."""

    def now(self) -> datetime:
        return NOW + self.offset


class Stage:
    """One world, its Zoom stand-in, and a client that checks all it sends and gets."""

    def __init__(self, *, people: int = 2) -> None:
        self.world = StillWorld(people=people)
        self.world.base = "https://sandbox"
        self.zoom = ZoomStandIn(self.world)
        self.zoom.redirect_uris = [CALLBACK]
        self.ana, self.bo, *_ = self.world.people
        self.stale = False
        stand_in: StandIn = self.zoom
        self.routes = stand_in.routes()
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self._app()), base_url="https://sandbox"
        )

    async def call(self, method: str, path: str, *, token=None, json=None, content=None):
        """Send a request to the API; without a token Ana's own is used."""
        bearer = self.ana.zoom_token if token is None else token
        answer = await self.http.request(
            method,
            f"/zoom/v2{path}",
            json=json,
            content=content,
            headers={"Authorization": f"Bearer {bearer}"},
        )
        self._check(method, path, answer, json)
        return answer

    async def create(self, token=None, user: str = "me", **body: Any) -> Any:
        answer = await self.call("POST", f"/users/{user}/meetings", token=token, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def get(self, path: str, token=None) -> Any:
        answer = await self.call("GET", path, token=token)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def change(self, meeting: Any, query: str = "", token=None, **body: Any) -> Any:
        """Change a meeting and read it again."""
        path = f"/meetings/{meeting['id']}{query}"
        answer = await self.call("PATCH", path, token=token, json=body)
        assert (answer.status_code, answer.content) == (204, b""), answer.text
        return await self.get(path, token)

    async def listed(self, query: str = "", token=None, user: str = "me") -> Any:
        return await self.get(f"/users/{user}/meetings{query}", token)

    async def token(self, *, client=None, **form: str):
        """Ask the token service; `client` is (id, secret), the server-to-server app if left out."""
        credentials = client or (self.zoom.client_id, self.zoom.client_secret)
        return await self.http.post("/zoom/oauth/token", data=form, headers=basic(*credentials))

    async def account_token(self) -> str:
        """Get a server-to-server token."""
        answer = await self.token(grant_type="account_credentials", account_id=self.zoom.account_id)
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token

    async def code(self, **query: str) -> str:
        """Let Ana agree and give the authorization code."""
        answer = await self.authorise(sandbox_person=self.ana.email, **query)
        assert answer.status_code == 302, answer.text
        code: str = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
        return code

    async def authorise(self, **query: str):
        usual = {
            "response_type": "code",
            "client_id": self.zoom.user_client_id,
            "redirect_uri": CALLBACK,
        }
        return await self.http.get("/zoom/oauth/authorize", params=usual | query)

    async def redeem(self, code: str, **form: str):
        usual = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        return await self.token(client=self.user_app, **usual | form)

    async def refresh(self, token: str):
        return await self.token(
            client=self.user_app, grant_type="refresh_token", refresh_token=token
        )

    async def consented(self) -> Any:
        """Give the token answer of a consent by Ana."""
        answer = await self.redeem(await self.code())
        assert answer.status_code == 200, answer.text
        return answer.json()

    @property
    def user_app(self) -> tuple[str, str]:
        return self.zoom.user_client_id, self.zoom.user_client_secret

    def mails(self) -> list[tuple[str, str]]:
        """Give all mails so far as address and reason, and forget them."""
        sent: list[tuple[str, str]] = [(mail.to, mail.reason) for mail in self.world.mails]
        self.world.mails.clear()
        return sent

    def _app(self) -> ASGIApp:
        app = Starlette(routes=[Mount("/zoom", routes=self.routes)])

        async def marking(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "state": {"stale": self.stale}}, receive, send)

        return marking

    def _check(self, method: str, path: str, answer: httpx.Response, json: Any) -> None:
        scope = {"type": "http", "method": method, "path": urlsplit(f"/v2{path}").path}
        operation = next(
            route.name for route in self.routes if route.matches(scope)[0] is Match.FULL
        )
        if json is not None and answer.is_success:
            check_request(operation, json)
        check_answer(operation, answer.status_code, answer.json() if answer.content else None)
        assert answer.headers["x-zm-trackingid"]


def basic(client_id: str, secret: str) -> dict[str, str]:
    """Give the header of HTTP Basic."""
    text = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {text}"}


def starting(**later: float) -> str:
    """Write a start so many days, hours or minutes from the still clock's beginning."""
    return (NOW + timedelta(**later)).strftime("%Y-%m-%dT%H:%M:%SZ")


def refusal(answer: httpx.Response) -> tuple[int, int]:
    """Give status and Zoom's code of a refusal."""
    return answer.status_code, answer.json()["code"]


def bad_fields(answer: httpx.Response) -> list[str]:
    """Give the fields of a `Validation Failed.` answer."""
    content = answer.json()
    assert (answer.status_code, content["code"]) == (400, 300), content
    assert content["message"] == "Validation Failed."
    return [error["field"] for error in content["errors"]]

"""The pages before a fake door, and browsers that look at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from syncd.core.ids import Provider
from syncd.ports.connections import SessionRow
from syncd.web.app import build
from syncd.web.browsers import COOKIE, form_token, new_cookie, session_id
from syncd.web.settings import Rate, Rates, WebSettings
from tests.fakes.clock import FakeClock
from tests.fakes.web_door import ADMIN, FakeDoor

SITE = "https://syncd.example.com"
_PLENTY = Rate(burst=100_000, per_second=100_000)
UNLIMITED = Rates(address=_PLENTY, session=_PLENTY, consent=_PLENTY, hooks=_PLENTY)


class WebStage:
    """One application; `browser` opens a browser, signed in when a person is named."""

    def __init__(self, *, rates: Rates = UNLIMITED) -> None:
        self.door = FakeDoor()
        self.clock = FakeClock()
        self.settings = WebSettings(
            public_url=SITE,
            admins=frozenset({ADMIN}),
            support="help@example.com",
            privacy_url="https://example.com/privacy",
            rates=rates,
        )
        self.app = build(self.door, self.settings, self.clock)

    def browser(self, person: str = "", *, address: str = "203.0.113.7") -> Browser:
        cookie = new_cookie()
        if person:
            now = self.clock.now()
            row = SessionRow(
                id=session_id(cookie),
                person=person,
                provider=Provider.GOOGLE,
                begun_at=now,
                seen_at=now,
            )
            self.door.sessions[row.id] = row
        return Browser(self, cookie, address)


@dataclass
class Browser:
    """Sends what a browser would send; follows nothing by itself."""

    stage: WebStage
    cookie: str
    address: str = "203.0.113.7"
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.send("GET", path, headers=headers)

    async def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of ours, with its token and its origin."""
        data = {"form_token": form_token(self.cookie), **fields}
        return await self.send("POST", path, data=data, headers={"origin": SITE})

    async def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, object] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        transport = httpx.ASGITransport(
            self.stage.app, raise_app_exceptions=False, client=(self.address, 4711)
        )
        async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
            sent = {**self.headers, **(headers or {})}
            if self.cookie:
                sent["cookie"] = f"{COOKIE}={self.cookie}"
            answer = await client.request(method, path, headers=sent, data=data, content=content)
        if COOKIE in answer.cookies:
            self.cookie = answer.cookies[COOKIE]
        return answer

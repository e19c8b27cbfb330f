"""The Zoom adapter keeps the promises of the port, over the sandbox in the same loop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from syncd.adapters.http import Http
from syncd.adapters.zoom import LIMITS, ZoomMeetings, ZoomTokens
from syncd.core.meeting import FixedTimes, MeetingChange, Repeat, difference
from syncd.core.secret import Secret
from syncd.ports.errors import Forbidden
from syncd.sandbox.fakes.app import build_app
from syncd.sandbox.fakes.world import Fault, World
from syncd.sandbox.fakes.zoom import ZoomStandIn
from tests.conformance.meetings_contract import Kind, MeetingsContract, Rig
from tests.conformance.meetings_listing_contract import ListingContract
from tests.conformance.meetings_series_contract import SeriesContract
from tests.fakes.clock import FakeClock
from tests.fakes.meetings import Method
from tests.fakes.token_store import FakeTokenStore

BASE = "https://sandbox.test"
INVITATION = "meeting:read:invitation:admin"
OPERATIONS: dict[Method, str] = {
    "create": "POST /users/{userId}/meetings",
    "get": "GET /meetings/{meetingId}",
    "update": "PATCH /meetings/{meetingId}",
    "delete": "DELETE /meetings/{meetingId}",
    "listing": "GET /users/{userId}/meetings",
    "host": "GET /users/{userId}",
    "invitation": "GET /meetings/{meetingId}/invitation",
    "update_occurrence": "PATCH /meetings/{meetingId}",
    "delete_occurrence": "DELETE /meetings/{meetingId}",
}
FAULTS: dict[Kind, dict[str, Any]] = {
    "lost_request": {"kind": "drop_request"},
    "lost_answer": {"kind": "drop_response"},
    "server_error": {"kind": "status", "status": 502},
    "refused": {
        "kind": "status",
        "status": 400,
        "body": {"code": 300, "message": "Validation Failed."},
    },
    "rate_limited": {"kind": "status", "status": 429, "headers": {"retry-after": "5"}},
}
# More than the transport repeats by itself.
ALWAYS = 4


class Network(httpx.AsyncBaseTransport):
    """The way to the sandbox; `down` counts the connections that will be refused."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner
        self.down = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            self.down -= 1
            raise httpx.ConnectError("refused")
        return await self.inner.handle_async_request(request)


class Sandbox:
    def __init__(self) -> None:
        self.world = World(people=4)
        self.world.base = BASE
        self.zoom = ZoomStandIn(self.world)
        self.zoom.s2s_scopes += (INVITATION,)
        self.network = Network(httpx.ASGITransport(build_app(self.world, [self.zoom])))

    def fail_next(self, kind: Kind, method: Method) -> None:
        if kind == "not_sent":
            self.network.down = ALWAYS
            return
        # A create is sent once, so a second fault would strike the next one.
        count = 1 if method == "create" else ALWAYS - 1
        operation = OPERATIONS[method]
        self.world.faults.append(
            Fault(provider="zoom", operation=operation, count=count, **FAULTS[kind])
        )


def adapter(sandbox: Sandbox, http: Http, clock: FakeClock) -> ZoomMeetings:
    account = sandbox.zoom
    tokens = ZoomTokens(
        http,
        FakeTokenStore(),
        clock,
        account_id=account.account_id,
        client_id=account.client_id,
        client_secret=Secret(account.client_secret),
        oauth_base=f"{BASE}/zoom/oauth",
        holder="one",
    )
    return ZoomMeetings(http, tokens, clock, f"{BASE}/zoom/v2")


@asynccontextmanager
async def over_sandbox() -> AsyncIterator[tuple[Sandbox, Rig]]:
    sandbox = Sandbox()
    clock = FakeClock(sandbox.world.now())
    http = Http(
        clock=clock,
        origins=[BASE],
        ca_file=None,
        limits=LIMITS["business"],
        transport=sandbox.network,
    )
    people = sandbox.world.people
    host, colleague = (person.email for person in people if person.zoom_type == 2)
    rig = Rig(
        provider=adapter(sandbox, http, clock),
        clock=clock,
        host=host,
        basic=next(person.email for person in people if person.zoom_type == 1),
        colleague=colleague,
        fail_next=sandbox.fail_next,
        creates=lambda: sandbox.world.counts[("zoom", OPERATIONS["create"])],
        alive=lambda: len(sandbox.zoom.snapshot()["meetings"]),
        convert=sandbox.zoom.webinars.add,
    )
    # The token first, so that a fault strikes the call that is meant.
    await rig.provider.host(rig.host)
    try:
        yield sandbox, rig
    finally:
        await http.close()


class TestZoomOverTheSandbox(MeetingsContract, ListingContract, SeriesContract):
    @asynccontextmanager
    async def rig(self) -> AsyncIterator[Rig]:
        async with over_sandbox() as (_, rig):
            yield rig


async def test_a_token_that_has_ended_at_zoom_is_replaced_on_the_way():
    async with over_sandbox() as (sandbox, rig):
        sandbox.world.advance(3700)
        made = await rig.create()
        assert (await rig.provider.get(made.id)).id == made.id
        assert sandbox.world.counts[("zoom", "POST /oauth/token")] == 2


async def test_phone_numbers_are_read():
    async with over_sandbox() as (_, rig):
        made = await rig.create()
    assert made.phone_numbers
    assert all(each.number and each.place for each in made.phone_numbers)


async def test_an_invitation_needs_its_scope():
    async with over_sandbox() as (sandbox, rig):
        made = await rig.create()
        scopes = sandbox.zoom.s2s_scopes
        sandbox.zoom.s2s_scopes = tuple(each for each in scopes if each != INVITATION)
        sandbox.world.advance(3700)
        with pytest.raises(Forbidden) as refused:
            await rig.provider.invitation(made.id)
    assert refused.value.code == "zoom_scope_missing"
    assert "meeting:read:invitation" in refused.value.message


async def test_what_the_app_may_change_is_told_by_its_token_until_another_tells_more():
    update = "meeting:update:meeting:admin"
    async with over_sandbox() as (sandbox, rig):
        scopes = sandbox.zoom.s2s_scopes
        sandbox.zoom.s2s_scopes = tuple(each for each in scopes if each != update)
        sandbox.world.advance(3700)
        made = await rig.create()
        assert not await rig.provider.may_update()
        with pytest.raises(Forbidden) as refused:
            await rig.provider.update(made.id, MeetingChange(topic="Later"))
        assert refused.value.code == "zoom_scope_missing"
        sandbox.zoom.s2s_scopes = scopes
        sandbox.world.advance(3700)
        await rig.provider.get(made.id)
        assert await rig.provider.may_update()


async def test_a_series_that_is_under_way_is_still_known_by_its_first_start():
    async with over_sandbox() as (sandbox, rig):
        spec = rig.spec(repeats=FixedTimes(repeat=Repeat.DAILY, count=9))
        made = await rig.create(spec)
        sandbox.world.advance(5 * 24 * 3600)
        now = await rig.provider.get(made.id)
    assert difference(now, spec).is_empty


async def test_what_was_left_out_is_told(caplog: pytest.LogCaptureFixture):
    async with over_sandbox() as (_, rig):
        await rig.create(rig.spec(alternative_hosts=(rig.basic,)))
    (record,) = [each for each in caplog.records if each.msg.startswith("zoom refused a part")]
    assert (record.levelname, vars(record)["part"]) == ("WARNING", "alternative hosts")

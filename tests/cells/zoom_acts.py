"""How the product comes to make each of its calls to Zoom, and to the address of the admin's own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from syncd.adapters.grants import GrantTokens
from syncd.adapters.notify import Announcer
from syncd.adapters.zoom import (
    DEFAULT_API_BASE,
    DEFAULT_OAUTH_BASE,
    ZoomAuthorizer,
    ZoomMeetings,
    ZoomTokens,
    origins,
)
from syncd.adapters.zoom.scopes import USUAL
from syncd.core.ids import AccountKey, Provider
from syncd.core.meeting import MeetingChange
from syncd.core.secret import Secret
from syncd.ports.notify import Incident
from syncd.ports.oauth import Grant, Purpose
from tests.cells.stage import (
    BACK,
    HOOK,
    STATE,
    ZOOM_API,
    ZOOM_OAUTH,
    Act,
    Stage,
)
from tests.cells.wire import Reply, Seen
from tests.fakes.clock import START
from tests.fakes.grant_store import FakeGrantStore
from tests.fakes.token_store import FakeTokenStore
from tests.integration.adapters.zoom_wire import MEETING, SPEC

HOST = "ana@example.com"
ID = 93_000_000_001
_GRANT = Grant(
    access_token=Secret("access-1"),
    expires_at=START - timedelta(seconds=1),
    refresh_token=Secret("refresh-1"),
    scopes=frozenset(USUAL),
)
_LIVE = replace(_GRANT, expires_at=START + timedelta(days=9))


class _Zoom:
    """What Zoom answers when all is well."""

    def __init__(self, stage: Stage) -> None:
        stage.serve(ZOOM_API, self.api)
        stage.serve(ZOOM_OAUTH, self.oauth)

    def oauth(self, seen: Seen) -> Reply:
        if seen.path.endswith("/revoke"):
            return Reply(200, {"status": "success"})
        body = {"access_token": "token-1", "token_type": "bearer", "expires_in": 3599}
        if seen.form["grant_type"] == "account_credentials":
            return Reply(200, body)
        return Reply(200, body | {"refresh_token": "refresh-1", "scope": " ".join(USUAL)})

    def api(self, seen: Seen) -> Reply:
        if seen.method in ("PATCH", "DELETE"):
            return Reply(204)
        if seen.method == "POST":
            return Reply(201, MEETING | {"topic": json.loads(seen.body)["topic"]})
        if seen.path.endswith("/invitation"):
            return Reply(200, {"invitation": "Come."})
        if seen.path.endswith("/meetings"):
            return Reply(200, {"meetings": [MEETING]})
        if "/users/" in seen.path:
            user = {"id": "u1", "type": 2, "email": HOST, "account_id": "acc", "verified": 1}
            return Reply(200, user)
        return Reply(200, MEETING | {"start_url": "https://zoom.us/s/1?zak=x"})


def _http(stage: Stage) -> Any:
    _Zoom(stage)
    bases = {"api_base": DEFAULT_API_BASE, "oauth_base": DEFAULT_OAUTH_BASE}
    return stage.http(*origins(**bases))


def _tokens(stage: Stage) -> ZoomTokens:
    return ZoomTokens(
        _http(stage),
        FakeTokenStore(),
        stage.clock,
        account_id="acc",
        client_id="app-1",
        client_secret=Secret("s3cret"),
        oauth_base=DEFAULT_OAUTH_BASE,
        holder="one",
    )


def _authorizer(stage: Stage) -> ZoomAuthorizer:
    return ZoomAuthorizer(
        _http(stage),
        stage.clock,
        client_id="app-1",
        client_secret=Secret("s3cret"),
        oauth_base=DEFAULT_OAUTH_BASE,
        api_base=DEFAULT_API_BASE,
    )


async def _meetings(stage: Stage) -> ZoomMeetings:
    provider = ZoomMeetings(_http(stage), _tokens(stage), stage.clock, DEFAULT_API_BASE)
    await provider.may_update()
    return provider


async def token(stage: Stage) -> Act:
    return lambda: _tokens(stage).current()


async def code(stage: Stage) -> Act:
    one = _authorizer(stage)

    async def act() -> Any:
        begun = await one.begin(purpose=Purpose.CONNECT, state=STATE, redirect_uri=BACK)
        return await one.finish(begun.kept, {"state": STATE, "code": "code-1"})

    return act


async def refresh(stage: Stage) -> Act:
    one = _authorizer(stage)
    return lambda: one.refresh(_GRANT)


async def renewal(stage: Stage) -> Act:
    store = FakeGrantStore()
    one = _authorizer(stage)
    account = AccountKey(Provider.ZOOM, HOST)

    async def act() -> Any:
        store.grants.connect(account, _GRANT)
        return await GrantTokens(
            Provider.ZOOM, one, store, stage.clock, holder="one", on_gone=lambda *_: None
        ).current(HOST)

    return act


async def revoke(stage: Stage) -> Act:
    one = _authorizer(stage)
    return lambda: one.revoke(_LIVE)


async def me(stage: Stage) -> Act:
    one = _authorizer(stage)
    return lambda: one.probe(_LIVE)


async def user(stage: Stage) -> Act:
    provider = await _meetings(stage)
    return lambda: provider.host(HOST)


async def listing(stage: Stage) -> Act:
    provider = await _meetings(stage)
    return lambda: provider.listing(HOST)


async def post(stage: Stage) -> Act:
    provider = await _meetings(stage)
    return lambda: provider.create(HOST, SPEC, send_by=stage.clock.monotonic() + 60)


async def get(stage: Stage) -> Act:
    provider = await _meetings(stage)
    return lambda: provider.get(ID)


async def start_url(stage: Stage) -> Act:
    provider = await _meetings(stage)
    return lambda: provider.start_url(ID)


async def invitation(stage: Stage) -> Act:
    provider = await _meetings(stage)
    return lambda: provider.invitation(ID)


async def patch(stage: Stage) -> Act:
    provider = await _meetings(stage)
    return lambda: provider.update(ID, MeetingChange(topic="Dinner"))


async def patch_one(stage: Stage) -> Act:
    provider = await _meetings(stage)
    return lambda: provider.update_occurrence(ID, "1", start=START, duration_minutes=30)


async def delete(stage: Stage) -> Act:
    provider = await _meetings(stage)
    return lambda: provider.delete(ID)


async def delete_one(stage: Stage) -> Act:
    provider = await _meetings(stage)
    return lambda: provider.delete_occurrence(ID, "1")


async def hook(stage: Stage) -> Act:
    stage.serve(HOOK, lambda _seen: Reply(200, {}))
    one = Announcer(command=(), http=stage.http(HOOK), webhook=f"{HOOK}/alarm")
    incident = Incident(
        account=AccountKey(Provider.ZOOM, HOST),
        state="needs_reconnect",
        reason="Gone.",
        remedy="Connect again.",
        since=START,
    )
    return lambda: one.tell(incident)

"""How the product comes to make each of its calls to Graph and Entra."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from syncd.adapters.grants import GrantTokens
from syncd.adapters.microsoft import (
    ApplicationTokens,
    GraphCalendars,
    MicrosoftAuthorizer,
    PersonTokens,
)
from syncd.adapters.microsoft.delta import Cursor, Window
from syncd.core.event import AskTeams, EventChange
from syncd.core.ids import AccountKey, CalendarKey, Provider
from syncd.core.secret import Secret
from syncd.ports.oauth import Grant, Purpose
from tests.cells.google_office import KEY, NEW, SPAN, URL, jwt
from tests.cells.stage import BACK, ENTRA, GRAPH, STATE, Act, Stage, ca_file
from tests.cells.wire import Reply, Seen
from tests.fakes.clock import START
from tests.fakes.grant_store import FakeGrantStore
from tests.integration.adapters.microsoft_wire import Tokens
from tests.unit.adapters.microsoft_items import ANA, EVENT_1, graph_error, item

_BASE = f"{GRAPH}/v1.0"
_TENANT = f"{ENTRA}/contoso.example"
_TID = "6c0fd4f5-1111-4111-8111-076fb9d179e0"
_SHARED = CalendarKey(Provider.MICROSOFT, "ana@example.com", "shared")
_HORIZON = timedelta(days=60)
_GRANT = Grant(
    access_token=Secret("access-1"),
    expires_at=START - timedelta(seconds=1),
    refresh_token=Secret("refresh-1"),
    scopes=frozenset({"Calendars.ReadWrite"}),
)


_MAIN = {
    "id": "c1",
    "name": "Calendar",
    "canEdit": True,
    "isDefaultCalendar": True,
    "owner": {"address": "ana@example.com"},
}
_RIGHTS = {"canEdit": True, "allowedOnlineMeetingProviders": ["teamsForBusiness"]}
_LINK = f"{_BASE}/users/ana@example.com/calendarView/delta?$deltatoken=t2"
_LISTED: dict[str, dict[str, Any]] = {
    "delta": {"value": [item()], "@odata.deltaLink": _LINK},
    "instances": {"value": [item(originalStart="2026-12-02T11:00:00Z")]},
    "calendars": {"value": [_MAIN]},
    "calendar": _RIGHTS,
    "shared": _RIGHTS,
    "events": {"value": [item()]},
    "calendarView": {"value": [item()]},
}


class _Microsoft:
    """What Graph and Entra answer when all is well."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        stage.serve(GRAPH, self.graph)
        stage.serve(ENTRA, self.entra)

    def entra(self, seen: Seen) -> Reply:
        if seen.method == "GET":
            return Reply(200, self._discovery())
        if seen.path.endswith("/devicecode"):
            told = {"device_code": "d", "user_code": "ABC", "expires_in": 900, "interval": 5}
            return Reply(200, told | {"verification_uri": "https://microsoft.com/devicelogin"})
        return Reply(200, self._granted(seen.form))

    def graph(self, seen: Seen) -> Reply:
        path = seen.path.removeprefix("/v1.0/users/ana@example.com")
        if path == "/calendar/events" and seen.method == "POST":
            if self._stage.notes.get("made"):
                return Reply(409, graph_error("ErrorDuplicateTransactionId"))
            return Reply(201, item())
        last = path.rpartition("/")[2]
        return Reply(200, _LISTED[last]) if last in _LISTED else self._event(seen)

    def _event(self, seen: Seen) -> Reply:
        if seen.method == "GET":
            return Reply(200, item(**self._stage.notes.get("event", {})))
        meeting = {"onlineMeetingProvider": "teamsForBusiness", "isOnlineMeeting": True}
        wished = meeting if "isOnlineMeeting" in json.loads(seen.body) else {}
        return Reply(200, item(**wished, **{"@odata.etag": 'W/"v2"'}))

    def _granted(self, form: dict[str, str]) -> dict[str, Any]:
        body = {"token_type": "Bearer", "expires_in": 3600, "access_token": "token-1"}
        if form["grant_type"] == "client_credentials":
            return body
        nonce = self._stage.notes.get("nonce", "")
        scope = "https://graph.microsoft.com/Calendars.ReadWrite openid profile"
        more = {"refresh_token": "refresh-1", "scope": scope, "id_token": self._id_token(nonce)}
        return body | more

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": f"{ENTRA}/{_TID}/v2.0",
            "authorization_endpoint": f"{_TENANT}/oauth2/v2.0/authorize",
            "token_endpoint": f"{_TENANT}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{_TENANT}/oauth2/v2.0/devicecode",
        }

    def _id_token(self, nonce: str) -> str:
        now = int(self._stage.clock.now().timestamp())
        claims = {
            "iss": f"{ENTRA}/{_TID}/v2.0",
            "aud": "app-1",
            "sub": "pairwise",
            "exp": now + 3600,
            "nbf": now,
            "iat": now,
            "oid": "00000000-0000-4000-8000-000000000001",
            "tid": _TID,
            "preferred_username": "ana@example.com",
        }
        return jwt(claims | ({"nonce": nonce} if nonce else {}))


def _app() -> dict[str, Any]:
    return {
        "tenant": "contoso.example",
        "client_id": "app-1",
        "credential": Secret("s3cret"),
        "login_base": ENTRA,
        "ca_file": ca_file(),
    }


def _authorizer(stage: Stage) -> MicrosoftAuthorizer:
    _Microsoft(stage)
    return MicrosoftAuthorizer(stage.clock, **_app())


def _calendars(stage: Stage) -> GraphCalendars:
    _Microsoft(stage)
    tokens = PersonTokens(None, Tokens())
    return GraphCalendars(stage.http(GRAPH), tokens, stage.clock, api_base=_BASE, horizon=_HORIZON)


async def token(stage: Stage) -> Act:
    _Microsoft(stage)
    return lambda: ApplicationTokens(clock=stage.clock, **_app()).token()


async def code(stage: Stage) -> Act:
    one = _authorizer(stage)

    async def act() -> Any:
        begun = await one.begin(purpose=Purpose.CONNECT, state=STATE, redirect_uri=BACK)
        stage.notes["nonce"] = parse_qs(urlsplit(begun.url).query)["nonce"][0]
        return await one.finish(begun.kept, {"state": STATE, "code": "code-1"})

    return act


async def begin(stage: Stage) -> Act:
    one = _authorizer(stage)
    return lambda: one.begin(purpose=Purpose.CONNECT, state=STATE, redirect_uri=BACK)


async def refresh(stage: Stage) -> Act:
    one = _authorizer(stage)
    return lambda: one.refresh(_GRANT)


async def renewal(stage: Stage) -> Act:
    store = FakeGrantStore()
    one = _authorizer(stage)
    account = AccountKey(Provider.MICROSOFT, "ana@example.com")

    async def act() -> Any:
        store.grants.connect(account, _GRANT)
        return await GrantTokens(
            Provider.MICROSOFT, one, store, stage.clock, holder="one", on_gone=lambda *_: None
        ).current("ana@example.com")

    return act


async def who(stage: Stage) -> Act:
    one = _authorizer(stage)
    return lambda: one.probe(_GRANT)


async def device(stage: Stage) -> Act:
    one = _authorizer(stage)
    return one.begin_device


async def device_token(stage: Stage) -> Act:
    one = _authorizer(stage)
    begun = await one.begin_device()
    return lambda: one.finish_device(begun.kept)


async def lists(stage: Stage) -> Act:
    provider = _calendars(stage)
    return lambda: provider.calendars("ana@example.com")


async def round(stage: Stage, cursor: str | None, calendar: CalendarKey = ANA) -> Act:
    def act() -> Any:
        return _all(_calendars(stage).changes(calendar, cursor))

    return act


async def _all(pages: Any) -> list[Any]:
    return [page async for page in pages]


async def full(stage: Stage) -> Act:
    return await round(stage, None)


async def delta(stage: Stage) -> Act:
    link = f"{_BASE}/users/ana@example.com/calendarView/delta?$deltatoken=t1"
    window = Window.around(stage.clock.now(), horizon=_HORIZON)
    return await round(stage, str(Cursor(link, window)))


async def rights(stage: Stage) -> Act:
    return await round(stage, None, _SHARED)


async def beyond(stage: Stage) -> Act:
    provider = _calendars(stage)
    return lambda: _all(provider.beyond(ANA))


async def get(stage: Stage) -> Act:
    provider = _calendars(stage)
    return lambda: provider.get(EVENT_1)


async def instances(stage: Stage) -> Act:
    provider = _calendars(stage)
    series = await provider.get(EVENT_1)
    return lambda: provider.instances(series, **SPAN)


async def between(stage: Stage) -> Act:
    provider = _calendars(stage)
    return lambda: provider.between(ANA, **SPAN)


async def patch(stage: Stage, **change: Any) -> Act:
    before = await _calendars(stage).get(EVENT_1)
    return lambda: _calendars(stage).write(before, EventChange(location=URL, **change))


async def teams(stage: Stage) -> Act:
    return await patch(stage, native=AskTeams())


async def places(stage: Stage) -> Act:
    several = {"displayName": "Room 1; Room 2", "locationType": "default"}
    stage.notes["event"] = {"location": several, "locations": [several]}
    return await patch(stage)


async def create(stage: Stage) -> Act:
    provider = _calendars(stage)
    return lambda: provider.create(ANA, NEW, key=KEY)


async def made_before(stage: Stage) -> Act:
    stage.notes["made"] = True
    return await create(stage)

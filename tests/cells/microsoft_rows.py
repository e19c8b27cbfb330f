"""The calls to Graph and Entra, one row each."""

from __future__ import annotations

from typing import Any

from tests.cells import microsoft_acts as acts
from tests.cells.stage import Kind, Row, Tongue
from tests.cells.wire import Seen, Target


def _on(method: str, ending: str, **query: str) -> Target:
    def hit(seen: Seen) -> bool:
        asked = {name: seen.query.get(f"${name}", "") for name in query}
        return seen.method == method and seen.path.endswith(ending) and asked == query

    return hit


def _granting(kind: str) -> Target:
    return lambda seen: seen.path.endswith("/token") and kind in seen.form.get("grant_type", "")


def _row(name: str, kind: Kind, made: Any, target: Target, **more: Any) -> Row:
    known: dict[str, Any] = {"provider": "Microsoft", "tongue": Tongue.GRAPH}
    return Row(name=name, kind=kind, made=made, target=target, **(known | more))


_ENTRA: dict[str, Any] = {"tongue": Tongue.ENTRA, "needs": ("access_token",)}
_LIST: dict[str, Any] = {"lists": "value", "pages": "@odata.nextLink"}
_ITEM = ("id", "type", "iCalUId")
_ROUND: dict[str, Any] = {
    **_LIST,
    "needs": ("@odata.deltaLink",),
    "path": "/calendarView/delta",
}

ROWS = (
    _row(
        "discovery",
        Kind.SIGN_IN,
        acts.begin,
        _on("GET", "/openid-configuration"),
        tongue=Tongue.ENTRA,
        needs=("token_endpoint",),
    ),
    _row(
        "token (application)",
        Kind.SIGN_IN,
        acts.token,
        _granting("client_credentials"),
        catalogue="Graph token",
        **_ENTRA,
    ),
    _row("token (code)", Kind.CODE, acts.code, _granting("authorization_code"), **_ENTRA),
    _row(
        "refresh",
        Kind.SIGN_IN,
        acts.refresh,
        _granting("refresh_token"),
        catalogue="Graph refresh",
        **_ENTRA,
    ),
    _row("refresh for a call", Kind.SIGN_IN, acts.renewal, _granting("refresh_token"), **_ENTRA),
    _row(
        "who it is (ID token)",
        Kind.SIGN_IN,
        acts.who,
        _granting("refresh_token"),
        tongue=Tongue.ENTRA,
        needs=("id_token",),
    ),
    _row(
        "device code",
        Kind.SIGN_IN,
        acts.device,
        _on("POST", "/devicecode"),
        tongue=Tongue.ENTRA,
        needs=("device_code",),
    ),
    _row("token (device)", Kind.SIGN_IN, acts.device_token, _granting("device_code"), **_ENTRA),
    _row(
        "calendars",
        Kind.READ,
        acts.lists,
        _on("GET", "/calendars"),
        catalogue="Graph calendars",
        path="/calendars",
        needs=("id",),
        **_LIST,
    ),
    _row("calendar (rights)", Kind.READ, acts.rights, _on("GET", "/calendars/shared")),
    _row("calendarView/delta full", Kind.READ, acts.full, _on("GET", "/delta"), **_ROUND),
    _row(
        "calendarView/delta",
        Kind.READ,
        acts.delta,
        _on("GET", "/delta"),
        catalogue="Graph delta",
        **_ROUND,
    ),
    _row(
        "calendarView",
        Kind.READ,
        acts.between,
        _on("GET", "/calendarView"),
        path="/calendarView",
        **_LIST,
    ),
    _row(
        "events (far ahead)",
        Kind.READ,
        acts.beyond,
        _on("GET", "/calendar/events"),
        path="/calendar/events",
        **_LIST,
    ),
    _row(
        "event",
        Kind.READ,
        acts.get,
        _on("GET", "/events/ev1"),
        catalogue="Graph get",
        needs=_ITEM,
    ),
    _row(
        "event (places)",
        Kind.READ,
        acts.places,
        _on("GET", "/events/ev1", select="locations"),
    ),
    _row(
        "event instances",
        Kind.READ,
        acts.instances,
        _on("GET", "/instances"),
        path="/events/ev1/instances",
        needs=("start",),
        **_LIST,
    ),
    _row(
        "event PATCH",
        Kind.WRITE,
        acts.patch,
        _on("PATCH", "/events/ev1"),
        catalogue="Graph patch",
        needs=_ITEM,
    ),
    _row("event PATCH (Teams)", Kind.WRITE, acts.teams, _on("PATCH", "/events/ev1"), needs=_ITEM),
    _row(
        "calendar (Teams allowed)",
        Kind.READ,
        acts.teams,
        _on("GET", "/calendar"),
        needs=("allowedOnlineMeetingProviders",),
    ),
    _row("event POST", Kind.INSERT, acts.create, _on("POST", "/events"), needs=("id",)),
    _row(
        "events (made before)",
        Kind.READ,
        acts.made_before,
        _on("GET", "/calendar/events"),
        needs=("id",),
        lists="value",
    ),
)

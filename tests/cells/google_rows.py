"""The calls to Google, one row each."""

from __future__ import annotations

from typing import Any

from tests.cells import google_acts as acts
from tests.cells.stage import (
    Kind,
    Row,
    Tongue,
)
from tests.cells.wire import Seen, Target


def _on(method: str, ending: str, **query: str) -> Target:
    def hit(seen: Seen) -> bool:
        asked = {name: seen.query.get(name, "") for name in query}
        return seen.method == method and seen.path.endswith(ending) and asked == query

    return hit


def _granting(kind: str) -> Target:
    return lambda seen: seen.path == "/token" and seen.form.get("grant_type", "") == kind


def _tidying(seen: Seen) -> bool:
    return seen.method == "PATCH" and seen.query.get("sendUpdates") == "none"


def _row(name: str, kind: Kind, made: Any, target: Target, **more: Any) -> Row:
    known: dict[str, Any] = {"provider": "Google", "tongue": Tongue.GOOGLE}
    return Row(name=name, kind=kind, made=made, target=target, **(known | more))


_OAUTH: dict[str, Any] = {"tongue": Tongue.GOOGLE_OAUTH, "needs": ("access_token",)}
_LIST: dict[str, Any] = {"lists": "items", "pages": "nextPageToken"}
_ITEM = ("id", "etag", "iCalUID")

ROWS = (
    _row(
        "token (service account)",
        Kind.SIGN_IN,
        acts.token,
        _granting("urn:ietf:params:oauth:grant-type:jwt-bearer"),
        catalogue="Google token",
        **_OAUTH,
    ),
    _row("token (code)", Kind.CODE, acts.code, _granting("authorization_code"), **_OAUTH),
    _row(
        "refresh",
        Kind.SIGN_IN,
        acts.refresh,
        _granting("refresh_token"),
        catalogue="Google refresh",
        **_OAUTH,
    ),
    _row("refresh for a call", Kind.SIGN_IN, acts.renewal, _granting("refresh_token"), **_OAUTH),
    _row(
        "revoke",
        Kind.SIGN_IN,
        acts.revoke,
        _on("POST", "/revoke"),
        tongue=Tongue.GOOGLE_OAUTH,
        catalogue="Google revoke",
    ),
    _row(
        "userinfo",
        Kind.SIGN_IN,
        acts.userinfo,
        _on("GET", "/userinfo"),
        tongue=Tongue.GOOGLE_OAUTH,
        needs=("sub",),
        catalogue="Google userinfo",
    ),
    _row(
        "calendarList",
        Kind.READ,
        acts.calendar_list,
        _on("GET", "/calendarList"),
        catalogue="Google calendarList",
        needs=("id",),
        **_LIST,
    ),
    _row("events.list (main calendar)", Kind.READ, acts.main_calendar, _on("GET", "/events")),
    _row(
        "events.list full",
        Kind.READ,
        acts.full,
        _on("GET", "/events", syncToken=""),
        catalogue="Google events.list full",
        needs=("nextSyncToken",),
        **_LIST,
    ),
    _row(
        "events.list sync",
        Kind.READ,
        acts.sync,
        _on("GET", "/events", syncToken="sync-1"),
        catalogue="Google events.list sync",
        needs=("nextSyncToken",),
        **_LIST,
    ),
    _row("events.list between", Kind.READ, acts.between, _on("GET", "/events"), **_LIST),
    _row("events.list (facts)", Kind.READ, acts.facts, _on("GET", "/events", maxResults="1")),
    _row(
        "events.get",
        Kind.READ,
        acts.get,
        _on("GET", "/events/ev1"),
        catalogue="Google get",
        needs=_ITEM,
    ),
    _row(
        "events.instances",
        Kind.READ,
        acts.instances,
        _on("GET", "/instances"),
        needs=("start",),
        **_LIST,
    ),
    _row(
        "events.patch",
        Kind.WRITE,
        acts.patch,
        _on("PATCH", "/events/ev1"),
        catalogue="Google patch",
        needs=_ITEM,
    ),
    _row("events.patch (Meet)", Kind.WRITE, acts.meet, _on("PATCH", "/events/ev1"), needs=_ITEM),
    _row(
        "events.patch (button)", Kind.WRITE, acts.button, _on("PATCH", "/events/ev1"), needs=_ITEM
    ),
    _row("events.patch (tidying)", Kind.EXTRA, acts.tidy, _tidying, needs=_ITEM),
    _row("events.insert", Kind.INSERT, acts.insert, _on("POST", "/events"), needs=_ITEM),
    _row(
        "events.get (made before)",
        Kind.READ,
        acts.inserted,
        lambda seen: seen.method == "GET" and "/events/" in seen.path,
        needs=_ITEM,
    ),
)

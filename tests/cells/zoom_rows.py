"""The calls to Zoom, and to the address of the admin's own, one row each."""

from __future__ import annotations

from typing import Any

from tests.cells import zoom_acts as acts
from tests.cells.stage import (
    Kind,
    Row,
    Tongue,
)
from tests.cells.wire import Seen, Target


def _on(method: str, ending: str, *, occurrence: bool = False) -> Target:
    def hit(seen: Seen) -> bool:
        is_one = "occurrence_id" in seen.query
        return seen.method == method and seen.path.endswith(ending) and is_one is occurrence

    return hit


def _granting(kind: str) -> Target:
    return lambda seen: seen.path.endswith("/token") and seen.form.get("grant_type") == kind


def _row(name: str, kind: Kind, made: Any, target: Target, **more: Any) -> Row:
    known: dict[str, Any] = {"provider": "Zoom", "tongue": Tongue.ZOOM}
    return Row(name=name, kind=kind, made=made, target=target, **(known | more))


_OAUTH: dict[str, Any] = {"tongue": Tongue.ZOOM_OAUTH, "needs": ("access_token",)}
_ONE = f"/meetings/{acts.ID}"

ROWS = (
    _row(
        "token (server to server)",
        Kind.SIGN_IN,
        acts.token,
        _granting("account_credentials"),
        catalogue="Zoom token",
        **_OAUTH,
    ),
    _row("token (code)", Kind.CODE, acts.code, _granting("authorization_code"), **_OAUTH),
    _row(
        "refresh",
        Kind.SIGN_IN,
        acts.refresh,
        _granting("refresh_token"),
        catalogue="Zoom refresh",
        **_OAUTH,
    ),
    _row("refresh for a call", Kind.SIGN_IN, acts.renewal, _granting("refresh_token"), **_OAUTH),
    _row(
        "revoke",
        Kind.SIGN_IN,
        acts.revoke,
        _on("POST", "/revoke"),
        tongue=Tongue.ZOOM_OAUTH,
        catalogue="Zoom revoke",
    ),
    _row(
        "users/me",
        Kind.SIGN_IN,
        acts.me,
        _on("GET", "/users/me"),
        needs=("id",),
        catalogue="Zoom users/me",
    ),
    _row("users/{id}", Kind.READ, acts.user, _on("GET", f"/users/{acts.HOST}"), needs=("id",)),
    _row(
        "meetings (list)",
        Kind.READ,
        acts.listing,
        _on("GET", "/meetings"),
        needs=("id",),
        catalogue="Zoom list",
        lists="meetings",
        pages="next_page_token",
    ),
    _row(
        "meeting POST",
        Kind.CREATE,
        acts.post,
        _on("POST", "/meetings"),
        needs=("id",),
        catalogue="Zoom post",
    ),
    _row("meeting", Kind.READ, acts.get, _on("GET", _ONE), needs=("id",), catalogue="Zoom get"),
    _row("meeting (start link)", Kind.READ, acts.start_url, _on("GET", _ONE), needs=("start_url",)),
    _row(
        "invitation",
        Kind.READ,
        acts.invitation,
        _on("GET", "/invitation"),
        needs=("invitation",),
    ),
    _row("meeting PATCH", Kind.SET, acts.patch, _on("PATCH", _ONE), catalogue="Zoom patch"),
    _row("occurrence PATCH", Kind.SET, acts.patch_one, _on("PATCH", _ONE, occurrence=True)),
    _row("meeting DELETE", Kind.SET, acts.delete, _on("DELETE", _ONE), catalogue="Zoom delete"),
    _row("occurrence DELETE", Kind.SET, acts.delete_one, _on("DELETE", _ONE, occurrence=True)),
    _row(
        "alarm",
        Kind.EXTRA,
        acts.hook,
        _on("POST", "/alarm"),
        provider="Admin's",
        tongue=Tongue.PLAIN,
    ),
)

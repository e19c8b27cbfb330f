"""Alternative hosts: who is named, and whom Zoom takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syncd.sandbox.fakes.zoom.account import Account
from syncd.sandbox.fakes.zoom.errors import bad_request

_LICENSED = 2


def named(settings: Mapping[str, Any]) -> list[str]:
    """Give the addresses or ids of `alternative_hosts`, as somebody wrote them."""
    names = str(settings.get("alternative_hosts", "")).split(";")
    return [name.strip() for name in names if name.strip()]


def check(account: Account, body: Mapping[str, Any]) -> None:
    """Refuse whoever is no licensed user of this account; raises ZoomError 400.

    Zoom's help says that both must be licensed and of one account; the reference gives the refusal
    no code of its own, so that of every bad value is taken.
    """
    for name in named(body.get("settings", {})):
        person = account.person(name)
        if person is None:
            raise bad_request(f"User does not exist or is not in this account: {name}.")
        if account.user_type(person) != _LICENSED:
            raise bad_request(f"An alternative host must be a Licensed user: {name}.")

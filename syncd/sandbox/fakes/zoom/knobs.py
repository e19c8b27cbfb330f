"""The knobs of the Zoom stand-in; `control` tells what each is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from syncd.sandbox.fakes.knob_board import Turns, one_of
from syncd.sandbox.fakes.zoom.account import Account
from syncd.sandbox.fakes.zoom.pace import Plan

_TYPES = (1, 2)


class Board:
    """Turns the knobs of one Zoom account."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def turns(self) -> Turns:
        """Give what each knob does, by its name."""
        return {
            "s2s_scopes": self._set_s2s_scopes,
            "user_scopes": self._set_user_scopes,
            "expire_tokens": self._expire,
            "webinars": self._set_webinars,
            "running": self._set_running,
            "user_types": self._set_types,
            "absent": self._set_absent,
            "daily_limit": self._set_daily_limit,
            "plan": self._set_plan,
        }

    def _set_s2s_scopes(self, value: list[str]) -> None:
        self._account.s2s_scopes = tuple(value)

    def _set_user_scopes(self, value: list[str]) -> None:
        self._account.user_scopes = tuple(value)

    def _expire(self, value: Any) -> None:
        if value:
            self._account.tokens.expire_access()

    def _set_webinars(self, value: list[int]) -> None:
        self._account.webinars = {int(one) for one in value}

    def _set_running(self, value: list[int]) -> None:
        self._account.live = {int(one) for one in value}

    def _set_types(self, value: Mapping[str, int]) -> None:
        types = {self._known(user): one_of(kind, _TYPES) for user, kind in value.items()}
        self._account.user_types.update(types)

    def _set_absent(self, value: list[str]) -> None:
        self._account.absent = {self._known(user) for user in value}

    def _set_daily_limit(self, value: Any) -> None:
        self._account.daily_limit = int(value)

    def _set_plan(self, value: Any) -> None:
        self._account.plan = one_of(value, get_args(Plan))

    def _known(self, user: str) -> str:
        person = self._account.world.person(user)
        if person is None:
            raise KeyError(f"nobody is called {user}")
        return person.email

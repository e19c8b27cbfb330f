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
            "redirect_uris": self._set_redirect_uris,
            "app_not_approved": self._set_app_not_approved,
            "dead_grants": self._end_grants,
            "webhook_url": self._set_webhook_url,
            "validate_webhook": self._validate_webhook,
            "remove_app": self._remove_app,
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

    def _set_redirect_uris(self, value: list[str]) -> None:
        self._account.redirect_uris = [str(one) for one in value]

    def _set_app_not_approved(self, value: Any) -> None:
        self._account.app_not_approved = bool(value)

    def _end_grants(self, value: list[str]) -> None:
        for email in [self._known(user) for user in value]:
            self._account.tokens.end(self._account.user_client_id, email)

    def _set_webhook_url(self, value: str | None) -> None:
        if value is not None and not value.startswith(("https://", "http://127.0.0.1:")):
            raise ValueError("Zoom delivers by HTTPS, and here to this machine")
        self._account.webhooks.url = value

    def _validate_webhook(self, value: str) -> None:
        self._account.webhooks.send(
            "endpoint.url_validation", {"plainToken": str(value)}, self._account.now()
        )

    def _remove_app(self, value: str) -> None:
        person = self._account.world.person(value)
        if person is None:
            raise KeyError(f"nobody is called {value}")
        self._account.remove_app(person)

    def _known(self, user: str) -> str:
        person = self._account.world.person(user)
        if person is None:
            raise KeyError(f"nobody is called {user}")
        return person.email

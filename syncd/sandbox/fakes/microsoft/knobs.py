"""The knobs of the Microsoft stand-in; `control` tells what each is for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from syncd.sandbox.fakes.knob_board import Turns
from syncd.sandbox.fakes.microsoft import ids
from syncd.sandbox.fakes.microsoft.exchange import Exchange
from syncd.sandbox.fakes.microsoft.id_tokens import Forgery
from syncd.sandbox.fakes.microsoft.mailbox import Calendar

_FLAGS = ("empty_pages", "omit_old_masters", "copies_keep_properties", "require_admin_consent")


class Board:
    """Turns the knobs of one Microsoft."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def turns(self) -> Turns:
        """Give what each knob does, by its name."""
        return {
            **{name: partial(self._set_flag, name) for name in _FLAGS},
            "refuse_consent": self._set_refusal,
            "personal": self._set_personal,
            "forge_id_tokens": self._set_forgery,
            "application_roles": self._set_roles,
            "read_only": self._set_read_only,
            "allowed_providers": self._set_providers,
            "teams_deaf": self._set_teams_deaf,
            "teams_slow": self._set_teams_slow,
            "concurrency": self._set_concurrency,
            "retry_after": self._set_retry_after,
            "lost_status": self._set_lost_status,
            "forget_delta": self._forget,
            "revoke": self._exchange.grants.revoke,
            "certificate": self._exchange.grants.register_certificate,
            "move": self._move,
        }

    def _set_flag(self, name: str, value: Any) -> None:
        setattr(self._exchange.knobs, name, bool(value))

    def _set_refusal(self, value: Any) -> None:
        self._exchange.knobs.refuse_consent = int(value)

    def _set_personal(self, value: list[str]) -> None:
        self._exchange.knobs.personal = frozenset(one.casefold() for one in value)

    def _set_forgery(self, value: Mapping[str, Any] | None) -> None:
        self._exchange.knobs.forgery = Forgery(**value) if value else None

    def _set_roles(self, value: list[str]) -> None:
        self._exchange.knobs.application_roles = frozenset(value)

    def _set_read_only(self, value: list[Mapping[str, str]]) -> None:
        keys = {self._calendar(one["mailbox"], one["calendar"]).key for one in value}
        self._exchange.knobs.read_only = frozenset(keys)

    def _set_providers(self, value: list[str]) -> None:
        self._exchange.teams.allowed = tuple(value) or ("unknown",)

    def _set_teams_deaf(self, value: Any) -> None:
        self._exchange.teams.deaf = bool(value)

    def _set_teams_slow(self, value: Any) -> None:
        self._exchange.teams.slow = bool(value)

    def _set_concurrency(self, value: Any) -> None:
        self._exchange.throttle.limit = int(value)

    def _set_retry_after(self, value: Any) -> None:
        self._exchange.throttle.retry_after = int(value)

    def _set_lost_status(self, value: Any) -> None:
        self._exchange.rounds.lost_status = int(value)

    def _forget(self, value: Any) -> None:
        if value:
            self._exchange.rounds.forget()

    def _move(self, value: Mapping[str, str]) -> None:
        mailbox = self._exchange.mailboxes[value["mailbox"]]
        item = mailbox.items[ids.decode(value["event"]).key]
        calendar = self._calendar(value["mailbox"], value["calendar"])
        mailbox.move(item, calendar, self._exchange.world.now())

    def _calendar(self, mailbox: str, name: str) -> Calendar:
        for calendar in self._exchange.mailboxes[mailbox].calendars.values():
            if calendar.name == name:
                return calendar
        raise KeyError(f"no calendar named {name}")

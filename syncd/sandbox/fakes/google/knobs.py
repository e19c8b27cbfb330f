"""The knobs of the Google stand-in; `control` tells what each is for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, get_args

from syncd.sandbox.fakes.google.access import AccessRole
from syncd.sandbox.fakes.google.conference import ConferenceMode, MeetOutcome
from syncd.sandbox.fakes.google.core import Core
from syncd.sandbox.fakes.google.errors import not_found
from syncd.sandbox.fakes.google.forging import FORGERIES
from syncd.sandbox.fakes.knob_board import Turns, one_of

REFUSALS = (
    "", "app_restricted", "admin_policy_enforced", "org_internal", "disallowed_useragent",
    "deleted_client", "access_denied", "temporarily_unavailable",
)  # fmt: skip
"""What `consent_refusal` takes; empty to ask as usual."""


class Board:
    """Turns the knobs of one Google."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def turns(self) -> Turns:
        """Give what each knob does, by its name."""
        return {
            "conference_mode": partial(self._set_word, "conference_mode", get_args(ConferenceMode)),
            "meet_outcome": partial(self._set_word, "meet_outcome", get_args(MeetOutcome)),
            "meet_allowed": partial(self._set_flag, "meet_allowed"),
            "empty_pages": partial(self._set_flag, "empty_pages"),
            "moves_keep_properties": partial(self._set_flag, "moves_keep_properties"),
            "consent_refusal": partial(self._set_word, "consent_refusal", REFUSALS),
            "forge_id_token": partial(self._set_word, "forge_id_token", FORGERIES),
            "unticked": self._set_unticked,
            "redirect_uris": self._set_redirect_uris,
            "refresh_days": self._set_refresh_days,
            "revoke": self._revoke,
            "roles": self._set_roles,
            "suspended": self._set_suspended,
            "expire_sync_tokens": self._expire,
            "hand_over": self._hand_over,
        }

    def _set_word(self, name: str, words: tuple[Any, ...], value: Any) -> None:
        setattr(self._core.knobs, name, one_of(value, words))

    def _set_flag(self, name: str, value: Any) -> None:
        setattr(self._core.knobs, name, bool(value))

    def _set_roles(self, value: Mapping[str, AccessRole]) -> None:
        roles = {
            name.casefold(): one_of(role, get_args(AccessRole)) for name, role in value.items()
        }
        for name in roles:
            if self._core.calendars.get(name) is None:
                raise not_found()
        self._core.knobs.roles = roles

    def _set_suspended(self, value: list[str]) -> None:
        self._core.knobs.suspended = set(value)

    def _set_unticked(self, value: list[str]) -> None:
        self._core.knobs.unticked = frozenset(value)

    def _set_redirect_uris(self, value: list[str]) -> None:
        self._core.knobs.redirect_uris = set(value)

    def _set_refresh_days(self, value: float | None) -> None:
        self._core.knobs.refresh_lifetime = None if value is None else timedelta(days=value)

    def _revoke(self, value: str) -> None:
        self._core.grants.revoke_person(value, self._core.identity.client_id)

    def _expire(self, value: Any) -> None:
        if value:
            self._core.tokens.expire_all()

    def _hand_over(self, value: Mapping[str, str]) -> None:
        """Give an event another owner, as one who accepts it in Google's own pages does."""
        calendars = self._core.calendars
        source, destination = calendars.get(value["calendar"]), calendars.get(value["to"])
        event = source.find(value["event"]) if source else None
        if source is None or destination is None or event is None:
            raise not_found()
        self._core.mover().move(source, event, destination, send="none")

"""What a test in another process may turn: not of Microsoft, hence below `/_knobs`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from syncd.sandbox.fakes.microsoft import ids
from syncd.sandbox.fakes.microsoft.errors import GraphError
from syncd.sandbox.fakes.microsoft.exchange import Exchange


def knob_routes(exchange: Exchange) -> list[Route]:
    """Give `POST /_knobs`, which takes one or more settings and actions as one JSON object."""
    return [
        Route("/_knobs", KnobBoard(exchange).post, methods=["POST"], name="POST /_knobs"),
    ]


class KnobBoard:
    """Turns knobs by name.

    `empty_pages`, `omit_old_masters`, `copies_keep_properties`, `require_admin_consent`,
    `teams_deaf`, `teams_slow`: flags ·
    `application_roles`, `allowed_providers`: lists of names · `concurrency`, `retry_after`,
    `lost_status`: numbers · `forget_delta`: true · `revoke`: address · `certificate`: PEM ·
    `move`: {"mailbox", "event", "calendar"} with address, id of either form, and name.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._turns: Mapping[str, Callable[[Any], None]] = {
            "application_roles": self._set_roles,
            "allowed_providers": self._set_providers,
            "teams_deaf": self._set_teams_deaf,
            "teams_slow": self._set_teams_slow,
            "concurrency": self._set_concurrency,
            "retry_after": self._set_retry_after,
            "lost_status": self._set_lost_status,
            "forget_delta": self._forget,
            "revoke": exchange.grants.revoke,
            "certificate": exchange.grants.register_certificate,
            "move": self._move,
        }

    async def post(self, request: Request) -> Response:
        """Turn what the body names; answer 400 with the reason when a name is unknown."""
        try:
            self._turn(json.loads(await request.body()))
        except (ValueError, TypeError, KeyError, GraphError) as problem:
            return JSONResponse({"error": str(problem)}, status_code=400)
        return JSONResponse({"ok": True})

    def _turn(self, settings: Any) -> None:
        if not isinstance(settings, dict):
            raise TypeError("the body must be an object")
        for name, value in settings.items():
            if name in self._turns:
                self._turns[name](value)
            elif hasattr(self._exchange.knobs, name):
                setattr(self._exchange.knobs, name, bool(value))
            else:
                raise KeyError(f"no knob named {name}")

    def _set_roles(self, value: list[str]) -> None:
        self._exchange.knobs.application_roles = frozenset(value)

    def _set_providers(self, value: list[str]) -> None:
        self._exchange.teams.allowed = tuple(value) or ("unknown",)

    def _set_teams_deaf(self, value: bool) -> None:
        self._exchange.teams.deaf = bool(value)

    def _set_teams_slow(self, value: bool) -> None:
        self._exchange.teams.slow = bool(value)

    def _set_concurrency(self, value: int) -> None:
        self._exchange.throttle.limit = int(value)

    def _set_retry_after(self, value: int) -> None:
        self._exchange.throttle.retry_after = int(value)

    def _set_lost_status(self, value: int) -> None:
        self._exchange.rounds.lost_status = int(value)

    def _forget(self, value: bool) -> None:
        if value:
            self._exchange.rounds.forget()

    def _move(self, value: Mapping[str, str]) -> None:
        mailbox = self._exchange.mailboxes[value["mailbox"]]
        item = mailbox.items[ids.decode(value["event"]).key]
        for calendar in mailbox.calendars.values():
            if calendar.name == value["calendar"]:
                mailbox.move(item, calendar, self._exchange.world.now())
                return
        raise KeyError(f"no calendar named {value['calendar']}")

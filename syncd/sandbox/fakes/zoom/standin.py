"""The stand-in that the server mounts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from syncd.sandbox.fakes.knob_board import knob_routes
from syncd.sandbox.fakes.world import ProviderName
from syncd.sandbox.fakes.zoom import consent, exchange, meetings, render, standing, users
from syncd.sandbox.fakes.zoom.account import Account
from syncd.sandbox.fakes.zoom.knobs import Board
from syncd.sandbox.fakes.zoom.meeting import Meeting
from syncd.sandbox.fakes.zoom.moments import stamp

_OAuthHandler = Callable[[Account, Request], Awaitable[Response]]


class ZoomStandIn(Account):
    """Zoom for one account: OAuth below `/oauth`, the API below `/v2`."""

    name: ProviderName = "zoom"

    def routes(self) -> list[Route]:
        """Give the routes, each named by its operation."""
        operations = (*users.OPERATIONS, *meetings.OPERATIONS, *standing.OPERATIONS)
        return [
            self._oauth("GET /oauth/authorize", consent.authorise),
            self._oauth("POST /oauth/authorize", consent.authorise),
            self._oauth("POST /oauth/token", exchange.token),
            self._oauth("POST /oauth/revoke", exchange.revoke),
            *(operation.route(self) for operation in operations),
            *knob_routes(Board(self).turns()),
        ]

    def snapshot(self) -> dict[str, Any]:
        """Give meetings living and deleted, users with their types, today's writes by host.

        Beside them consents as they were asked for and given, living grants, and deliveries.
        """
        now = self.now()
        return {
            "meetings": [self._whole(meeting) for meeting in self.shelf.living(now)],
            "deleted": [
                self._whole(meeting) | {"deleted_at": stamp(meeting.deleted)}
                for meeting in self.shelf.deleted()
                if meeting.deleted is not None
            ],
            "users": {
                person.email: self.user_type(person)
                for person in self.world.people
                if person.email not in self.absent
            },
            "budget": {
                person.email: self.budget.used(person.email, now) for person in self.world.people
            },
            "consents": [asdict(consent) for consent in self.consents],
            "grants": self.tokens.granted(now),
            "deliveries": [asdict(delivery) for delivery in self.webhooks.deliveries],
        }

    def reset(self) -> None:
        """Forget meetings, tokens and quotas; credentials and knobs stay."""
        self.forget()

    def _whole(self, meeting: Meeting) -> dict[str, Any]:
        return render.whole(meeting, running=meeting.id in self.live)

    def _oauth(self, name: str, handler: _OAuthHandler) -> Route:
        method, path = name.split()
        return Route(path, partial(handler, self), methods=[method], name=name)

"""The Microsoft stand-in as the sandbox's server sees it."""

from __future__ import annotations

import copy
from typing import Any

from starlette.routing import Route

from syncd.sandbox.fakes.knob_board import knob_routes
from syncd.sandbox.fakes.microsoft import present
from syncd.sandbox.fakes.microsoft.errors import GraphError
from syncd.sandbox.fakes.microsoft.exchange import Exchange
from syncd.sandbox.fakes.microsoft.graph import graph_routes
from syncd.sandbox.fakes.microsoft.item import Item
from syncd.sandbox.fakes.microsoft.knobs import Board
from syncd.sandbox.fakes.microsoft.login import login_routes
from syncd.sandbox.fakes.microsoft.mailbox import Calendar, Mailbox
from syncd.sandbox.fakes.microsoft.prefer import Prefer
from syncd.sandbox.fakes.microsoft.properties import shown
from syncd.sandbox.fakes.microsoft.series import effective
from syncd.sandbox.fakes.world import ProviderName, World


class MicrosoftStandIn:
    """Microsoft Graph's calendar and the Microsoft identity platform, in memory.

    `exchange` holds the state: `exchange.knobs`, `exchange.teams.allowed`, `exchange.throttle`,
    `exchange.rounds.forget()` and `exchange.grants.revoke(...)` are for tests to turn.
    """

    def __init__(self, world: World) -> None:
        self.name: ProviderName = "microsoft"
        self.exchange = Exchange(world)

    @property
    def client_id(self) -> str:
        """Give the id of the one registered application."""
        return self.exchange.grants.client_id

    @property
    def client_secret(self) -> str:
        """Give the application's secret."""
        return self.exchange.grants.client_secret

    @property
    def tenant(self) -> str:
        """Give the tenant's domain."""
        return self.exchange.grants.tenant

    @property
    def tenant_id(self) -> str:
        """Give the tenant's id."""
        return self.exchange.grants.tenant_id

    def register_certificate(self, pem: str) -> None:
        """Let the application prove itself with a certificate (PEM) too."""
        self.exchange.grants.register_certificate(pem)

    def routes(self) -> list[Route]:
        """Give the routes of Graph, of the login side and of the knobs."""
        exchange = self.exchange
        knobs = knob_routes(Board(exchange).turns(), refusal=GraphError)
        return [*graph_routes(exchange), *login_routes(exchange), *knobs]

    def snapshot(self) -> dict[str, Any]:
        """Give every calendar with its events, deleted ones too, and the consents asked for."""
        calendars = {
            f"{mailbox.person.email}/{calendar.name}": _calendar(mailbox, calendar)
            for mailbox in self.exchange.mailboxes.values()
            for calendar in mailbox.calendars.values()
        }
        consents = self.exchange.consents
        return copy.deepcopy({"calendars": calendars, "consents": consents})

    def reset(self) -> None:
        """Empty all mailboxes and take all grants back; application and people stay."""
        self.exchange.reset()


def _calendar(mailbox: Mailbox, calendar: Calendar) -> dict[str, Any]:
    several = [item for item in mailbox.items.values() if item.calendar == calendar.key]
    return {
        "owner": mailbox.person.email,
        "calendar_id": calendar.id,
        "events": [_event(mailbox, item) for item in several],
    }


def _event(mailbox: Mailbox, item: Item) -> dict[str, Any]:
    whole = effective(mailbox.items, item)
    content = present.event(whole, prefer=Prefer(immutable=True), client=item.client)
    content["regularId"] = present.shown_id(item, Prefer())
    content["singleValueExtendedProperties"] = shown(dict(whole.properties))
    return content | ({"deleted": True} if item.deleted else {})

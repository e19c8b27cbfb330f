"""The Google stand-in as the server takes it."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from syncd.sandbox.fakes.google.calendar_methods import CALENDAR_ACTIONS
from syncd.sandbox.fakes.google.calls import Action, Call, endpoint
from syncd.sandbox.fakes.google.conference import ConferenceMode
from syncd.sandbox.fakes.google.core import Core, Knobs
from syncd.sandbox.fakes.google.discovery import Method, methods
from syncd.sandbox.fakes.google.errors import GoogleError, not_implemented
from syncd.sandbox.fakes.google.event_methods import EVENT_ACTIONS
from syncd.sandbox.fakes.google.knobs import Board
from syncd.sandbox.fakes.google.oauth_routes import oauth_routes
from syncd.sandbox.fakes.knob_board import knob_routes
from syncd.sandbox.fakes.world import ProviderName, World

_ACTIONS = {**CALENDAR_ACTIONS, **EVENT_ACTIONS}


class GoogleStandIn:
    """Google Calendar and Google's OAuth, in memory."""

    name: ProviderName = "google"

    def __init__(self, world: World) -> None:
        self._core = Core(world)
        self.client_id = self._core.identity.client_id
        self.client_secret = self._core.identity.client_secret

    @property
    def knobs(self) -> Knobs:
        """Give what a test may turn; a reset turns everything back."""
        return self._core.knobs

    @property
    def google_empty_pages(self) -> bool:
        """Say whether lists of more than one page begin with an empty page."""
        return self.knobs.empty_pages

    @google_empty_pages.setter
    def google_empty_pages(self, value: bool) -> None:
        self.knobs.empty_pages = value

    @property
    def conference_mode(self) -> ConferenceMode:
        """Say what becomes of a third party's conference data."""
        return self.knobs.conference_mode

    @conference_mode.setter
    def conference_mode(self, value: ConferenceMode) -> None:
        self.knobs.conference_mode = value

    def service_account_info(self) -> dict[str, Any]:
        """Give the service account's key file; its token_uri needs the world's base."""
        return self._core.identity.service_account_info()

    def expire_sync_tokens(self) -> None:
        """Let every sync token issued so far be answered with 410."""
        self._core.tokens.expire_all()

    def revoke_person(self, email: str) -> None:
        """Take back what a person granted to the OAuth client."""
        self._core.grants.revoke_person(email, self.client_id)

    def routes(self) -> list[Route]:
        """Give the routes below `/google`, those of the knobs among them."""
        # Routes are tried in order, so the ones that are used stand first.
        ordered = sorted(methods(), key=lambda one: one.id not in EVENT_ACTIONS)
        calendar = (self._route(one) for one in ordered)
        knobs = knob_routes(Board(self._core).turns(), refusal=GoogleError)
        return [*calendar, *oauth_routes(self._core), *knobs]

    def snapshot(self) -> dict[str, Any]:
        """Give every calendar with its events, cancelled ones included, quota used and consents."""
        return {
            "calendars": {
                calendar.id: {
                    "owner": calendar.owner.email,
                    "events": [stored.current for stored in calendar.events.values()],
                }
                for calendar in self._core.calendars.all()
            },
            "quota": dict(self._core.quota),
            "authorisations": self._core.authorisations,
            "grants": self._core.grants.told(),
        }

    def reset(self) -> None:
        """Return to empty calendars; clients, keys and people stay."""
        self._core.reset()

    def _route(self, method: Method) -> Route:
        action = _ACTIONS.get(method.id) or _unsupported(method)
        handler = endpoint(self._core, method, action)
        path = f"/calendar/v3{method.path}"
        return Route(path, handler, methods=[method.http_method], name=method.operation)


def _unsupported(method: Method) -> Action:
    async def refuse(_call: Call) -> Response:
        raise not_implemented(method.id)

    return refuse

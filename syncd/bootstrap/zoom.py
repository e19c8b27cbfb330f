"""Zoom as it is configured: one app for the whole account, people's own consents, or both."""

from __future__ import annotations

from pydantic import SecretStr

from syncd.adapters.http import Http
from syncd.adapters.zoom import (
    LIMITS,
    ZoomAccounts,
    ZoomAuthorizer,
    ZoomMeetings,
    ZoomTokens,
    origins,
)
from syncd.bootstrap.building import Building, Consents, hidden
from syncd.bootstrap.household import Household
from syncd.config.providers import Zoom
from syncd.core.ids import Provider
from syncd.ports.meetings import MeetingAccounts


def meetings(
    build: Building, section: Zoom, served: Household, consents: Consents
) -> MeetingAccounts:
    """Build Zoom by host; people may connect where an app for consents is configured."""
    bases = origins(api_base=section.api_base, oauth_base=section.oauth_base)
    http = build.http(bases, LIMITS[section.plan])
    app = _app(build, section)
    grants = None
    if app is not None:
        authorizer = _authorizer(build, section, http, app)
        grants = build.grants(Provider.ZOOM, authorizer, consents)
    return ZoomAccounts(
        http,
        build.clock,
        api_base=section.api_base,
        service=_service(build, section, http),
        grants=grants,
        hosts={address: person.host for address, person in served.people.items()},
        connected=served.own_zoom,
    )


def _app(build: Building, section: Zoom) -> tuple[str, SecretStr | None] | None:
    """Give the app by which people connect: that of mode user, or the one beside."""
    secrets = build.loaded.secrets
    if section.mode == "user":
        return section.client_id, secrets.zoom_client_secret
    if section.user_app is not None:
        return section.user_app.client_id, secrets.zoom_user_secret
    return None


def _authorizer(
    build: Building, section: Zoom, http: Http, app: tuple[str, SecretStr | None]
) -> ZoomAuthorizer:
    client_id, secret = app
    return ZoomAuthorizer(
        http,
        build.clock,
        client_id=client_id,
        client_secret=hidden(secret),
        oauth_base=section.oauth_base,
        api_base=section.api_base,
        scopes=section.scopes,
    )


def _service(build: Building, section: Zoom, http: Http) -> ZoomMeetings | None:
    if section.mode == "user":
        return None
    tokens = ZoomTokens(
        http,
        build.store,
        build.clock,
        account_id=section.account_id or "",
        client_id=section.client_id,
        client_secret=hidden(build.loaded.secrets.zoom_client_secret),
        oauth_base=section.oauth_base,
        holder=build.holder,
    )
    return ZoomMeetings(http, tokens, build.clock, section.api_base)

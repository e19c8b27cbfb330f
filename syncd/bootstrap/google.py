"""Google Calendar as it is configured: by a service account, by people's own consents, or by both."""

from __future__ import annotations

import json

from syncd.adapters.google import GoogleCalendars, PersonTokens, ServiceAccountTokens
from syncd.adapters.google.tokens import Tokens
from syncd.adapters.http import Http, Limits
from syncd.bootstrap.abilities import StoredAbilities
from syncd.bootstrap.building import Building, Consents, hidden, origin, revealed
from syncd.config.providers import Google
from syncd.core.ids import Provider
from syncd.ports.calendar import CalendarProvider
from syncd.ports.oauth import Authorizer

# Google throttles quick successive writes to one calendar at any quota.
_LIMITS = Limits(concurrency=4, per_second=10, burst=20)
_REAL_API = "https://www.googleapis.com"


def calendars(build: Building, section: Google, consents: Consents) -> CalendarProvider:
    """Build the calendars; people may connect where an app for consents is configured."""
    http = build.http((section.api_base, section.oauth_base), _LIMITS)
    return GoogleCalendars(
        http,
        _tokens(build, section, http, consents),
        build.clock,
        api_base=section.api_base,
        abilities=StoredAbilities(build.store),
        send_updates=section.send_updates,
        conference_data=section.conference_data,
    )


def _tokens(build: Building, section: Google, http: Http, consents: Consents) -> Tokens:
    service = _service(build, section, http)
    if section.client_id is None:
        assert service is not None  # noqa: S101 - the configuration refuses a section without both
        return service
    authorizer = _authorizer(build, section, http)
    return PersonTokens(build.grants(Provider.GOOGLE, authorizer, consents), service)


def _service(build: Building, section: Google, http: Http) -> ServiceAccountTokens | None:
    if section.service_account is None:
        return None
    key = revealed(build.loaded.secrets.google_service_account)
    return ServiceAccountTokens(
        http, build.clock, info=json.loads(key), oauth_base=section.oauth_base
    )


def _authorizer(build: Building, section: Google, http: Http) -> Authorizer:
    from syncd.adapters.google.oauth import USERINFO, GoogleAuthorizer

    # A sandbox has it beside its other consents; Google's own is on the origin of the API.
    is_real = origin(section.api_base) == _REAL_API
    return GoogleAuthorizer(
        http,
        build.clock,
        client_id=section.client_id or "",
        client_secret=hidden(build.loaded.secrets.google_client_secret),
        authorize_url=section.authorize_url,
        oauth_base=section.oauth_base,
        userinfo_url=USERINFO if is_real else f"{section.oauth_base}/userinfo",
        shared_calendars=True,
    )

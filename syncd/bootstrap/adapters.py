"""Build the providers that a configuration names; the libraries of the others are not even imported."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from pydantic import SecretStr

from syncd.adapters.http import Call, Http, Limits
from syncd.bootstrap.abilities import StoredAbilities
from syncd.config.load import Loaded
from syncd.config.providers import Google, Microsoft, Zoom
from syncd.core.ids import Provider
from syncd.core.secret import Secret
from syncd.ports.calendar import CalendarProvider
from syncd.ports.clock import Clock
from syncd.ports.meetings import MeetingProvider
from syncd.ports.store import Store

OnCall = Callable[[Call, int | None], None]

# Microsoft Graph: national cloud deployments, service root endpoints.
_NATIONAL_GRAPHS = (
    "https://graph.microsoft.us",
    "https://dod-graph.microsoft.us",
    "https://microsoftgraph.chinacloudapi.cn",
)

# Google throttles quick successive writes to one calendar at any quota.
_GOOGLE = Limits(concurrency=4, per_second=10, burst=20)


@dataclass(frozen=True, slots=True)
class Providers:
    """What the engine is given to work with."""

    calendars: dict[Provider, CalendarProvider]
    meetings: MeetingProvider


@asynccontextmanager
async def providers(
    loaded: Loaded, store: Store, clock: Clock, *, holder: str, on_call: OnCall | None = None
) -> AsyncIterator[Providers]:
    """Build every configured provider; their connections are closed when the block ends."""
    config = loaded.config
    async with AsyncExitStack() as stack:

        def http(bases: tuple[str, ...], limits: Limits) -> Http:
            made = Http(
                clock=clock,
                origins={_origin(base) for base in bases},
                ca_file=config.http.ca_file,
                limits=limits,
                on_call=on_call,
            )
            stack.push_async_callback(made.close)
            return made

        build = _Build(loaded, store, clock, holder, http)
        calendars: dict[Provider, CalendarProvider] = {}
        if config.google is not None:
            calendars[Provider.GOOGLE] = build.google(config.google)
        if config.microsoft is not None:
            calendars[Provider.MICROSOFT] = build.microsoft(config.microsoft)
        yield Providers(calendars, build.zoom(config.zoom))


@dataclass(frozen=True, slots=True)
class _Build:
    loaded: Loaded
    store: Store
    clock: Clock
    holder: str
    http: Callable[[tuple[str, ...], Limits], Http]

    def google(self, section: Google) -> CalendarProvider:
        from syncd.adapters.google import GoogleCalendars, ServiceAccountTokens

        http = self.http((section.api_base, section.oauth_base), _GOOGLE)
        key = _revealed(self.loaded.secrets.google_service_account)
        tokens = ServiceAccountTokens(
            http, self.clock, info=json.loads(key), oauth_base=section.oauth_base
        )
        return GoogleCalendars(
            http,
            tokens,
            self.clock,
            api_base=section.api_base,
            abilities=StoredAbilities(self.store),
            send_updates=section.send_updates,
            conference_data=section.conference_data,
        )

    def microsoft(self, section: Microsoft) -> CalendarProvider:
        from syncd.adapters.microsoft import (
            LIMITS,
            ApplicationTokens,
            CertificateCredential,
            GraphCalendars,
            PersonTokens,
        )

        secrets = self.loaded.secrets
        credential: Secret | CertificateCredential
        if secrets.microsoft_client_secret is not None:
            credential = Secret(_revealed(secrets.microsoft_client_secret))
        else:
            credential = CertificateCredential(
                private_key=Secret(_revealed(secrets.microsoft_private_key)),
                public_certificate=_revealed(secrets.microsoft_public_certificate),
            )
        tokens = ApplicationTokens(
            tenant=section.tenant,
            client_id=section.client_id,
            credential=credential,
            login_base=section.login_base,
            ca_file=self.loaded.config.http.ca_file,
            clock=self.clock,
            scope=f"{_graph(section.api_base)}/.default",
        )
        return GraphCalendars(
            self.http((section.api_base,), LIMITS),
            PersonTokens(None, tokens),
            self.clock,
            api_base=section.api_base,
            horizon=timedelta(days=self.loaded.config.policy.horizon_days),
        )

    def zoom(self, section: Zoom) -> MeetingProvider:
        from syncd.adapters.zoom import LIMITS, ZoomMeetings, ZoomTokens, origins

        bases = origins(api_base=section.api_base, oauth_base=section.oauth_base)
        http = self.http(bases, LIMITS[section.plan])
        tokens = ZoomTokens(
            http,
            self.store,
            self.clock,
            account_id=section.account_id,
            client_id=section.client_id,
            client_secret=Secret(_revealed(self.loaded.secrets.zoom_client_secret)),
            oauth_base=section.oauth_base,
            holder=self.holder,
        )
        return ZoomMeetings(http, tokens, self.clock, section.api_base)


def _graph(api_base: str) -> str:
    """Name the resource that tokens are for: a national cloud has its own, a sandbox has none."""
    origin = _origin(api_base)
    return origin if origin in _NATIONAL_GRAPHS else "https://graph.microsoft.com"


def _revealed(secret: SecretStr | None) -> str:
    assert secret is not None  # noqa: S101 - the configuration refuses a section without its secret
    return secret.get_secret_value()


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"

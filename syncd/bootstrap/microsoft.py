"""Outlook as it is configured: by an application, by people's own consents, or by both."""

from __future__ import annotations

from datetime import timedelta

from syncd.adapters.microsoft import (
    LIMITS,
    ApplicationTokens,
    CertificateCredential,
    GraphCalendars,
    MicrosoftAuthorizer,
    PersonTokens,
)
from syncd.bootstrap.building import Building, Consents, hidden, origin, revealed
from syncd.config.providers import Microsoft
from syncd.core.ids import Provider
from syncd.core.secret import Secret
from syncd.ports.calendar import CalendarProvider

# Microsoft Graph: national cloud deployments, service root endpoints.
_NATIONAL_GRAPHS = (
    "https://graph.microsoft.us",
    "https://dod-graph.microsoft.us",
    "https://microsoftgraph.chinacloudapi.cn",
)


def calendars(build: Building, section: Microsoft, consents: Consents) -> CalendarProvider:
    """Build the calendars; people may connect where an app for consents is configured."""
    app = _app(build, section)
    grants = None
    if app is not None:
        client_id, credential = app
        authorizer = MicrosoftAuthorizer(
            build.clock,
            tenant=section.tenant,
            client_id=client_id,
            credential=credential,
            login_base=section.login_base,
            ca_file=build.loaded.config.http.ca_file,
            resource=_graph(section.api_base),
        )
        grants = build.grants(Provider.MICROSOFT, authorizer, consents)
    return GraphCalendars(
        build.http((section.api_base,), LIMITS),
        PersonTokens(grants, _application(build, section)),
        build.clock,
        api_base=section.api_base,
        horizon=timedelta(days=build.loaded.config.policy.horizon_days),
    )


def _app(build: Building, section: Microsoft) -> tuple[str, Secret | CertificateCredential] | None:
    """Give the app by which people connect: that of mode user, or the one beside."""
    if section.mode == "user":
        return section.client_id, _credential(build)
    if section.user_app is not None:
        return section.user_app.client_id, hidden(build.loaded.secrets.microsoft_user_secret)
    return None


def _application(build: Building, section: Microsoft) -> ApplicationTokens | None:
    if section.mode == "user":
        return None
    return ApplicationTokens(
        tenant=section.tenant,
        client_id=section.client_id,
        credential=_credential(build),
        login_base=section.login_base,
        ca_file=build.loaded.config.http.ca_file,
        clock=build.clock,
        scope=f"{_graph(section.api_base)}/.default",
    )


def _credential(build: Building) -> Secret | CertificateCredential:
    secrets = build.loaded.secrets
    if secrets.microsoft_client_secret is not None:
        return hidden(secrets.microsoft_client_secret)
    return CertificateCredential(
        private_key=hidden(secrets.microsoft_private_key),
        public_certificate=revealed(secrets.microsoft_public_certificate),
    )


def _graph(api_base: str) -> str:
    """Name the resource that tokens are for: a national cloud has its own, a sandbox has none."""
    base = origin(api_base)
    return base if base in _NATIONAL_GRAPHS else "https://graph.microsoft.com"

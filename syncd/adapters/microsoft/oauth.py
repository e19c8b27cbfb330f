"""Consents of people at Microsoft: asked for, redeemed and renewed, by msal.

Microsoft has no call that ends one: the person does that at https://account.live.com/consent/Manage (personal
accounts) or https://myapplications.microsoft.com (work and school).
"""

from __future__ import annotations

import hmac
import json
import warnings
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from syncd.adapters.microsoft import consent_errors, login_errors, scopes
from syncd.adapters.microsoft.credential import Credential
from syncd.adapters.microsoft.entra import Entra, Told, check_here
from syncd.adapters.microsoft.granted import grant_in
from syncd.adapters.microsoft.id_token import Expected, identity_of_token, is_one_tenant
from syncd.adapters.microsoft.reading import Unclear, text
from syncd.adapters.microsoft.under_way import OnDevice, UnderWay
from syncd.core.secret import Secret
from syncd.ports.clock import Clock
from syncd.ports.errors import AuthLost, OutcomeUnknown, Transient
from syncd.ports.oauth import (
    Begun,
    Consented,
    ConsentRefused,
    DeviceCode,
    Grant,
    Identity,
    Purpose,
)

_LONGEST_CODE = 4096
_OPEN = ("authorization_pending", "slow_down")
# Entra: a refresh token of a public client may not be redeemed with the app's secret.
_CLIENT_IS_PUBLIC = 700025


class MicrosoftAuthorizer:
    """Entra's OAuth for one app registration; it keeps nothing.

    `tenant` is an organisation's id or domain, or organizations (work and school accounts),
    consumers (personal ones) or common (both). `resource` is Graph of that cloud.
    """

    def __init__(  # noqa: PLR0913 - given once by the composition root
        self,
        clock: Clock,
        *,
        tenant: str,
        client_id: str,
        credential: Credential,
        login_base: str,
        ca_file: Path | None,
        resource: str = scopes.GRAPH,
    ) -> None:
        self._clock = clock
        self._entra = Entra(
            clock,
            tenant=tenant,
            client_id=client_id,
            credential=credential,
            login_base=login_base,
            ca_file=ca_file,
        )
        self._resource = resource
        self._calendars = scopes.asked_of(resource)
        self._link = consent_errors.admin_consent(
            login_base=self._entra.login_base,
            tenant=tenant if is_one_tenant(tenant) else "organizations",
            client_id=client_id,
        )

    def scopes(self) -> Mapping[str, str]:
        """Give what connecting asks for, each with its purpose."""
        return scopes.CONNECTING

    def required(self) -> frozenset[str]:
        """Give the permission for calendars."""
        return scopes.NEEDED

    async def begin(
        self, *, purpose: Purpose, state: str, redirect_uri: str, hint: str = ""
    ) -> Begun:
        """Make the address of Microsoft's page. Only connecting asks for a lasting consent."""
        connects = purpose is Purpose.CONNECT

        def ask(application: Any) -> Any:
            with warnings.catch_warnings():
                # A form sent from Microsoft's page would come without the session's Lax cookie.
                warnings.filterwarnings("ignore", message="response_mode='form_post'")
                return application.initiate_auth_code_flow(
                    [self._calendars] if connects else [],
                    redirect_uri=redirect_uri,
                    state=state,
                    prompt="select_account",
                    login_hint=hint or None,
                )

        told = await self._entra.ask(ask, brief=not connects)
        url = text(told.content, "auth_uri")
        check_here(url, self._entra.login_base)
        return Begun(url=url, kept=UnderWay(purpose, dict(told.content)).written())

    async def finish(self, kept: Secret, answer: Mapping[str, str]) -> Consented:
        """Check what came back, redeem its code once, and read who it is."""
        under_way = UnderWay.read(kept)
        self._check_answer(answer, state=under_way.state)
        returned = {"state": under_way.state, "code": answer["code"]}
        try:
            told = await self._entra.ask(
                lambda one: one.acquire_token_by_auth_code_flow(under_way.flow, returned),
                once=True,
                brief=under_way.purpose is not Purpose.CONNECT,
            )
        except OutcomeUnknown as exc:
            raise consent_errors.code_lost() from exc
        except Transient as exc:
            if exc.code != "garbled":
                raise
            raise _not_who() from exc
        if "access_token" not in told.content:
            raise consent_errors.refusal_of(told.content, link=self._link)
        return self._consented(told, nonce=under_way.nonce, purpose=under_way.purpose)

    async def begin_device(self) -> DeviceCode:
        """Begin a consent by device code; the app must allow public client flows."""
        told = await self._entra.ask(
            lambda one: one.initiate_device_flow([self._calendars]), public=True
        )
        if "error" in told.content:
            raise consent_errors.device_refusal_of(told.content, link=self._link)
        try:
            device = OnDevice.read(told.content)
        except Unclear as exc:
            raise login_errors.garbled() from exc
        return DeviceCode(
            url=device.url,
            code=device.code,
            expires_at=self._clock.now() + timedelta(seconds=device.lasts),
            kept=device.written(),
        )

    async def finish_device(self, kept: Secret) -> Consented | None:
        """Look once; the caller waits five seconds between two looks."""
        flow = json.loads(kept.reveal())
        told = await self._entra.ask(
            lambda one: one.acquire_token_by_device_flow(flow, exit_condition=lambda _: True),
            public=True,
        )
        if told.content.get("error") in _OPEN:
            return None
        if "access_token" not in told.content:
            raise consent_errors.device_refusal_of(told.content, link=self._link)
        return self._consented(told, nonce=None, purpose=Purpose.CONNECT)

    async def refresh(self, grant: Grant) -> Grant:
        """Redeem the refresh token; Entra gives another one, and lets the former stand."""
        told = await self._renewed(grant)
        return grant_in(told.content, resource=self._resource, now=self._clock.now(), before=grant)

    async def revoke(self, grant: Grant) -> bool:  # noqa: ARG002 - of the port
        """Never: Microsoft has no such call; `consent_errors.CONSENTS` says where a person does it."""
        return False

    async def probe(self, grant: Grant) -> Identity:
        """Renew the grant for an ID token, and let the rest go.

        The access token tells nobody who it is, and lives on for an hour after the consent.
        """
        told = await self._renewed(grant)
        try:
            return self._identity(told, nonce=None)
        except Unclear as exc:
            raise login_errors.garbled() from exc

    async def _renewed(self, grant: Grant) -> Told:
        if grant.refresh_token is None:
            raise AuthLost(
                "The consent does not last.",
                code=consent_errors.CONSENT_GONE,
                remedy="Connect Outlook again.",
            )
        token = grant.refresh_token.reveal()

        def ask(application: Any) -> Any:
            return application.acquire_token_by_refresh_token(token, [self._calendars])

        told = await self._entra.ask(ask)
        if login_errors.number_in(told.content) == _CLIENT_IS_PUBLIC:
            told = await self._entra.ask(ask, public=True)
        if "access_token" not in told.content:
            raise consent_errors.refresh_error_of(told.content)
        return told

    def _check_answer(self, answer: Mapping[str, str], *, state: str) -> None:
        """Judge what the browser brought back, the state before all else."""
        brought = answer.get("state", "").encode("utf-8", "replace")
        if not hmac.compare_digest(brought, state.encode()):
            raise consent_errors.broken("This answer belongs to another consent.")
        # RFC 9207: it tells an answer of another provider that was led here.
        if not answer.get("iss", f"{self._entra.login_base}/").startswith(
            f"{self._entra.login_base}/"
        ):
            raise consent_errors.broken("This answer is not Microsoft's.")
        if answer.get("error"):
            raise consent_errors.refusal_of(answer, link=self._link)
        code = answer.get("code", "")
        if not (0 < len(code) <= _LONGEST_CODE and code.isascii() and code.isprintable()):
            raise consent_errors.broken("Microsoft's answer holds no code.")

    def _consented(self, told: Told, *, nonce: str | None, purpose: Purpose) -> Consented:
        grant = grant_in(told.content, resource=self._resource, now=self._clock.now())
        try:
            identity = self._identity(told, nonce=nonce)
        except Unclear as exc:
            raise consent_errors.broken(
                f"Microsoft's word on who you are does not hold: {exc}."
            ) from exc
        if purpose is Purpose.CONNECT:
            if not self.required() <= grant.scopes:
                raise consent_errors.scopes_missing()
            if grant.refresh_token is None:
                raise consent_errors.not_lasting()
        return Consented(identity=identity, grant=grant)

    def _identity(self, told: Told, *, nonce: str | None) -> Identity:
        expected = Expected(
            login_base=self._entra.login_base,
            tenant=self._entra.tenant,
            tenant_id=told.tenant_id,
            client_id=self._entra.client_id,
            nonce=nonce,
        )
        return identity_of_token(text(told.content, "id_token"), expected, now=self._clock.now())


def _not_who() -> ConsentRefused:
    return consent_errors.broken("Microsoft's word on who you are cannot be read.")

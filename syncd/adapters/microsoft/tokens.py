"""Access tokens of the application itself (client credentials), by msal."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msal

from syncd.adapters.http import SharedFailure
from syncd.adapters.microsoft import login_errors
from syncd.adapters.microsoft.credential import CertificateCredential, Credential, for_msal
from syncd.adapters.microsoft.login import Login
from syncd.ports.clock import Clock
from syncd.ports.errors import ProviderError, RateLimited, Transient

GRAPH = "https://graph.microsoft.com/.default"
"""All permissions the application was granted for Graph; national clouds have another address."""

_ATTEMPT_SECONDS = 30.0
# Graph may look at a token a little after it was sent, on a clock a little ahead.
_MARGIN = 300.0
# How long an ageing token is used before Entra is asked again, when it could not be asked.
_RESPITE = 30.0


@dataclass(frozen=True, slots=True)
class _Held:
    """A token; both times are `Clock.monotonic()`."""

    token: str = field(repr=False)
    renew_at: float
    ends_at: float


class ApplicationTokens:
    """One token for all mailboxes, asked for when it is needed and by one caller at a time.

    Every request for a token goes through a new msal application: msal's own caches would keep a
    refused token, and for a minute a refusal that somebody has just put right.
    """

    def __init__(  # noqa: PLR0913 - all by keyword, given once by the composition root
        self,
        *,
        tenant: str,
        client_id: str,
        credential: Credential,
        login_base: str,
        ca_file: Path | None,
        clock: Clock,
        scope: str = GRAPH,
    ) -> None:
        self._authority = f"{login_base.rstrip('/')}/{tenant}"
        self._client_id = client_id
        self._credential = credential
        self._login_base = login_base
        self._ca_file = ca_file
        self._clock = clock
        self._scope = scope
        self._lock = asyncio.Lock()
        self._failures = SharedFailure()
        self._held: _Held | None = None

    async def token(self) -> str:
        """Give a token with some minutes left; AuthLost, RateLimited or Transient without."""
        since = self._failures.count
        async with self._lock:
            held = self._held
            if held is not None and self._clock.monotonic() < held.renew_at:
                return held.token
            try:
                with self._failures.attempt(since=since):
                    return await self._fetch()
            except (Transient, RateLimited):
                if held is None or self._clock.monotonic() >= held.ends_at:
                    raise
                renew_at = min(self._clock.monotonic() + _RESPITE, held.ends_at)
                self._held = replace(held, renew_at=renew_at)
                return held.token

    async def renewed(self, *, refused: str) -> str:
        """Give another token than the refused one; raises as `token` does."""
        since = self._failures.count
        async with self._lock:
            if self._held is not None and self._held.token != refused:
                return self._held.token
            self._held = None
            with self._failures.attempt(since=since):
                return await self._fetch()

    async def _fetch(self) -> str:
        asked_at = self._clock.monotonic()
        try:
            async with asyncio.timeout(_ATTEMPT_SECONDS):
                answer = await asyncio.to_thread(self._ask)
        except TimeoutError as exc:
            raise login_errors.unavailable() from exc
        lasts = _lifetime(answer)
        renew_at = asked_at + lasts - min(_MARGIN, lasts / 2)
        self._held = _Held(answer["access_token"], renew_at, asked_at + lasts)
        return self._held.token

    def _ask(self) -> dict[str, Any]:
        """Ask Entra, in a thread."""
        with Login(login_base=self._login_base, ca_file=self._ca_file, clock=self._clock) as login:
            try:
                answer = self._application(login).acquire_token_for_client([self._scope])
            except ProviderError:
                raise
            except Exception as exc:
                # msal lets through whatever requests, jwt, cryptography or odd JSON raise.
                raise self._broken(exc, login) from exc
            if not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str):
                raise login_errors.told(answer, login, now=self._clock.now())
            return answer

    def _application(self, login: Login) -> msal.ConfidentialClientApplication:
        return msal.ConfidentialClientApplication(
            self._client_id,
            client_credential=for_msal(self._credential),
            authority=self._authority,
            # Otherwise msal would ask login.microsoftonline.com about any other host.
            instance_discovery=False,
            # None would let the environment choose a region.
            azure_region=False,
            http_client=login,
        )

    def _broken(self, error: Exception, login: Login) -> ProviderError:
        signs = isinstance(self._credential, CertificateCredential)
        return login_errors.broken(error, login, signs=signs, now=self._clock.now())


def _lifetime(answer: dict[str, Any]) -> float:
    """Give the seconds a token lasts, which msal has read as a number; 0 when it is not told."""
    return max(float(answer.get("expires_in", 0)), 0.0)

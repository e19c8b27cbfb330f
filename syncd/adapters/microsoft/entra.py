"""Questions to Entra about people, by msal: each with an application of its own, in a thread.

msal's own caches would keep what it learnt of a person, and for a minute a refusal that somebody
has just put right; here nothing is kept.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msal

from syncd.adapters.microsoft import login_errors
from syncd.adapters.microsoft.credential import CertificateCredential, Credential, for_msal
from syncd.adapters.microsoft.login import Login
from syncd.ports.clock import Clock
from syncd.ports.errors import OutcomeUnknown, Permanent, ProviderError

logger = logging.getLogger(__name__)

_ATTEMPT_SECONDS = 30.0

Question = Callable[[Any], Any]
"""What an application of msal is asked; msal has no types."""


@dataclass(frozen=True, slots=True)
class Told:
    """Entra's answer as msal gives it, and the id of the tenant; empty where none is told."""

    content: Mapping[str, Any]
    tenant_id: str


class Entra:
    """Asks one application's tenant."""

    def __init__(
        self,
        clock: Clock,
        *,
        tenant: str,
        client_id: str,
        credential: Credential,
        login_base: str,
        ca_file: Path | None,
    ) -> None:
        self.tenant = tenant
        self.client_id = client_id
        self.login_base = login_base.rstrip("/")
        self._clock = clock
        self._credential = credential
        self._ca_file = ca_file

    async def ask(
        self, question: Question, *, once: bool = False, public: bool = False, brief: bool = False
    ) -> Told:
        """Give the answer, an error of OAuth among them; AuthLost, Transient or RateLimited.

        `once` says that it may not be asked again: OutcomeUnknown when the answer is lost. `public`
        asks without the app's secret, `brief` without `offline_access`.
        """
        login = Login(login_base=self.login_base, ca_file=self._ca_file, clock=self._clock)
        try:
            async with asyncio.timeout(_ATTEMPT_SECONDS):
                told = await asyncio.to_thread(self._ask, question, login, public, brief)
        except TimeoutError as exc:
            raise _lost(once and login.posted) or login_errors.unavailable() from exc
        except ProviderError as error:
            is_silent = login.posted and login.last is None
            raise _lost(once and is_silent) or error from error.__cause__
        refused = login_errors.throttled(login, now=self._clock.now())
        if refused is not None:
            raise refused
        return told

    def _ask(self, question: Question, login: Login, public: bool, brief: bool) -> Told:
        with login:
            try:
                application = self._application(login, public=public, brief=brief)
                content = question(application)
                endpoint = str(application.authority.token_endpoint)
            except ProviderError:
                raise
            except Exception as exc:
                # msal lets through whatever requests, jwt, cryptography or odd JSON raise.
                logger.info("msal failed", extra={"kind": type(exc).__name__})
                signs = isinstance(self._credential, CertificateCredential)
                now = self._clock.now()
                raise login_errors.broken(exc, login, signs=signs, now=now) from exc
            if not isinstance(content, dict):
                raise login_errors.garbled()
            # Entra writes the tenant's id there, by whatever name it was asked for.
            tenant_id = endpoint.removeprefix(f"{self.login_base}/").partition("/")[0]
            return Told(content, tenant_id)

    def _application(self, login: Login, *, public: bool, brief: bool) -> Any:
        options: dict[str, Any] = {
            "authority": f"{self.login_base}/{self.tenant}",
            # Otherwise msal would ask login.microsoftonline.com about any other host.
            "instance_discovery": False,
            "exclude_scopes": ["offline_access"] if brief else [],
            "http_client": login,
        }
        if public:
            return msal.PublicClientApplication(self.client_id, **options)
        credential = for_msal(self._credential)
        return msal.ConfidentialClientApplication(
            self.client_id, client_credential=credential, azure_region=False, **options
        )


def _lost(is_lost: bool) -> ProviderError | None:
    if not is_lost:
        return None
    return OutcomeUnknown("Entra's answer was lost.", code="no_certain_answer")


def check_here(url: str, login_base: str) -> None:
    """Refuse an address that Entra's discovery gives and that is not Entra's."""
    if not url.startswith(f"{login_base}/"):
        raise Permanent(
            "Entra's sign-in page is at an address that is not configured.",
            code="url_refused",
            remedy="See that microsoft.login_base is right.",
        )

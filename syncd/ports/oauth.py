"""Consents: how a person lets syncd act for an account, and how that ends.

Every refusal is a `ConsentRefused` with a sentence and a remedy; what may pass by itself raises the
errors of `syncd.ports.errors`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from syncd.core.secret import Secret


class Purpose(StrEnum):
    """What a consent is asked for."""

    SIGN_IN = "sign_in"
    """To know who sits before the page; nothing of it is kept but who it is."""
    CONNECT = "connect"
    """To act for the account from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who an account is at its provider, as the provider vouches for it."""

    subject: str
    """Unique and lasting: Google's `sub`, Microsoft's `tid.oid`, Zoom's user id."""
    tenant: str
    """The organisation: Google's `hd`, Microsoft's `tid`, Zoom's account id; empty for none."""
    address: str
    """The provider's own address, in lower case."""
    name: str
    is_verified: bool
    """Whether the provider vouches for the address: Microsoft never does, only for the tenant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a consent gave. Times are UTC."""

    access_token: Secret
    expires_at: datetime
    refresh_token: Secret | None
    scopes: frozenset[str]
    """What was granted, which may be less than was asked for."""
    api_url: str | None = None
    """Where Zoom wants the calls of this account; None elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A consent that was begun: where the browser goes, and what we keep until it comes back."""

    url: str
    kept: Secret = field(repr=False)
    """State, PKCE verifier, nonce and whatever else the provider's library needs, as one text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCode:
    """A consent that is given on another device."""

    url: str
    code: str
    expires_at: datetime
    kept: Secret = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consented:
    """A consent that was given."""

    identity: Identity
    grant: Grant


class ConsentRefused(Exception):
    """No consent; the message is one sentence, and `code` is stable.

    consent_refused, admin_approval_needed, app_not_approved, app_unverified, scopes_missing,
    code_expired, wrong_account, not_allowed, no_device_code, consent_broken.
    """

    def __init__(self, message: str, *, code: str, remedy: str, link: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.remedy = remedy
        self.link = link
        """An https address that helps, such as Microsoft's admin consent; may be empty."""


class Authorizer(Protocol):
    """One provider's OAuth, for one app of ours."""

    def scopes(self) -> Mapping[str, str]:
        """Give every scope that is asked for and the purpose it has, as people read it."""
        ...

    def required(self) -> frozenset[str]:
        """Give those of `scopes` without which an account is of no use."""
        ...

    async def begin(
        self, *, purpose: Purpose, state: str, redirect_uri: str, hint: str = ""
    ) -> Begun:
        """Begin a consent. `state` is ours, `hint` an address to sign in with. PKCE S256 always."""
        ...

    async def finish(self, kept: Secret, answer: Mapping[str, str]) -> Consented:
        """Take what the browser brought back (all of its query), redeem the code, tell who it is.

        ConsentRefused says why there is none; Transient and RateLimited when it may work later.
        The id token's issuer, audience, nonce and expiry, and the state, are checked.
        """
        ...

    async def begin_device(self) -> DeviceCode:
        """Begin a consent on another device; ConsentRefused where the provider has no such way."""
        ...

    async def finish_device(self, kept: Secret) -> Consented | None:
        """Look once whether it was given; None while it is still open."""
        ...

    async def refresh(self, grant: Grant) -> Grant:
        """Redeem the refresh token; the new grant carries the newest refresh token.

        AuthLost `consent_gone` only when the provider says that the grant is no more
        (`invalid_grant`); AuthLost with another code when our app is refused; else Transient.
        """
        ...

    async def revoke(self, grant: Grant) -> bool:
        """End the grant at the provider; False where it has no such call (Microsoft).

        A grant that is gone already counts as done. Raises the errors of ports otherwise.
        """
        ...

    async def probe(self, grant: Grant) -> Identity:
        """Ask the provider who the access token is; AuthLost when it takes it no more."""
        ...

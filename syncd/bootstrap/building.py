"""What every provider is built from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pydantic import SecretStr

from syncd.adapters.grants import GrantTokens, OnGone
from syncd.adapters.http import Call, Http, Limits
from syncd.config.load import Loaded
from syncd.core.ids import Provider
from syncd.core.secret import Secret
from syncd.ports.clock import Clock
from syncd.ports.oauth import Authorizer
from syncd.ports.store import Store
from syncd.ports.tokens import GrantKeeper

OnCall = Callable[[Call, int | None], None]


@dataclass(frozen=True, slots=True)
class Consents:
    """Where people may connect accounts of their own, and the tokens of those that are."""

    authorizers: dict[Provider, Authorizer] = field(default_factory=dict)
    grants: dict[Provider, GrantKeeper] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """The parts that all providers share; `http` makes a transport for some origins."""

    loaded: Loaded
    store: Store
    clock: Clock
    holder: str
    on_gone: OnGone
    http: Callable[[tuple[str, ...], Limits], Http]
    at_end: Callable[[Callable[[], Awaitable[None]]], object]
    """Has something done before the transports are closed."""

    def grants(self, provider: Provider, authorizer: Authorizer, consents: Consents) -> GrantTokens:
        """Give the tokens of people's own accounts, and let people connect some."""
        made = GrantTokens(
            provider,
            authorizer,
            self.store,
            self.clock,
            holder=self.holder,
            on_gone=self.on_gone,
        )
        self.at_end(made.finish)
        consents.authorizers[provider], consents.grants[provider] = authorizer, made
        return made


def revealed(secret: SecretStr | None) -> str:
    """Give the text of a secret that the configuration was checked to have."""
    assert secret is not None  # noqa: S101 - the configuration refuses a section without its secret
    return secret.get_secret_value()


def hidden(secret: SecretStr | None) -> Secret:
    """Give such a secret for an adapter."""
    return Secret(revealed(secret))


def origin(url: str) -> str:
    """Give `https://host[:port]` of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"

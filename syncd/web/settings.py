"""What the pages have to know of the installation."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from syncd.core.ids import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A token bucket: `burst` requests at once, then `per_second`."""

    burst: int
    per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How often the pages may be asked."""

    address: Rate = Rate(burst=240, per_second=20)
    """From one address; a whole office may sit behind it."""
    session: Rate = Rate(burst=80, per_second=5)
    consent: Rate = Rate(burst=100, per_second=1)
    """Signing in and connecting, from one address: each asks a provider, and on its first day a
    whole office does so."""
    hooks: Rate = Rate(burst=600, per_second=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """The `web:` part of the configuration, as the pages use it."""

    public_url: str
    """Scheme and host (and port) under which browsers see the pages; no path, no final slash."""
    admins: frozenset[str] = frozenset()
    """Addresses in lower case."""
    support: str | None = None
    """A mail address that stands on every page."""
    privacy_url: str | None = None
    sign_in: tuple[Provider, ...] = (Provider.GOOGLE, Provider.MICROSOFT)
    """By whom people may sign in, in the order of the buttons."""
    link_hosts: frozenset[str] = frozenset()
    """More hosts (lower case, without port) that links may lead to, beside the providers' own."""
    rates: Rates = field(default_factory=Rates)

    @property
    def host(self) -> str:
        """Give what the Host header must say."""
        return urlsplit(self.public_url).netloc.lower()

    def redirect_uri(self, purpose: str, provider: Provider) -> str:
        """Give the fixed address a provider sends the browser back to; never from the request."""
        return f"{self.public_url}/{purpose}/{provider}/callback"

"""Who may sign in, and whose account may be connected: closed unless somebody is named.

An address alone proves nothing: it counts only where the provider vouches for it, and a domain or a
tenant only by the provider's own claim of it, never by how an address ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from syncd.core.ids import Provider

CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant of personal Microsoft accounts (Microsoft identity platform, ID token claims: tid)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """The lists of the config; all addresses and domains in lower case."""

    people: frozenset[str] = frozenset()
    """Those the config names."""
    users: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    """Google's verified organisations (`hd`)."""
    tenants: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Microsoft's tenant ids (`tid`), each with the mail domains it is believed about.

    None named means any: right where there is but one tenant, whose admin names its people at will.
    """
    zoom_account: str | None = None
    """The one Zoom account whose hosts may connect, if there is one."""
    zoom_hosts: Mapping[str, str] = field(default_factory=dict)
    """The Zoom address that the config names for a person, if it names one."""
    admins: frozenset[str] = frozenset()

    def person(
        self, provider: Provider, *, address: str, tenant: str, is_verified: bool
    ) -> str | None:
        """Give the person who signed in by Google or Microsoft; None when not admitted."""
        who = folded(address)
        in_tenant = provider is Provider.MICROSOFT and self._vouches(folded(tenant), who)
        # Microsoft verifies the addresses of personal accounts itself; tenants name theirs at will.
        is_personal = provider is Provider.MICROSOFT and tenant.lower() == CONSUMERS
        in_domain = provider is Provider.GOOGLE and folded(tenant) in self.domains
        if provider is Provider.ZOOM or not (is_verified or in_tenant or is_personal):
            return None
        is_named = who in self.people or who in self.users
        return who if is_named or in_tenant or in_domain else None

    def _vouches(self, tenant: str, who: str) -> bool:
        """Tell whether a tenant is listed, and believed about such addresses."""
        if tenant not in self.tenants:
            return False
        domains = self.tenants[tenant]
        return not domains or who.rpartition("@")[2] in domains

    def may_connect(
        self, person: str, provider: Provider, *, address: str, tenant: str, is_verified: bool
    ) -> bool:
        """Tell whether this identity may be connected for a person who may use syncd at all."""
        if provider is not Provider.ZOOM:
            who = self.person(provider, address=address, tenant=tenant, is_verified=is_verified)
            # Somebody else's account is theirs to connect.
            return who is not None and (who == person or who not in self.people)
        expected, who = self.zoom_hosts.get(person), folded(address)
        if expected is not None and who != folded(expected):
            return False
        if expected is None and who != person and who in self.people:
            return False
        if self.zoom_account is not None:
            return tenant == self.zoom_account
        return is_verified and who in {folded(expected or person), *self.users}

    def admits(self, person: str) -> bool:
        """Tell whether a person is named; those of a domain or a tenant are known by signing in."""
        return person in self.people or person in self.users


def folded(address: str) -> str:
    """Give an address as it is compared: in lower case when it is ASCII, else as it is.

    Lower case makes ASCII letters of some others (the Kelvin sign becomes k): twins stay apart.
    """
    return address.lower() if address.isascii() else address

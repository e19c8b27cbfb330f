"""Providers' consents and their tokens as the engine sees them, with faults on order."""

from __future__ import annotations

from collections.abc import Mapping

from syncd.core.ids import AccountKey, Provider
from syncd.core.secret import Secret
from syncd.ports.connections import StoredGrant
from syncd.ports.errors import AuthLost, ProviderError
from syncd.ports.notify import Incident
from syncd.ports.oauth import Begun, Consented, DeviceCode, Grant, Identity, Purpose
from syncd.ports.store import Store


class FakeAuthorizer:
    """Implements what the engine's chores use of `syncd.ports.oauth.Authorizer`."""

    def __init__(self) -> None:
        self.revoked: list[str] = []
        self.probed: list[str] = []
        self.faults: list[ProviderError] = []

    def scopes(self) -> Mapping[str, str]:
        return {}

    def required(self) -> frozenset[str]:
        return frozenset()

    async def begin(
        self, *, purpose: Purpose, state: str, redirect_uri: str, hint: str = ""
    ) -> Begun:
        raise NotImplementedError

    async def finish(self, kept: Secret, answer: Mapping[str, str]) -> Consented:
        raise NotImplementedError

    async def begin_device(self) -> DeviceCode:
        raise NotImplementedError

    async def finish_device(self, kept: Secret) -> Consented | None:
        raise NotImplementedError

    async def refresh(self, grant: Grant) -> Grant:
        raise NotImplementedError

    async def revoke(self, grant: Grant) -> bool:
        self.revoked.append(grant.access_token.reveal())
        if self.faults:
            raise self.faults.pop(0)
        return True

    async def probe(self, grant: Grant) -> Identity:
        self.probed.append(grant.access_token.reveal())
        if self.faults:
            raise self.faults.pop(0)
        return Identity(subject="s", tenant="", address="a@b", name="", is_verified=True)


class FakeKeeper:
    """Gives the grants of the store, renewed by name; `fault` is what every call raises."""

    def __init__(self, store: Store, provider: Provider) -> None:
        self._store = store
        self._provider = provider
        self.fault: ProviderError | None = None
        self.renewals = 0

    async def current(self, person: str) -> StoredGrant:
        if self.fault is not None:
            raise self.fault
        account = AccountKey(self._provider, person)
        stored = await self._store.run(lambda tx: tx.grants.get(account))
        if stored is None:
            raise AuthLost("Not connected.", code=f"{self._provider}_not_connected", remedy="Do.")
        return stored

    async def renewed(self, person: str, *, refused: StoredGrant) -> StoredGrant:
        self.renewals += 1
        return await self.current(person)


class FakeNotifier:
    """Keeps what was told."""

    def __init__(self) -> None:
        self.told: list[Incident] = []

    async def tell(self, incident: Incident) -> None:
        self.told.append(incident)

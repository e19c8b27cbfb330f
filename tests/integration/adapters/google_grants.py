"""Grants in memory, and the calendars of people who consented themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import TypeVar, cast

from syncd.adapters.google import GoogleCalendars, PersonTokens
from syncd.adapters.google.tokens import Tokens
from syncd.adapters.grants import GrantTokens
from syncd.adapters.http import Http
from syncd.core.ids import AccountKey, Provider
from syncd.ports.clock import Clock
from syncd.ports.connections import StoredGrant
from syncd.ports.errors import AuthLost
from syncd.ports.oauth import Authorizer, Grant
from syncd.ports.store import Tx
from tests.fakes.abilities import FakeAbilities

T = TypeVar("T")


class MemoryGrants:
    """One table of grants; only one may refresh each."""

    def __init__(self) -> None:
        self.rows: dict[AccountKey, StoredGrant] = {}
        self._busy: dict[AccountKey, str] = {}

    def get(self, account: AccountKey) -> StoredGrant | None:
        return self.rows.get(account)

    def put(self, account: AccountKey, grant: Grant) -> StoredGrant | None:
        if account not in self.rows:
            return None
        self._busy.pop(account, None)
        return self.connect(account, grant)

    def begin_refresh(
        self, account: AccountKey, *, holder: str, now: datetime, until: datetime
    ) -> bool:
        return self._busy.setdefault(account, holder) == holder

    def end_refresh(self, account: AccountKey, *, holder: str) -> None:
        self._busy.pop(account, None)

    def connect(self, account: AccountKey, grant: Grant) -> StoredGrant:
        former = self.rows.get(account)
        stored = StoredGrant(grant=grant, generation=former.generation + 1 if former else 1)
        self.rows[account] = stored
        return stored


class MemoryStore:
    """A store that has nothing but grants."""

    def __init__(self) -> None:
        self.grants = MemoryGrants()
        self._tx = cast(Tx, SimpleNamespace(grants=self.grants))

    async def run(self, work: Callable[[Tx], T]) -> T:
        return work(self._tx)

    async def settle(self) -> None:
        return


class PersonStage:
    """The grants of people, and calendars that use them; `gone` are the accounts that ended."""

    def __init__(self, authorizer: Authorizer, clock: Clock, *, service: Tokens | None = None):
        self.store = MemoryStore()
        self.gone: list[AccountKey] = []
        grants = GrantTokens(
            Provider.GOOGLE, authorizer, self.store, clock, holder="test", on_gone=self._on_gone
        )
        self.tokens = PersonTokens(grants, service)
        self._clock = clock

    def connect(self, person: str, grant: Grant) -> None:
        self.store.grants.connect(AccountKey(Provider.GOOGLE, person), grant)

    def calendars(self, http: Http, *, api_base: str) -> GoogleCalendars:
        return GoogleCalendars(
            http, self.tokens, self._clock, api_base=api_base, abilities=FakeAbilities()
        )

    def _on_gone(self, _tx: Tx, account: AccountKey, _error: AuthLost) -> None:
        self.gone.append(account)
        del self.store.grants.rows[account]

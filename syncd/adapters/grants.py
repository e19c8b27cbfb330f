"""The tokens of connected accounts: one good grant for all processes, never kept in memory.

A provider may end a refresh token when it gives out the next one (Zoom does), so over all processes
only one refreshes an account at a time, and the new grant is committed before anybody uses it (I13).
If the process dies before that commit the consent may be gone: then its owner is told (K21).
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from typing import Any

from syncd.adapters.http import SharedFailure
from syncd.core.ids import AccountKey, Provider
from syncd.ports.clock import Clock
from syncd.ports.connections import RevocationRow, StoredGrant
from syncd.ports.errors import AuthLost, ProviderError, Transient
from syncd.ports.oauth import Authorizer, Grant
from syncd.ports.store import Store, StoreError, Tx

OnGone = Callable[[Tx, AccountKey, AuthLost], None]
"""What becomes of an account whose consent is gone, in the transaction that finds it out."""

CONSENT_GONE = "consent_gone"

_EARLY = timedelta(minutes=5)
# An ageing token is used while its provider cannot be asked for the next one.
_RESPITE = timedelta(seconds=30)
_REFRESH = timedelta(seconds=40)
_LONGEST_WAIT = 90.0
_LOOK_EVERY = 0.25
_SECOND_THOUGHT = 2.0
# What was given cannot be asked for again: a database that fails for a moment is waited for.
_KEEP_AGAIN_AFTER = (0.5, 1.0, 2.0, 4.0)
_ANY = -1


class GrantTokens:
    """Gives the newest grant of a person's account at one provider, and renews it when needed.

    `holder` names this process among those that share the store.
    """

    def __init__(
        self,
        provider: Provider,
        authorizer: Authorizer,
        store: Store,
        clock: Clock,
        *,
        holder: str,
        on_gone: OnGone,
    ) -> None:
        self._provider = provider
        self._authorizer = authorizer
        self._store = store
        self._clock = clock
        self._holder = holder
        self._on_gone = on_gone
        self._locks: defaultdict[AccountKey, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._running: set[asyncio.Task[StoredGrant]] = set()
        self._failures: defaultdict[AccountKey, SharedFailure] = defaultdict(SharedFailure)

    async def is_connected(self, person: str) -> bool:
        """Tell whether this person connected an account of their own."""
        account = AccountKey(self._provider, person)
        return await self._store.run(lambda tx: tx.grants.get(account) is not None)

    async def current(self, person: str) -> StoredGrant:
        """Give a grant whose access token is good for some minutes, as far as anybody knows.

        AuthLost `PROVIDER_not_connected` without a connection, `consent_gone` when the provider ended
        it; Transient or RateLimited when it cannot be asked.
        """
        return await self._newer(AccountKey(self._provider, person), _ANY)

    async def renewed(self, person: str, *, refused: StoredGrant) -> StoredGrant:
        """Give another grant than the one whose access token was just refused."""
        return await self._newer(AccountKey(self._provider, person), refused.generation)

    async def _newer(self, account: AccountKey, than: int) -> StoredGrant:
        failures = self._failures[account]
        since = failures.count
        async with self._locks[account]:
            stored = await self._stored(account)
            if self._is_good(stored, than):
                return stored
            with failures.attempt(since=since):
                return await self._obtain(account, than)

    async def _stored(self, account: AccountKey) -> StoredGrant:
        stored = await self._store.run(lambda tx: tx.grants.get(account))
        if stored is None:
            raise self._not_connected()
        return stored

    def _is_good(self, stored: StoredGrant, than: int, *, for_another: timedelta = _EARLY) -> bool:
        lasts = stored.grant.expires_at - self._clock.now() > for_another
        return stored.generation > than and lasts

    async def _obtain(self, account: AccountKey, than: int) -> StoredGrant:
        give_up = self._clock.monotonic() + _LONGEST_WAIT
        while self._clock.monotonic() < give_up:
            stored, is_ours = await self._store.run(
                partial(self._claim, account=account, than=than)
            )
            if stored is None:
                raise self._not_connected()
            if self._is_good(stored, than):
                return stored
            if is_ours:
                return await self._whole(self._refresh(account, stored, than))
            await self._clock.sleep(_LOOK_EVERY * (1 + self._clock.random()))
        raise Transient("Another process is renewing the consent.", code="token_busy")

    async def _whole(self, refresh: Coroutine[Any, Any, StoredGrant]) -> StoredGrant:
        """Let it run to its end even when its caller is gone: an answer that nobody keeps is lost."""
        task = asyncio.create_task(refresh)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def finish(self) -> None:
        """Wait for refreshes that are under way; what they raise is told to whoever asked."""
        await asyncio.gather(*self._running, return_exceptions=True)

    def _claim(self, tx: Tx, *, account: AccountKey, than: int) -> tuple[StoredGrant | None, bool]:
        stored, now = tx.grants.get(account), self._clock.now()
        if stored is None or self._is_good(stored, than):
            return stored, False
        until = now + _REFRESH
        return stored, tx.grants.begin_refresh(account, holder=self._holder, now=now, until=until)

    async def _refresh(self, account: AccountKey, stored: StoredGrant, than: int) -> StoredGrant:
        try:
            grant = await self._asked(stored.grant)
        except AuthLost as error:
            if error.code != CONSENT_GONE:
                await self._give_up(account)
                raise
            return await self._gone(account, stored, error)
        except ProviderError:
            await self._give_up(account)
            if self._is_good(stored, than, for_another=_RESPITE):
                return stored
            raise
        kept = await self._kept(account, grant)
        if kept is None:
            raise self._not_connected()
        return kept

    async def _kept(self, account: AccountKey, grant: Grant) -> StoredGrant | None:
        keep = partial(self._keep, account=account, grant=grant)
        for pause in _KEEP_AGAIN_AFTER:
            try:
                return await self._store.run(keep)
            except StoreError:
                await self._clock.sleep(pause)
        return await self._store.run(keep)

    async def _asked(self, grant: Grant) -> Grant:
        try:
            return await self._authorizer.refresh(grant)
        except AuthLost as error:
            if error.code != CONSENT_GONE:
                raise
        # A consent is thrown away on the strength of two answers, not of one.
        await self._clock.sleep(_SECOND_THOUGHT)
        return await self._authorizer.refresh(grant)

    def _keep(self, tx: Tx, *, account: AccountKey, grant: Grant) -> StoredGrant | None:
        kept = tx.grants.put(account, grant)
        if kept is None:
            # Disconnected while the provider answered: what it gave may not live on anywhere.
            now = self._clock.now()
            tx.revocations.put(
                RevocationRow(
                    id=self._clock.new_id(),
                    provider=account.provider,
                    person=account.address,
                    grant=grant,
                    since=now,
                    due_at=now,
                    attempts=0,
                )
            )
        return kept

    async def _gone(self, account: AccountKey, asked: StoredGrant, error: AuthLost) -> StoredGrant:
        """Believe it only when nobody has put a newer grant in its place meanwhile."""

        def settle(tx: Tx) -> StoredGrant | None:
            newest = tx.grants.get(account)
            if newest is not None and newest.generation == asked.generation:
                self._on_gone(tx, account, error)
                return None
            tx.grants.end_refresh(account, holder=self._holder)
            return newest

        newest = await self._store.run(settle)
        if newest is None:
            await self._store.settle()
            raise error
        return newest

    async def _give_up(self, account: AccountKey) -> None:
        await self._store.run(lambda tx: tx.grants.end_refresh(account, holder=self._holder))

    def _not_connected(self) -> AuthLost:
        remedy = f"Connect it on the page, or with `syncd accounts connect {self._provider}`."
        match self._provider:
            case Provider.GOOGLE:
                text = "Google is not connected."
                return AuthLost(text, code="google_not_connected", remedy=remedy)
            case Provider.MICROSOFT:
                text = "Microsoft is not connected."
                return AuthLost(text, code="microsoft_not_connected", remedy=remedy)
            case Provider.ZOOM:
                text = "Zoom is not connected."
                return AuthLost(text, code="zoom_not_connected", remedy=remedy)

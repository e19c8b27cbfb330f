"""One access token for all processes, kept in the store.

A new server-to-server token may end the former one (Zoom: Server-to-Server OAuth), so workers share
one, and only one of them asks for the next.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial

from syncd.adapters.http import Answer, Http, SharedFailure
from syncd.adapters.zoom.access import Access, read_grant, seal_text
from syncd.adapters.zoom.oauth_call import oauth_call
from syncd.core.ids import AccountKey, Provider
from syncd.core.secret import Secret
from syncd.ports.clock import Clock
from syncd.ports.errors import ProviderError, Transient
from syncd.ports.rows import StoredToken
from syncd.ports.store import Store, Tx

# Zoom's tokens live for an hour.
EARLY = timedelta(minutes=5)
# One refresh: the last sending leaves within the first part, and its answer ends in the whole. Not
# longer than two sendings need: whoever takes over from one that died in it waits for it to end.
_LEAVE_WITHIN = 11.0
_REFRESH = timedelta(seconds=21)
_LONGEST_WAIT = timedelta(seconds=90)
_LOOK_EVERY = 0.25
_ANY = -1


class ZoomTokens:
    """Gives the account's access token, and gets a new one when it is needed.

    `holder` names this process among those that share the store.
    """

    def __init__(  # noqa: PLR0913 - all by keyword, given once by the composition root
        self,
        http: Http,
        store: Store,
        clock: Clock,
        *,
        account_id: str,
        client_id: str,
        client_secret: Secret,
        oauth_base: str,
        holder: str,
    ) -> None:
        self.account = AccountKey(Provider.ZOOM, account_id)
        self._http = http
        self._store = store
        self._clock = clock
        self._client_id = client_id
        self._client_secret = client_secret
        self._oauth_base = oauth_base.rstrip("/")
        self._holder = holder
        self._lock = asyncio.Lock()
        self._failures = SharedFailure()
        self._known: Access | None = None

    async def current(self) -> Access:
        """Give a token that is good for five minutes more, as far as anybody knows.

        Raises AuthLost when Zoom refuses the app, Transient or RateLimited when it cannot be asked.
        """
        since = self._failures.count
        async with self._lock:
            if self._known is None or not self._lasts(self._known):
                with self._failures.attempt(since=since):
                    self._known = await self._obtain(newer_than=_ANY)
            return self._known

    async def renewed(self, refused: Access) -> Access:
        """Give another token than the one Zoom has just refused; raises like `current`."""
        since = self._failures.count
        async with self._lock:
            if self._known is None or self._known.generation <= refused.generation:
                with self._failures.attempt(since=since):
                    self._known = await self._obtain(newer_than=refused.generation)
            return self._known

    async def _obtain(self, *, newer_than: int) -> Access:
        give_up = self._clock.monotonic() + _LONGEST_WAIT.total_seconds()
        while self._clock.monotonic() < give_up:
            take = partial(self._take, newer_than=newer_than, now=self._clock.now())
            found = await self._store.run(take)
            if isinstance(found, Access):
                return found
            if found:
                return await self._refresh()
            await self._clock.sleep(_LOOK_EVERY * (1 + self._clock.random()))
        raise Transient("Another process is getting a Zoom token.", code="zoom_token_busy")

    def _take(self, tx: Tx, *, newer_than: int, now: datetime) -> Access | bool:
        """Give a good token, or whether the refresh is ours to make."""
        found = self._opened(tx.tokens.get(self.account))
        if found is not None and found.generation > newer_than and self._lasts(found):
            return found
        return tx.tokens.begin_refresh(
            self.account, holder=self._holder, now=now, until=now + _REFRESH
        )

    async def _refresh(self) -> Access:
        try:
            asked_at = self._clock.now()
            grant = read_grant(await self._ask(), now=asked_at)
        except ProviderError:
            await self._store.run(
                lambda tx: tx.tokens.end_refresh(self.account, holder=self._holder)
            )
            raise
        sealed = seal_text(grant, issuer=self._issuer)
        stored = await self._store.run(
            lambda tx: tx.tokens.put(self.account, sealed, expires_at=grant.expires_at)
        )
        return Access(
            token=grant.access_token,
            api_url=grant.api_url,
            expires_at=grant.expires_at,
            generation=stored.generation,
            scopes=grant.scopes,
        )

    async def _ask(self) -> Answer:
        form = {"grant_type": "account_credentials", "account_id": self.account.address}
        return await self._http.send(
            oauth_call(
                f"{self._oauth_base}/token",
                form,
                client_id=self._client_id,
                client_secret=self._client_secret,
                account=str(self.account),
                # A second token only ends the first, which nobody has.
                repeatable=True,
                send_by=self._clock.monotonic() + _LEAVE_WITHIN,
            )
        )

    def _opened(self, stored: StoredToken | None) -> Access | None:
        return None if stored is None else Access.opened(stored, issuer=self._issuer)

    def _lasts(self, access: Access) -> bool:
        return access.expires_at - self._clock.now() > EARLY

    @property
    def _issuer(self) -> str:
        """Name whose tokens these are: one of another app or server is never sent."""
        return f"{self._client_id} {self._oauth_base}"

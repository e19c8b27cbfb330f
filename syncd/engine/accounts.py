"""The chores about connected accounts: probed daily, ended at their providers, forgotten in time.

A departure that was cut short goes on here (K24).
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from functools import partial

from syncd.core.ids import AccountKey
from syncd.engine import incidents
from syncd.engine.departure import NAMES, Departures, Parting
from syncd.engine.deps import Deps, on_account
from syncd.engine.turns import Turns
from syncd.ports.connections import ConnectionRow, ConnectionState, RevocationRow, StoredGrant
from syncd.ports.errors import AuthLost, ProviderError
from syncd.ports.replicas import Turn
from syncd.ports.rows import AccountRow, AccountState
from syncd.ports.store import Tx
from syncd.ports.tokens import GrantKeeper

log = logging.getLogger(__name__)

_PROBED_EVERY = timedelta(days=1)
_PROBED_AGAIN = timedelta(hours=1)

_REVOKED_FIRST = timedelta(minutes=1)
_REVOKED_LAST = timedelta(hours=2)
_REVOKED_FOR = timedelta(hours=24)

_LEAVES_FOR = timedelta(hours=24)
_NEVER = timedelta(0)

SESSION_IDLE = timedelta(minutes=30)
SESSION_LASTS = timedelta(hours=12)


class AccountChores:
    """Chores on timers; each may be skipped or repeated without harm, and one daemon does it."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._turns = Turns(deps)
        self._departures = Departures(people=deps.people, keys=deps.keys, clock=deps.clock)
        self._haste: dict[AccountKey, float] = {}
        self._not_before: dict[AccountKey, float] = {}
        self._leaving_since: dict[AccountKey, float] = {}

    async def tick(self) -> None:
        """Do whatever of it is due."""
        await self.part_those_that_left()
        await self.revoke()
        await self.probe()
        await self.forget()
        await incidents.tell(self._deps)

    async def probe(self) -> None:
        """See whether each connection still works, once a day: before it is needed."""
        for row in await self._deps.store.run(lambda tx: tx.connections.all()):
            keeper = self._deps.grants.get(row.account.provider)
            if keeper is not None and self._is_due(row):
                await self._in_turn(row, keeper)

    async def _in_turn(self, row: ConnectionRow, keeper: GrantKeeper) -> None:
        chore = f"probe {row.account}"
        async with self._turns.taken(chore, within=_PROBED_AGAIN / 2) as is_ours:
            if is_ours:
                await self._probe(row, keeper)

    def _is_due(self, row: ConnectionRow) -> bool:
        clock = self._deps.clock
        haste = self._haste.setdefault(row.account, clock.random())
        if clock.now() - row.probed_at < _PROBED_EVERY * (1 - 0.1 * haste):
            return False
        return clock.monotonic() >= self._not_before.get(row.account, 0.0)

    async def _probe(self, row: ConnectionRow, keeper: GrantKeeper) -> None:
        account, clock = row.account, self._deps.clock
        self._not_before[account] = clock.monotonic() + _PROBED_AGAIN.total_seconds()
        try:
            with on_account(account):
                await self._asked(account, keeper)
        except AuthLost as error:
            log.warning("account lost", extra={"account": str(account), "code": error.code})
            await self._deps.store.run(partial(self._note_lost, account=account, error=error))
            return
        except ProviderError as error:
            log.info("account not probed", extra={"account": str(account), "code": error.code})
            return

        def note(tx: Tx) -> None:
            now = tx.connections.get(account)
            if now is not None:
                tx.connections.save(replace(now, probed_at=clock.now()))

        await self._deps.store.run(note)

    async def _asked(self, account: AccountKey, keeper: GrantKeeper) -> None:
        """Ask the provider who the token is, with another token if it refuses the first."""
        stored = await keeper.current(account.address)
        authorizer = self._deps.authorizers.get(account.provider)
        if authorizer is None:
            return
        try:
            await authorizer.probe(stored.grant)
        except AuthLost:
            renewed: StoredGrant = await keeper.renewed(account.address, refused=stored)
            await authorizer.probe(renewed.grant)

    def _note_lost(self, tx: Tx, *, account: AccountKey, error: AuthLost) -> None:
        """Note it of an account that is still connected; one that is not was told of already."""
        if tx.connections.get(account) is None:
            return
        tx.accounts.set(
            AccountRow(
                key=account,
                state=AccountState.NEEDS_RECONNECT,
                reason=error.message,
                remedy=error.remedy,
                since=self._deps.clock.now(),
            )
        )

    async def revoke(self) -> None:
        """End the grants of those who left; what cannot be ended for a day is erased and told."""
        now = self._deps.clock.now()
        for row in await self._deps.store.run(lambda tx: tx.revocations.all()):
            if row.due_at <= now:
                await self._revoke_in_turn(row)

    async def _revoke_in_turn(self, row: RevocationRow) -> None:
        chore = f"revoke {row.id}"
        if await self._turns.take(chore, within=_NEVER) is not Turn.OURS:
            return
        try:
            # Another daemon may have done it between our look and our turn.
            if row in await self._deps.store.run(lambda tx: tx.revocations.all()):
                await self._revoke(row)
        finally:
            await self._turns.give_up(chore)

    async def _revoke(self, row: RevocationRow) -> None:
        account = AccountKey(row.provider, row.person)
        authorizer = self._deps.authorizers.get(row.provider)
        if authorizer is None:
            # Its app is no longer in the config; it may come back there.
            await self._put_off(row, account)
            return
        try:
            await authorizer.revoke(row.grant)
        except ProviderError as error:
            log.info("grant not ended", extra={"account": str(account), "code": error.code})
            await self._put_off(row, account)
            return
        await self._erase(row)

    async def _put_off(self, row: RevocationRow, account: AccountKey) -> None:
        now = self._deps.clock.now()
        pause = min(_REVOKED_FIRST * 2 ** min(row.attempts, 10), _REVOKED_LAST)
        later = replace(row, attempts=row.attempts + 1, due_at=now + pause)
        if later.due_at - row.since <= _REVOKED_FOR:
            await self._deps.store.run(lambda tx: tx.revocations.put(later))
            return
        await self._deps.store.run(lambda tx: _tell_unconfirmed(tx, account))
        log.warning("revocation could not be confirmed", extra={"account": str(account)})
        await self._erase(row)

    async def _erase(self, row: RevocationRow) -> None:
        await self._deps.store.run(lambda tx: tx.revocations.delete(row.id))
        await self._deps.store.settle()

    async def part_those_that_left(self) -> None:
        """Let those accounts go of which no coming event carries a link any more."""
        gone = await self._deps.store.run(self._part_all)
        if gone:
            await self._deps.store.settle()

    def _part_all(self, tx: Tx) -> int:
        leaving = [r for r in tx.connections.all() if r.state is ConnectionState.LEAVING]
        for account in self._leaving_since.keys() - {row.account for row in leaving}:
            del self._leaving_since[account]
        return sum(self._part(tx, row.account) for row in leaving)

    def _part(self, tx: Tx, account: AccountKey) -> bool:
        """Wait for what can still be taken out, but for no longer than a day."""
        now = self._deps.clock.monotonic()
        since = self._leaving_since.setdefault(account, now)
        left = self._departures.coming(tx, account)
        stuck = {row.ref for row in tx.events.waiting() if row.due_at is None}
        is_tired = now - since >= _LEAVES_FOR.total_seconds()
        if not is_tired and any(each.ref not in stuck for each in left):
            return False
        if left:
            extra = {"account": str(account), "count": len(left)}
            log.warning("links could not be taken out", extra=extra)
        return self._departures.part(
            tx, account, how=Parting.BY_PERSON, who="syncd", told=_told(self._deps, len(left))
        )

    async def forget(self) -> None:
        """Drop consents that were never finished, and browsers that nobody uses any more."""
        now = self._deps.clock.now()

        def purge(tx: Tx) -> None:
            tx.flows.forget(now=now)
            tx.sessions.forget(seen_before=now - SESSION_IDLE, begun_before=now - SESSION_LASTS)

        await self._deps.store.run(purge)


def _told(deps: Deps, left: int) -> str:
    if not left:
        return ""
    links = "1 link" if left == 1 else f"{left} links"
    return f"Disconnected on {deps.clock.now():%Y-%m-%d}; {links} could not be taken out and stay."


def _tell_unconfirmed(tx: Tx, account: AccountKey) -> None:
    """Say so on the account's row, unless it is connected again."""
    row = next((each for each in tx.accounts.all() if each.key == account), None)
    if row is None or row.state is not AccountState.NOT_CONNECTED:
        return
    name = NAMES[account.provider]
    reason = f"{row.reason} Its revocation could not be confirmed by {name}."
    remedy = f"Remove syncd in the settings of your {name} account."
    tx.accounts.set(replace(row, reason=reason, remedy=remedy))

"""Whether Google takes a third party's conference data: found out by trying, per account.

It depends on the account's domain and add-ons, and no call tells it beforehand.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Literal

from syncd.core.ids import AccountKey
from syncd.ports.abilities import AbilityMemory
from syncd.ports.clock import Clock
from syncd.ports.rows import AbilityRow
from syncd.ports.store import StoreError

logger = logging.getLogger(__name__)

ConferenceData = Literal["auto", "always", "never"]

NAME = "conference_data"
"""The ability's name in the memory."""

_GOOD_FOR = timedelta(days=7)


class ConferenceAbility:
    """Knows whether to try; `auto` goes by what was found out within the last week.

    What is not known is tried once at a time: until that try has ended the others go without. A memory that is out of order fails nothing: then only this process remembers.
    """

    def __init__(self, memory: AbilityMemory, clock: Clock, *, mode: ConferenceData) -> None:
        self._memory = memory
        self._clock = clock
        self._mode = mode
        self._found: dict[AccountKey, AbilityRow] = {}
        self._trying: set[AccountKey] = set()

    async def worth_trying(self, account: AccountKey) -> bool:
        """Tell whether conference data is to be sent; who is told so says `tried` at its end."""
        if self._mode != "auto":
            return self._mode == "always"
        row = await self._recalled(account)
        if row is not None and self._is_fresh(row):
            return row.able
        if account in self._trying:
            return False
        self._trying.add(account)
        return True

    def tried(self, account: AccountKey) -> None:
        """Let the next one try, if nothing was found out."""
        self._trying.discard(account)

    async def found(self, account: AccountKey, *, able: bool) -> None:
        """Remember how a try went, when that is news."""
        if self._mode != "auto":
            return
        known = await self._recalled(account)
        if known is not None and known.able is able and self._is_fresh(known):
            return
        row = AbilityRow(account=account, name=NAME, able=able, tried_at=self._clock.now())
        self._found[account] = row
        try:
            await self._memory.put(row)
        except StoreError as exc:
            logger.warning("an ability is not remembered", extra={"error": str(exc)})

    async def _recalled(self, account: AccountKey) -> AbilityRow | None:
        try:
            return await self._memory.get(account, NAME)
        except StoreError as exc:
            logger.warning("an ability is not recalled", extra={"error": str(exc)})
            return self._found.get(account)

    def _is_fresh(self, row: AbilityRow) -> bool:
        # A moment to come is one of a clock that was wrong then or is now.
        return timedelta(0) <= self._clock.now() - row.tried_at < _GOOD_FOR

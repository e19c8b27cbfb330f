"""Telling the people in charge that an account is in trouble, beside the page and the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from syncd.core.ids import AccountKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An account's trouble that lasts until somebody acts, or its end. Times are UTC."""

    account: AccountKey
    state: str
    """As in `AccountState`: `needs_reconnect`, `failing`, and `ok` when it is over."""
    reason: str
    remedy: str
    since: datetime


class Notifier(Protocol):
    """A command or an address that the admin configured."""

    async def tell(self, incident: Incident) -> None:
        """Tell of an incident, once; what cannot be told is logged and never raised."""
        ...

"""A person picks the calendars of a connected account that syncd serves."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial

from syncd.core.ids import AccountKey, CalendarKey, Provider
from syncd.engine.deps import Deps, on_account
from syncd.engine.menu import Choice, choices
from syncd.ports.calendar import CalendarInfo
from syncd.ports.connections import AuditEntry, ConnectionRow, ConnectionState
from syncd.ports.errors import ProviderError
from syncd.ports.store import Tx

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedCalendar:
    """A calendar of the account; only one that the person may write can be chosen."""

    id: str
    name: str
    can_write: bool
    is_primary: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WritableCalendar:
    """A calendar that a new event may be put into; `key` as `google:ana@example.com/primary`."""

    key: str
    name: str
    kinds: tuple[Choice, ...]


async def offered(deps: Deps, account: AccountKey) -> tuple[OfferedCalendar, ...]:
    """Give all calendars of an account that its owner connected, the main one first.

    LookupError when it is not connected; raises the errors of the provider too.
    """
    row = await deps.store.run(lambda tx: _connected(tx, account))
    return tuple(
        OfferedCalendar(
            id=info.calendar_id,
            name=info.name,
            can_write=info.can_write,
            is_primary=info.calendar_id == "primary",
            is_chosen=info.calendar_id in row.calendars,
        )
        for info in await _listed(deps, account)
    )


async def choose(
    deps: Deps, account: AccountKey, ids: Collection[str], *, who: str, request_id: str = ""
) -> tuple[str, ...]:
    """Serve these calendars of the account from now on, and no others of it.

    Gives them in the order of the provider. LookupError when it is not connected, when none is
    chosen, or one that the person does not have or may not write.
    """
    await deps.store.run(lambda tx: _connected(tx, account))
    infos = await _listed(deps, account)
    writable = [info.calendar_id for info in infos if info.can_write]
    chosen = tuple(each for each in writable if each in ids)
    if not ids:
        raise LookupError("choose at least one calendar, or disconnect the account")
    if missing := set(ids) - set(chosen):
        readable = {info.calendar_id: info.name for info in infos}
        names = ", ".join(repr(readable.get(each, each)) for each in sorted(missing))
        raise LookupError(f"{names} cannot be chosen: only calendars that you may change can")
    entry = AuditEntry(
        at=deps.clock.now(),
        who=who,
        what="calendars.chosen",
        about=str(account),
        new=", ".join(chosen),
        request_id=request_id,
    )
    await deps.store.run(partial(_keep, account=account, chosen=chosen, entry=entry))
    return chosen


async def writable(deps: Deps, person: str) -> tuple[WritableCalendar, ...]:
    """Give the person's calendars that a new event may be put into, each with its menu.

    Where the provider does not list them now, those that are served stand by their ids.
    """
    mine = sorted(key for key in deps.watched if key.owner == person)
    known: dict[CalendarKey, CalendarInfo] = {}
    for account in sorted({key.account for key in mine}):
        try:
            infos = await _listed(deps, account)
        except ProviderError as error:
            log.info("calendars not listed", extra={"account": str(account), "code": error.code})
            continue
        known |= {CalendarKey(account.provider, person, i.calendar_id): i for i in infos}
    open_ones = [key for key in mine if key not in known or known[key].can_write]

    def read(tx: Tx) -> tuple[WritableCalendar, ...]:
        return tuple(
            WritableCalendar(
                key=str(key),
                name=known[key].name if key in known else key.calendar_id,
                kinds=choices(deps, tx, key),
            )
            for key in open_ones
        )

    return await deps.store.run(read)


def _connected(tx: Tx, account: AccountKey) -> ConnectionRow:
    row = tx.connections.get(account)
    if row is None or account.provider is Provider.ZOOM:
        raise LookupError(f"no calendars of {account} are connected")
    if row.state is ConnectionState.LEAVING:
        raise LookupError(f"{account} is being disconnected")
    return row


def _keep(tx: Tx, *, account: AccountKey, chosen: tuple[str, ...], entry: AuditEntry) -> None:
    row = _connected(tx, account)
    if set(row.calendars) == set(chosen):
        return
    tx.connections.save(replace(row, calendars=chosen))
    tx.audit.add(replace(entry, old=", ".join(row.calendars)))


async def _listed(deps: Deps, account: AccountKey) -> tuple[CalendarInfo, ...]:
    with on_account(account):
        return await deps.calendars[account.provider].calendars(account.address)

"""An account is disconnected: told first what that means, then done, and ended at its provider."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from syncd.core.admission import CONSUMERS
from syncd.core.ids import AccountKey, Provider
from syncd.engine.accounts import AccountChores
from syncd.engine.departure import Departures
from syncd.engine.departure import Parting as How
from syncd.engine.deps import Deps
from syncd.ports.connections import ConnectionRow, ConnectionState
from syncd.ports.store import Tx

# A person waits for it; what is not done by then is done by a chore.
_PATIENCE = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """What disconnecting an account would do."""

    account: str
    address: str
    """The provider's own address of it."""
    links: int
    """How many events carry a link that rests on it."""
    upcoming: int
    """How many of them are still to come."""
    revokes: bool
    """Whether its provider can be told to end the consent."""
    remove_at_url: str
    """Where its owner can remove the consent by hand."""
    what_happens: tuple[str, ...]
    """The same in sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnected:
    """What was done. `is_leaving`: its links are taken out first, and then it goes by itself.

    `is_revoked` tells whether its provider has ended the consent; while `is_retried`, it is told
    again for a day.
    """

    account: str
    is_leaving: bool
    is_revoked: bool
    is_retried: bool
    remove_at_url: str


async def preview(deps: Deps, account: AccountKey) -> Parting:
    """Tell what would happen; LookupError when the account is not connected."""
    return await deps.store.run(lambda tx: _preview(deps, tx, account))


async def disconnect(
    deps: Deps, account: AccountKey, *, who: str, remove_links: bool = False, request_id: str = ""
) -> Disconnected:
    """Disconnect it, `who` as in the audit log; LookupError when it is not connected.

    Links and meetings stay, unless `remove_links` asks to take those of coming events out first:
    then it goes as soon as none is left. Asked again without, it goes at once.
    """
    departures = _departures(deps)
    how = How.BY_PERSON if who == account.address else How.BY_ADMIN

    def let_go(tx: Tx) -> tuple[Parting, bool]:
        told = _preview(deps, tx, account)
        leaves = remove_links and told.upcoming > 0
        if leaves:
            departures.leave(tx, account, who=who, request_id=request_id)
        else:
            departures.part(tx, account, how=how, who=who, request_id=request_id)
        return told, leaves

    told, leaves = await deps.store.run(let_go)
    is_open = False
    if not leaves:
        await deps.store.settle()
        is_open = await _is_still_open(deps, account)
    return Disconnected(
        account=str(account),
        is_leaving=leaves,
        is_revoked=told.revokes and not leaves and not is_open,
        is_retried=told.revokes and is_open,
        remove_at_url=told.remove_at_url,
    )


async def deauthorised(deps: Deps, *, zoom_account_id: str, zoom_user_id: str) -> bool:
    """Let the account of a Zoom user go who removed syncd at Zoom; False when it is nobody's.

    Zoom has ended its grant by then (Zoom: App deauthorisation), and all that Zoom told is erased.
    """
    departures = _departures(deps)

    def let_go(tx: Tx) -> bool:
        row = tx.connections.of_identity(Provider.ZOOM, zoom_user_id)
        if row is None or row.identity.tenant != zoom_account_id:
            return False
        return departures.part(tx, row.account, how=How.REMOVED, who="syncd")

    is_gone = await deps.store.run(let_go)
    if is_gone:
        await deps.store.settle()
    return is_gone


async def _is_still_open(deps: Deps, account: AccountKey) -> bool:
    """End the grant at its provider now, if that answers; tell whether it is yet to be ended."""
    try:
        async with asyncio.timeout(_PATIENCE):
            await AccountChores(deps).revoke()
    except TimeoutError:
        # The row stays, and with it the duty: a chore goes on with it.
        return True
    rows = await deps.store.run(lambda tx: tx.revocations.all())
    return any((r.provider, r.person) == (account.provider, account.address) for r in rows)


def _departures(deps: Deps) -> Departures:
    return Departures(people=deps.people, keys=deps.keys, clock=deps.clock)


def _preview(deps: Deps, tx: Tx, account: AccountKey) -> Parting:
    row = tx.connections.get(account)
    if row is None:
        raise LookupError(f"{account} is not connected")
    departures = _departures(deps)
    bound = departures.bindings_of(tx, account)
    links = sum(1 for each in bound if each.join_url is not None)
    upcoming = len(departures.coming(tx, account))
    url = _remove_at(row)
    return Parting(
        account=str(account),
        address=row.identity.address,
        links=links,
        upcoming=upcoming,
        revokes=account.provider is not Provider.MICROSOFT,
        remove_at_url=url,
        what_happens=_told(row, upcoming, url),
    )


def _told(row: ConnectionRow, upcoming: int, url: str) -> tuple[str, ...]:
    provider = row.account.provider
    name = {Provider.GOOGLE: "Google", Provider.MICROSOFT: "Microsoft", Provider.ZOOM: "Zoom"}
    events = "1 coming event carries" if upcoming == 1 else f"{upcoming} coming events carry"
    stays = "Meetings and links stay as they are, unless you have the links taken out first."
    if row.state is ConnectionState.LEAVING:
        stays = "Its links are being taken out; whatever is left then stays."
    follows = "They no longer follow changes of their events until the account is connected again."
    return (
        f"{events} a link that rests on {row.identity.address}.",
        f"{stays} {follows}",
        "Its tokens and all that is known of the account are erased.",
        (
            f"Microsoft keeps the consent until you remove it at {url}."
            if provider is Provider.MICROSOFT
            else f"{name[provider]} is told to end the consent."
        ),
    )


def _remove_at(row: ConnectionRow) -> str:
    match row.account.provider:
        case Provider.GOOGLE:
            return "https://myaccount.google.com/connections"
        case Provider.ZOOM:
            return "https://marketplace.zoom.us/user/installed"
        case Provider.MICROSOFT if row.identity.tenant == CONSUMERS:
            return "https://account.live.com/consent/Manage"
        case Provider.MICROSOFT:
            return "https://myapplications.microsoft.com"

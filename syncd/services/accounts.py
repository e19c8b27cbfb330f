"""A person's accounts, as they see them; and all accounts, as an admin does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from syncd.core.ids import AccountKey, Provider
from syncd.engine.deps import Deps
from syncd.ports.connections import ConnectionRow, ConnectionState
from syncd.ports.rows import AccountRow, AccountState
from syncd.ports.store import Tx

CONNECTED = "connected"
NOT_CONNECTED = "not_connected"
NEEDS_RECONNECT = "needs_reconnect"
NOT_PERMITTED = "not_permitted"
BY_ADMIN = "by_admin"
LEAVING = "leaving"

_SERVICES = {
    "google_calendar": Provider.GOOGLE,
    "outlook": Provider.MICROSOFT,
    "zoom": Provider.ZOOM,
    "google_meet": Provider.GOOGLE,
    "teams": Provider.MICROSOFT,
}
# These come with a calendar, and have no consent of their own.
_WITH_CALENDAR = {"google_meet": "Google Calendar", "teams": "Outlook"}
_NAMES = {Provider.GOOGLE: "Google", Provider.MICROSOFT: "Microsoft", Provider.ZOOM: "Zoom"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One permission at a provider, and what it is for, as people read it."""

    name: str
    purpose: str
    is_granted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCard:
    """One service of a person; `last_sync` is UTC.

    `state` is connected, not_connected, needs_reconnect, not_permitted, by_admin (an account of the
    installation acts, and there is nothing to connect) or leaving.
    """

    service: str
    provider: Provider
    state: str
    address: str = ""
    """The provider's own address of the account."""
    granted: tuple[Scope, ...] = ()
    last_sync: datetime | None = None
    reason: str = ""
    remedy: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What connecting would ask for; `is_permitted` False where no app for it is configured."""

    provider: Provider
    is_permitted: bool
    scopes: tuple[Scope, ...] = ()
    is_connected: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One account, for an admin; times are UTC. `mode` is `own` or `service`.

    `person` is who connected it, empty for one of the installation.
    """

    account: str
    person: str
    mode: str
    state: str
    address: str
    calendars: tuple[str, ...]
    connected_at: datetime | None
    last_seen: datetime | None
    reason: str
    remedy: str


async def settings(deps: Deps, person: str) -> tuple[AccountCard, ...]:
    """Give one card for each of Google Calendar, Outlook, Zoom, Google Meet and Teams."""

    def read(tx: Tx) -> tuple[AccountCard, ...]:
        health = {row.key: row for row in tx.accounts.all()}
        seen = _Seen(deps=deps, tx=tx, health=health, person=person)
        return tuple(seen.card(service) for service in _SERVICES)

    return await deps.store.run(read)


async def offer(deps: Deps, person: str, provider: Provider) -> Offer:
    """Tell what connecting would ask for, and whether people can connect there at all."""
    row = await deps.store.run(lambda tx: tx.connections.get(AccountKey(provider, person)))
    return Offer(
        provider=provider,
        is_permitted=provider in deps.authorizers,
        scopes=_scopes(deps, provider, row.scopes if row is not None else frozenset()),
        is_connected=row is not None,
        address=row.identity.address if row is not None else "",
    )


async def listing(deps: Deps) -> tuple[AccountLine, ...]:
    """List every account: those that people connected, and those of the installation in use."""

    def read(tx: Tx) -> tuple[AccountLine, ...]:
        health = {row.key: row for row in tx.accounts.all()}
        own = {row.account: row for row in tx.connections.all()}
        used = {key.account for key in deps.watched} | set(health) | set(own)
        used |= {deps.meetings.account(person.host) for person in deps.people.values()}
        return tuple(
            _own_line(own[key], health.get(key))
            if key in own
            else _other_line(deps, tx, key, health.get(key))
            for key in sorted(used)
        )

    return await deps.store.run(read)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """All that is looked at to show one person their accounts."""

    deps: Deps
    tx: Tx
    health: Mapping[AccountKey, AccountRow]
    person: str

    def card(self, service: str) -> AccountCard:
        """Give the card of one service."""
        provider = _SERVICES[service]
        account = AccountKey(provider, self.person)
        row = self.tx.connections.get(account)
        state = self._state(account, row)
        if service in _WITH_CALENDAR:
            return _comes_along(self.deps, service, state)
        if state == NOT_PERMITTED:
            return AccountCard(
                service=service,
                provider=provider,
                state=state,
                reason=f"Connecting {_NAMES[provider]} is not permitted by your administrator.",
                remedy="Ask your administrator to set it up.",
            )
        reason, remedy = self._told(account, row, state)
        return AccountCard(
            service=service,
            provider=provider,
            state=state,
            address=row.identity.address if row is not None else "",
            granted=_scopes(self.deps, provider, row.scopes) if row is not None else (),
            last_sync=self._last_sync(account, row),
            reason=reason,
            remedy=remedy,
        )

    def _state(self, account: AccountKey, row: ConnectionRow | None) -> str:
        known = self.health.get(account)
        is_dead = known is not None and known.state is AccountState.NEEDS_RECONNECT
        if row is not None and row.state is ConnectionState.LEAVING:
            return LEAVING
        if row is not None:
            return NEEDS_RECONNECT if is_dead else CONNECTED
        if _is_served(self.deps, account):
            return BY_ADMIN
        if account.provider not in self.deps.authorizers:
            return NOT_PERMITTED
        return NEEDS_RECONNECT if is_dead and _was_connected(known) else NOT_CONNECTED

    def _told(self, account: AccountKey, row: ConnectionRow | None, state: str) -> tuple[str, str]:
        """Give the reason and the remedy of what is wrong, or of its being away."""
        acting = _acting(self.deps, account) if state == BY_ADMIN else account
        known = self.health.get(acting)
        if known is None or known.state is AccountState.OK:
            return "", ""
        if row is not None and known.state is AccountState.NOT_CONNECTED:
            return "", ""
        return known.reason, known.remedy

    def _last_sync(self, account: AccountKey, row: ConnectionRow | None) -> datetime | None:
        if account.provider is Provider.ZOOM:
            return row.probed_at if row is not None else None
        return _last_read(self.tx, account)


def _comes_along(deps: Deps, service: str, state: str) -> AccountCard:
    """Give the card of a conference that comes with its calendar."""
    provider, calendar = _SERVICES[service], _WITH_CALENDAR[service]
    is_there = state in (CONNECTED, BY_ADMIN)
    is_possible = provider in deps.authorizers and not is_there
    return AccountCard(
        service=service,
        provider=provider,
        state=state,
        reason="" if is_there else f"It comes with {calendar}.",
        remedy=f"Connect {calendar}." if is_possible else "",
    )


def _was_connected(known: AccountRow | None) -> bool:
    """Tell one that went by itself from a calendar that still waits for its first consent."""
    return known is not None and known.reason != f"{_NAMES[known.key.provider]} is not connected."


def _is_served(deps: Deps, account: AccountKey) -> bool:
    """Tell whether an account of the installation acts for a person who has none of their own."""
    if account.provider not in deps.by_admin:
        return False
    if account.provider is Provider.ZOOM:
        return account.address in deps.people and _acting(deps, account) != account
    return any(key.account == account for key in deps.watched)


def _acting(deps: Deps, account: AccountKey) -> AccountKey:
    person = deps.people.get(account.address)
    if account.provider is not Provider.ZOOM or person is None:
        return account
    return deps.meetings.account(person.host)


def _last_read(tx: Tx, account: AccountKey) -> datetime | None:
    rows = (row for row in tx.calendars.all() if row.key.account == account and row.enabled)
    return max((row.last_success for row in rows if row.last_success is not None), default=None)


def _scopes(deps: Deps, provider: Provider, granted: frozenset[str]) -> tuple[Scope, ...]:
    if provider not in deps.authorizers:
        return ()
    return tuple(
        Scope(name=name, purpose=purpose, is_granted=name in granted)
        for name, purpose in deps.authorizers[provider].scopes().items()
    )


def _own_line(row: ConnectionRow, known: AccountRow | None) -> AccountLine:
    state = str(known.state) if known is not None else CONNECTED
    if row.state is ConnectionState.LEAVING:
        state = LEAVING
    return AccountLine(
        account=str(row.account),
        person=row.account.address,
        mode="own",
        state=CONNECTED if state == AccountState.OK else state,
        address=row.identity.address,
        calendars=row.calendars,
        connected_at=row.connected_at,
        last_seen=row.probed_at,
        reason=known.reason if known is not None else "",
        remedy=known.remedy if known is not None else "",
    )


def _other_line(deps: Deps, tx: Tx, key: AccountKey, known: AccountRow | None) -> AccountLine:
    is_person = key.address in deps.people
    is_service = _is_served(deps, key) if is_person else key.provider in deps.by_admin
    watched = sorted(each.calendar_id for each in deps.watched if each.account == key)
    usual = AccountState.OK if is_service else AccountState.NOT_CONNECTED
    return AccountLine(
        account=str(key),
        person=key.address if is_person else "",
        mode="service" if is_service else "own",
        state=str(known.state if known is not None else usual),
        address=key.address,
        calendars=tuple(watched),
        connected_at=None,
        last_seen=_last_read(tx, key),
        reason=known.reason if known is not None else "",
        remedy=known.remedy if known is not None else "",
    )

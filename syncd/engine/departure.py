"""An account leaves: one transaction, after which nothing of it is kept and no link is touched (K24).

Its grant is moved to where it is ended at the provider, its key is destroyed, its bindings are
released with their links in place, and whoever works for it at this moment commits nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from syncd.core.binding import Binding, BindingState, IntentKind, Outcome, with_retired
from syncd.core.conference import ConferenceKind
from syncd.core.ids import AccountKey, Provider
from syncd.core.leaving import LEAVES
from syncd.core.marks import MarkKeys, host_print
from syncd.core.parted import part as parted
from syncd.core.policy import PersonPolicy
from syncd.ports.clock import Clock
from syncd.ports.connections import AuditEntry, ConnectionRow, ConnectionState, RevocationRow
from syncd.ports.errors import AuthLost
from syncd.ports.rows import AccountRow, AccountState
from syncd.ports.store import Tx

NAMES = {Provider.GOOGLE: "Google", Provider.MICROSOFT: "Microsoft", Provider.ZOOM: "Zoom"}

_LIVE = (BindingState.CREATING, BindingState.LINKED, BindingState.REMOVING)


class Parting(StrEnum):
    """How an account came to leave; each is told in words of its own."""

    BY_PERSON = "disconnected"
    BY_ADMIN = "disconnected_by_admin"
    REMOVED = "removed_at_provider"
    """Its owner removed syncd at the provider."""
    CONSENT_GONE = "consent_gone"
    """The provider takes its consent no more."""


_DEAD = (Parting.REMOVED, Parting.CONSENT_GONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Departures:
    """What a departure needs to know besides the database; the same for web, command line, engine."""

    people: Mapping[str, PersonPolicy]
    """By address, in lower case."""
    keys: MarkKeys
    clock: Clock

    def part(
        self,
        tx: Tx,
        account: AccountKey,
        *,
        how: Parting,
        who: str,
        request_id: str = "",
        told: str = "",
    ) -> bool:
        """Let an account go; False when it was not connected.

        `who` is as in the audit log; `told` takes the place of the sentence about it. Afterwards the
        caller has `Store.settle` run, and the daemon ends the grant at its provider.
        """
        row = tx.connections.get(account)
        if row is None:
            return False
        now = self.clock.now()
        if how not in _DEAD:
            self._keep_for_revocation(tx, row, now)
        self._release(tx, row, now)
        tx.connections.erase(account)
        tx.accounts.set(_health(account, how, now, told))
        what = f"account.{how}"
        entry = AuditEntry(at=now, who=who, what=what, about=str(account), request_id=request_id)
        tx.audit.add(entry)
        return True

    def lost(self, tx: Tx, account: AccountKey, error: AuthLost) -> None:
        """Let an account go whose consent is gone; `on_gone` of the tokens of connected accounts."""
        told = f"{error.message.rstrip('.')}, as found on {self.clock.now():%Y-%m-%d}."
        self.part(tx, account, how=Parting.CONSENT_GONE, who="syncd", told=told)

    def leave(self, tx: Tx, account: AccountKey, *, who: str, request_id: str = "") -> bool:
        """Have the links of its coming events taken out first; `part` follows by itself.

        False when it was not connected.
        """
        row = tx.connections.get(account)
        if row is None:
            return False
        now = self.clock.now()
        tx.connections.save(replace(row, state=ConnectionState.LEAVING))
        for binding in self.bindings_of(tx, account):
            tx.events.mark_due(binding.ref, due_at=now, starts_at=binding.starts_at)
            tx.calendars.hurry(binding.ref.calendar, due_at=now)
        tx.audit.add(
            AuditEntry(
                at=now, who=who, what="account.leaving", about=str(account), request_id=request_id
            )
        )
        return True

    def coming(self, tx: Tx, account: AccountKey) -> Sequence[Binding]:
        """Give the bindings of its events that are still to come and carry a link."""
        now = self.clock.now()
        mine = self.bindings_of(tx, account)
        return [b for b in mine if b.state in _LIVE and (b.ends_at > now or b.repeats)]

    def bindings_of(self, tx: Tx, account: AccountKey) -> Sequence[Binding]:
        """Give all that rests on an account: on Zoom by the host, on a calendar by the calendar."""
        is_mine = self._hosted(account) if account.provider is Provider.ZOOM else _within(account)
        return [binding for binding in tx.bindings.all() if is_mine(binding)]

    def _hosted(self, account: AccountKey) -> Callable[[Binding], bool]:
        hosts = self.hosts_of(account)

        def is_mine(binding: Binding) -> bool:
            is_zoom = binding.conference is ConferenceKind.ZOOM
            return is_zoom and binding.host.lower() in hosts

        return is_mine

    def hosts_of(self, account: AccountKey) -> Collection[str]:
        """Give the hosts whom a person's Zoom account acts for, in lower case."""
        person, own = self.people.get(account.address), {account.address}
        mapped = person.host.lower() if person is not None else account.address
        others = {p.host.lower() for p in self.people.values() if p is not person}
        # An account of one's own hosts nobody else's events.
        if mapped not in self.people and mapped not in others:
            own.add(mapped)
        return own

    def _keep_for_revocation(self, tx: Tx, row: ConnectionRow, now: datetime) -> None:
        account = row.account
        stored = tx.grants.get(account)
        if stored is None:
            return
        tx.revocations.put(
            RevocationRow(
                id=self.clock.new_id(),
                provider=account.provider,
                person=account.address,
                grant=stored.grant,
                since=now,
                due_at=now,
                attempts=0,
                subject=row.identity.subject,
            )
        )

    def _release(self, tx: Tx, row: ConnectionRow, now: datetime) -> None:
        account = row.account
        calendars = {key for key in (c.key for c in tx.calendars.all()) if key.account == account}
        for binding in self.bindings_of(tx, account):
            calendars.add(binding.ref.calendar)
            self._let_be(tx, row, binding, now)
        if account.provider is Provider.ZOOM:
            hosts = self.hosts_of(account)
            self._without_former(tx, hosts)
            for host in hosts:
                tx.hosts.forget(host)
        else:
            _stop_reading(tx, account)
        for waiting in tx.events.waiting():
            if waiting.code == LEAVES:
                tx.events.mark_due(waiting.ref, due_at=now, starts_at=waiting.starts_at)
                tx.calendars.hurry(waiting.ref.calendar, due_at=now)
        # What is on its way under a lease of now would write over what was just released.
        tx.calendars.interrupt(calendars)

    def _let_be(self, tx: Tx, row: ConnectionRow, binding: Binding, now: datetime) -> None:
        released = parted(binding, row.account.provider)
        intent = tx.journal.open_for(binding.id)
        if intent is not None and intent.kind is IntentKind.CREATE:
            # Whether that meeting was made is found out once Zoom can be asked again.
            return
        if released is None:
            return
        if intent is not None:
            tx.journal.close(intent.id, Outcome.SUPERSEDED, now=now)
        if released.made_by is None and row.account.provider is Provider.ZOOM:
            released = replace(released, made_by=host_print(self.keys, row.identity.subject))
        tx.bindings.save(released)

    def _without_former(self, tx: Tx, hosts: Collection[str]) -> None:
        """Forget meetings of these hosts that something else has replaced: no event shows them."""
        for binding in tx.bindings.all():
            former = binding.retired
            if former is None or binding.state is not BindingState.LINKED:
                continue
            is_zoom = binding.conference is ConferenceKind.ZOOM
            stays = is_zoom and binding.host.lower() in hosts
            if not stays and (former.host or binding.host).lower() in hosts:
                tx.bindings.save(with_retired(binding, None))


def _within(account: AccountKey) -> Callable[[Binding], bool]:
    return lambda binding: binding.ref.calendar.account == account


def _stop_reading(tx: Tx, account: AccountKey) -> None:
    """Forget where its calendars were read up to: another one may be connected in its place."""
    for calendar in tx.calendars.all():
        if calendar.key.account == account:
            stopped = replace(calendar, enabled=False, cursor=None, failures=0, problem=None)
            tx.calendars.save(stopped)
    for row in tx.events.waiting():
        if row.ref.calendar.account == account:
            tx.events.forget(row.ref)


def _health(account: AccountKey, how: Parting, now: datetime, told: str) -> AccountRow:
    name, day = NAMES[account.provider], f"{now:%Y-%m-%d}"
    reasons = {
        Parting.BY_PERSON: f"Disconnected on {day}.",
        Parting.BY_ADMIN: f"Disconnected by an administrator on {day}.",
        Parting.REMOVED: f"Removed in {name} on {day}.",
        Parting.CONSENT_GONE: f"{name} ended the consent, as found on {day}.",
    }
    again = f"Connect it again on the page, or with `syncd accounts connect {account.provider}`."
    return AccountRow(
        key=account,
        state=AccountState.NEEDS_RECONNECT if how in _DEAD else AccountState.NOT_CONNECTED,
        reason=told or reasons[how],
        remedy=again,
        since=now,
    )

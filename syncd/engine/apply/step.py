"""What every action shares: intents, their outcomes, the day's budget, the record of the change."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta

from syncd.core.binding import Binding, BindingState, Intent, IntentKind, Outcome
from syncd.core.event import Event, EventChange
from syncd.core.fixed_series import why_not_exact
from syncd.core.ids import AccountKey, EventRef
from syncd.core.look import Observed
from syncd.core.meeting import Meeting
from syncd.core.rules import Decision
from syncd.core.series import times_of
from syncd.engine import halt, hosts, invariants, late
from syncd.engine.deps import Deps, acting_for, on_account
from syncd.engine.lease import Hold
from syncd.ports import sending
from syncd.ports.connections import AuditEntry
from syncd.ports.errors import OutcomeUnknown, Permanent, ProviderError, RateLimited, Transient
from syncd.ports.rows import AccountRow, AccountState
from syncd.ports.store import Tx

log = logging.getLogger("syncd.engine.apply")

_IN_CALENDAR = (IntentKind.LINK, IntentKind.UNLINK)
_WITHOUT_EFFECT = (Outcome.NOT_DONE, Outcome.GIVEN_UP)


class Step:
    """One event being worked on under one lease."""

    def __init__(self, deps: Deps, hold: Hold, ref: EventRef) -> None:
        self.deps = deps
        self.hold = hold
        self.ref = ref

    def intent(self, binding: Binding, kind: IntentKind, *, marker: str = "") -> Intent:
        """Write up what is about to be done; nothing is committed yet."""
        return Intent(
            id=self.deps.clock.new_id(),
            binding_id=binding.id,
            kind=kind,
            host=binding.host,
            marker=marker,
            meeting_id=binding.meeting_id,
            opened_at=self.deps.clock.now(),
            epoch=self.hold.lease.epoch,
        )

    async def open(self, intent: Intent, binding: Binding) -> None:
        """Commit the binding and the intent, before the effect."""

        def begin(tx: Tx) -> None:
            tx.bindings.save(binding)
            tx.journal.open(intent)

        await self.hold.commit(begin)

    async def close(
        self,
        intent: Intent,
        outcome: Outcome,
        binding: Binding | None = None,
        *,
        told: AuditEntry | None = None,
    ) -> None:
        """Commit how it ended, what the binding is now, and what the audit log tells of it."""

        def end(tx: Tx) -> None:
            tx.journal.close(intent.id, outcome, now=self.deps.clock.now())
            if told is not None:
                tx.audit.add(told)
            if outcome in _WITHOUT_EFFECT and intent.kind is IntentKind.CREATE:
                tx.hosts.give_back(intent.host, intent.opened_at.date())
            if binding is not None:
                hosts.save(self.deps, tx, binding)
            if outcome is Outcome.DONE and intent.kind not in _IN_CALENDAR:
                tx.accounts.set(self.healthy_zoom(intent.host))

        await self.hold.commit(end)

    @asynccontextmanager
    async def effect(
        self, intent: Intent, account: AccountKey, look: invariants.Look
    ) -> AsyncIterator[None]:
        """Wrap the one call of an intent: a certain refusal closes it, a silence leaves it open.

        `look` is the last look at the promises. A holder that was frozen since the commit makes no
        call: another may have begun meanwhile.
        """

        def last_look(tx: Tx) -> None:
            # Asked here too, since it may have been set while the plan was made.
            halt.judge(tx)
            invariants.intent_is_open(tx, intent, epoch=self.hold.lease.epoch)
            look(tx)

        try:
            with on_account(account):
                await self.deps.store.run(last_look)
                if self.deps.clock.monotonic() > self.hold.send_by:
                    raise Transient("it was too late to make the call", code="too_late")
                with sending.until(lambda: self.hold.send_by):
                    yield
        except OutcomeUnknown:
            raise
        except ProviderError as error:
            if isinstance(error, Transient):
                late.note(self.deps, self.ref, intent)
            await self.close(intent, Outcome.NOT_DONE)
            raise

    def spend(self, tx: Tx, host: str, most: int) -> None:
        """Count one create or update of today; RateLimited until midnight UTC when it is too many (I11)."""
        now = self.deps.clock.now()
        if tx.hosts.spend(host, now.date()) <= most:
            return
        midnight = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
        raise RateLimited(
            f"{host} has used up today's {most} changes at Zoom",
            code="zoom_daily_budget",
            remedy="It goes on by itself after 00:00 UTC.",
            retry_after=midnight - now,
        )

    def settled(self, seen: Observed) -> Binding:
        """Give the binding of an event that was just seen with its link."""
        binding, event = bound(seen), existing(seen)
        starts_at, ends_at = times(seen)
        if binding.state is not BindingState.LINKED and binding.retired is not None:
            # Only now the former meeting is replaced: its hold-off begins.
            binding = replace(binding, retired_at=self.deps.clock.now())
        return replace(
            self.as_series(binding, seen),
            ref=event.ref,
            state=BindingState.LINKED,
            version=event.version,
            changed_at=event.changed_at,
            starts_at=starts_at,
            ends_at=ends_at,
            flags_seen=self.decision(seen).wanting(),
            removal_since=None,
        )

    def as_series(self, binding: Binding, seen: Observed) -> Binding:
        """Give the binding with what is remembered of the series it belongs to."""
        event = existing(seen)
        style = self.deps.people[event.ref.calendar.owner].meeting.series
        return replace(
            binding,
            repeats=seen.next_time is not None and seen.next_time.start is not None,
            inexact=why_not_exact(event, style),
        )

    def decision(self, seen: Observed) -> Decision:
        """Give what the event that was seen asks for."""
        event = existing(seen)
        return seen.decision(event, self.deps.people[event.ref.calendar.owner])

    def healthy_zoom(self, host: str) -> AccountRow:
        """Say that the Zoom account of a host just did what it was asked."""
        return AccountRow(
            key=self.deps.meetings.account(host),
            state=AccountState.OK,
            reason="",
            remedy="",
            since=self.deps.clock.now(),
        )

    def entry(self, what: str, *, old: object = "", new: object = "") -> AuditEntry:
        """Write up for the audit log what was done to this event or its meeting."""
        return AuditEntry(
            at=self.deps.clock.now(),
            who="syncd",
            what=what,
            about=str(self.ref),
            old=str(old),
            new=str(new),
        )

    def record(self, message: str, **fields: object) -> None:
        """Log one change of the world; never a title, a link or a passcode."""
        log.info(
            message,
            extra={"calendar": str(self.ref.calendar), "event": self.ref.event_id, **fields},
        )


async def read_meeting(step: Step, host: str, meeting_id: int) -> Meeting:
    """Read a meeting as it is now, by the account that acts for its host."""
    with acting_for(step.deps, host) as zoom:
        return await zoom.get(meeting_id)


async def send(step: Step, event: Event, change: EventChange, intent: Intent) -> Event:
    """Make the one write of an intent, under the version that was seen."""
    calendar = event.ref.calendar
    look = invariants.may_write(step.deps, event, change, intent)
    async with step.effect(intent, calendar.account, look):
        return await step.deps.calendar(calendar).write(event, change)


def link_not_kept() -> Permanent:
    """Say that a link that was just written is not in the calendar's answer."""
    return Permanent(
        "the calendar did not keep the link that was written",
        code="link_not_kept",
        remedy="See whether another program edits this event.",
    )


def link_not_removed() -> Permanent:
    """Say that a link that was just taken out is still in the calendar's answer."""
    return Permanent(
        "the calendar did not give up the link that was taken out",
        code="link_not_removed",
        remedy="Take the link out by hand.",
    )


def existing(seen: Observed) -> Event:
    """Give the event of a plan that is made only for an event that exists."""
    assert seen.event is not None  # noqa: S101 - such a plan is made for living events only
    return seen.event


def times(seen: Observed) -> tuple[datetime, datetime]:
    """Give start and end of the event, for a series of its next occurrence, or of the last one known."""
    event = existing(seen)
    if (known := times_of(event, seen.next_time)) is not None:
        return known
    if seen.binding is not None:
        return seen.binding.starts_at, seen.binding.ends_at
    return event.start, event.end


def bound(seen: Observed) -> Binding:
    """Give the binding of a plan that is made only for a bound event."""
    assert seen.binding is not None  # noqa: S101 - such a plan is made for bound events only
    return seen.binding

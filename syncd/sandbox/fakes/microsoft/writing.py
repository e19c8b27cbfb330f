"""Create, change, delete and cancel events, each with its effect on attendees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from syncd.sandbox.fakes.microsoft.changing import (
    TIMES,
    aligned,
    changed,
    check_boundary,
    check_series,
    check_start_date,
    check_times,
)
from syncd.sandbox.fakes.microsoft.delivery import deliver, withdraw_all
from syncd.sandbox.fakes.microsoft.errors import GraphError, invalid_property
from syncd.sandbox.fakes.microsoft.exchange import Exchange
from syncd.sandbox.fakes.microsoft.incoming import Change, defaults
from syncd.sandbox.fakes.microsoft.item import Item, occurrence_key
from syncd.sandbox.fakes.microsoft.mailbox import Calendar, Mailbox
from syncd.sandbox.fakes.microsoft.series import effective, exceptions


def create(
    exchange: Exchange, mailbox: Mailbox, *, calendar: Calendar, change: Change, client: str
) -> Item:
    """Make an event; a transactionId that this app used before gives the event made then."""
    repeated = _repeated(mailbox, change, client)
    if repeated is not None:
        return repeated
    if change.start is None or change.end is None:
        raise invalid_property("At least one property failed validation: Start and End are needed.")
    check_start_date(change)
    blank = _blank(exchange, mailbox, calendar, client)
    fields = exchange.teams.settle(blank.fields, change.fields)
    named = replace(blank, transaction=change.transaction)
    item = changed(named, change, fields, whole=_whole(blank, fields))
    check_times(item)
    stored = mailbox.put(aligned(item), exchange.world.now())
    deliver(exchange, mailbox, old=None, new=stored, sent=change.sent | {"start"})
    return stored


def patch(exchange: Exchange, mailbox: Mailbox, *, item: Item, change: Change) -> Item:
    """Change an event, a series or one occurrence; only what was sent changes."""
    fields = exchange.teams.settle(item.fields, change.fields)
    if item.master is not None:
        return _patch_occurrence(exchange, mailbox, item, change=change, fields=fields)
    check_series(item, change)
    new = changed(item, change, fields, whole=_whole(item, fields))
    check_times(new)
    check_start_date(change)
    if change.sent & TIMES:
        new = aligned(replace(new, dropped=frozenset()))
        _drop_exceptions(exchange, mailbox, item)
    stored = mailbox.put(new, exchange.world.now())
    deliver(exchange, mailbox, old=item, new=stored, sent=change.sent)
    return stored


def finish_teams(exchange: Exchange, mailbox: Mailbox, *, item: Item) -> Item:
    """Put in the link of a Teams meeting that was only begun; nobody is mailed about that."""
    if item.master is not None or not item.is_organizer:
        return item
    made = exchange.teams.finish(item.fields)
    if not made:
        return item
    return mailbox.put(replace(item, fields={**item.fields, **made}), exchange.world.now())


def delete(exchange: Exchange, mailbox: Mailbox, *, item: Item) -> None:
    """Delete an event from this mailbox; when the organiser does, attendees get a cancellation."""
    withdraw_all(exchange, mailbox, item)
    now = exchange.world.now()
    if item.master is not None:
        _drop_occurrence(exchange, mailbox, item)
        return
    _drop_exceptions(exchange, mailbox, item)
    mailbox.put(replace(mailbox.items[item.key], deleted=True), now)


def cancel(exchange: Exchange, mailbox: Mailbox, *, item: Item) -> None:
    """Cancel a meeting as its organiser; raise GraphError 400 for anyone else."""
    if not item.is_organizer:
        raise GraphError(
            400,
            "ErrorInvalidRequest",
            "Your request can't be completed. You need to be an organizer to cancel a meeting.",
        )
    delete(exchange, mailbox, item=item)


def _repeated(mailbox: Mailbox, change: Change, client: str) -> Item | None:
    if change.transaction is None:
        return None
    for item in mailbox.items.values():
        if (item.transaction, item.client) == (change.transaction, client) and not item.deleted:
            return item
    return None


def _blank(exchange: Exchange, mailbox: Mailbox, calendar: Calendar, client: str) -> Item:
    now = exchange.world.now()
    return Item(
        key=mailbox.new_key(),
        calendar=calendar.key,
        uid=f"040000008200E00074C5B7101A82E008{mailbox.new_key().upper()}",
        organizer={"name": mailbox.person.name, "address": mailbox.person.email},
        is_organizer=True,
        start=now,
        end=now,
        start_zone="UTC",
        end_zone="UTC",
        fields=defaults(),
        client=client,
    )


def _whole(before: Item, fields: Mapping[str, Any]) -> bool:
    return bool(fields.get("isAllDay", before.all_day))


def _patch_occurrence(
    exchange: Exchange, mailbox: Mailbox, item: Item, *, change: Change, fields: Mapping[str, Any]
) -> Item:
    if change.recurrence is not None or item.master is None:
        raise invalid_property("An occurrence cannot have a recurrence of its own.")
    master = mailbox.items[item.master]
    held = mailbox.items.get(item.key)
    own = held if held is not None and not held.deleted else None
    bare = replace(
        item,
        altered=True,
        fields=own.fields if own else {},
        properties=own.properties if own else {},
    )
    new = changed(bare, change, fields, whole=_whole(item, fields))
    check_times(effective(mailbox.items, new))
    check_boundary(mailbox.items, master, new)
    now = exchange.world.now()
    stored = effective(mailbox.items, mailbox.put(new, now))
    mailbox.put(master, now)
    deliver(exchange, mailbox, old=item, new=stored, sent=change.sent)
    return stored


def _drop_occurrence(exchange: Exchange, mailbox: Mailbox, item: Item) -> None:
    if item.master is None or item.original_start is None:
        return
    now = exchange.world.now()
    master = mailbox.items[item.master]
    held = mailbox.items.get(occurrence_key(master.key, item.original_start))
    if held is not None:
        mailbox.put(replace(held, deleted=True), now)
    mailbox.put(replace(master, dropped=master.dropped | {item.original_start}), now)


def _drop_exceptions(exchange: Exchange, mailbox: Mailbox, item: Item) -> None:
    for exception in exceptions(mailbox.items, item):
        mailbox.put(replace(exception, deleted=True), exchange.world.now())

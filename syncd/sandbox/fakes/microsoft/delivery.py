"""What attendees see of an organiser's writes: mails, and copies in their own calendars.

Graph has no switch against these mails. A write of categories, extended properties or the
reminder alone concerns the organiser only; a write of attendees alone mails those who came or
went; every other write mails all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any, Literal, TypeAlias

from syncd.sandbox.fakes.microsoft.exchange import Exchange
from syncd.sandbox.fakes.microsoft.incoming import defaults
from syncd.sandbox.fakes.microsoft.item import Item, occurrence_key
from syncd.sandbox.fakes.microsoft.mailbox import Mailbox
from syncd.sandbox.fakes.microsoft.series import effective, exceptions

Fields: TypeAlias = Mapping[str, Any]
Reason = Literal["invited", "updated", "cancelled"]

_OWN = frozenset(
    {
        "categories",
        "isReminderOn",
        "reminderMinutesBeforeStart",
        "singleValueExtendedProperties",
        "transactionId",
    }
)
_SHARED = (
    "subject",
    "body",
    "location",
    "locations",
    "attendees",
    "importance",
    "isAllDay",
    "isCancelled",
    "isOnlineMeeting",
    "onlineMeetingProvider",
    "onlineMeeting",
    "responseRequested",
    "allowNewTimeProposals",
    "hideAttendees",
)
_NOT_ANSWERED = {"response": "notResponded", "time": "0001-01-01T00:00:00Z"}


def deliver(
    exchange: Exchange, mailbox: Mailbox, *, old: Item | None, new: Item, sent: frozenset[str]
) -> None:
    """Tell the attendees of a written event; both versions are whole, not laid-over ones."""
    if not new.is_organizer or new.fields["isDraft"] or sent <= _OWN:
        return
    sender = mailbox.person.email
    known = _addresses(old, sender) if old and not old.fields["isDraft"] else {}
    invited = _addresses(new, sender)
    only_attendees = sent - _OWN == {"attendees"}
    for address in invited:
        if address in known and only_attendees:
            continue
        _mail(exchange, new, to=address, sender=sender, reason=_reason(address, known))
        _copy(exchange, new, address=address)
    for address in (one for one in known if one not in invited):
        _withdraw(exchange, new, address=address, sender=sender)
    if not only_attendees:
        _mail_exceptions(exchange, mailbox, new)


def withdraw_all(exchange: Exchange, mailbox: Mailbox, item: Item) -> None:
    """Tell every attendee that an event, a series or one occurrence is cancelled."""
    if not item.is_organizer or item.fields["isDraft"]:
        return
    for address in _addresses(item, mailbox.person.email):
        _withdraw(exchange, item, address=address, sender=mailbox.person.email)


def _addresses(item: Item, organizer: str) -> dict[str, None]:
    several = (one["emailAddress"]["address"].casefold() for one in item.fields["attendees"])
    return {address: None for address in several if address != organizer}


def _reason(address: str, known: Mapping[str, None]) -> Reason:
    return "updated" if address in known else "invited"


def _mail(exchange: Exchange, item: Item, *, to: str, sender: str, reason: Reason) -> None:
    start = item.original_start
    exchange.world.mail(
        "microsoft",
        to=to,
        sender=sender,
        event=item.uid,
        reason=reason,
        occurrence=None if start is None else f"{start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    )


def _mail_exceptions(exchange: Exchange, mailbox: Mailbox, item: Item) -> None:
    if item.recurrence is None:
        return
    for exception in exceptions(mailbox.items, item):
        whole = effective(mailbox.items, exception)
        for address in _addresses(whole, mailbox.person.email):
            _mail(exchange, whole, to=address, sender=mailbox.person.email, reason="updated")


def _withdraw(exchange: Exchange, item: Item, *, address: str, sender: str) -> None:
    _mail(exchange, item, to=address, sender=sender, reason="cancelled")
    subject = f"Canceled: {item.fields['subject']}"
    gone = {**item.fields, "isCancelled": True, "subject": subject, "showAs": "free"}
    _copy(exchange, replace(item, fields=gone), address=address, cancelled=True)


def _copy(exchange: Exchange, item: Item, *, address: str, cancelled: bool = False) -> None:
    mailbox = exchange.mailboxes.get(address)
    if mailbox is None:
        return
    held = mailbox.copy_of(item.uid)
    if cancelled and (held is None or held.deleted):
        return
    shared = {name: item.fields[name] for name in _SHARED}
    if cancelled:
        shared["showAs"] = "free"
    if item.master is not None:
        _copy_occurrence(exchange, mailbox, held, item=item, shared=shared)
        return
    if held and (held.start, held.recurrence) != (item.start, item.recurrence):
        _drop_exceptions(exchange, mailbox, held)
    copy = _refreshed(held, item, shared) if held else _first_copy(exchange, mailbox, item, shared)
    mailbox.put(copy, exchange.world.now())


def _drop_exceptions(exchange: Exchange, mailbox: Mailbox, held: Item) -> None:
    for exception in exceptions(mailbox.items, held):
        mailbox.put(replace(exception, deleted=True), exchange.world.now())


def _copy_occurrence(
    exchange: Exchange, mailbox: Mailbox, held: Item | None, *, item: Item, shared: Fields
) -> None:
    if held is None or held.deleted or item.original_start is None:
        return
    key = occurrence_key(held.key, item.original_start)
    now = exchange.world.now()
    own = mailbox.items.get(key)
    kept = dict(own.fields) if own else {}
    mailbox.put(
        replace(
            held,
            key=key,
            master=held.key,
            original_start=item.original_start,
            altered=True,
            recurrence=None,
            dropped=frozenset(),
            properties=own.properties if own else {},
            fields={**kept, **shared},
            start=item.start,
            end=item.end,
        ),
        now,
    )
    mailbox.put(held, now)


def _refreshed(held: Item, item: Item, shared: Fields) -> Item:
    return replace(
        held,
        fields={**held.fields, **shared},
        start=item.start,
        end=item.end,
        start_zone=item.start_zone,
        end_zone=item.end_zone,
        recurrence=item.recurrence,
        dropped=item.dropped,
        deleted=False,
    )


def _first_copy(
    exchange: Exchange, mailbox: Mailbox, item: Item, shared: Mapping[str, Any]
) -> Item:
    own = {
        "sensitivity": item.fields["sensitivity"],
        "showAs": "tentative",
        "responseStatus": _NOT_ANSWERED,
    }
    return replace(
        item,
        key=mailbox.new_key(),
        calendar=mailbox.default.key,
        is_organizer=False,
        fields={**defaults(), **own, **shared},
        properties=item.properties if exchange.knobs.copies_keep_properties else {},
        transaction=None,
        client="",
    )

"""Who is mailed about a write, as `sendUpdates` says."""

from __future__ import annotations

from typing import Literal

from syncd.sandbox.fakes.google.calendars import Event
from syncd.sandbox.fakes.google.copies import attendee_emails
from syncd.sandbox.fakes.google.moments import instant
from syncd.sandbox.fakes.google.parameters import Query
from syncd.sandbox.fakes.world import World

SendUpdates = Literal["all", "externalOnly", "none"]

_DOMAIN = "@example.com"
"""Guests of this domain use Google Calendar; all others are external."""


def send_updates(query: Query) -> SendUpdates:
    """Give whom to mail; without a parameter nobody is mailed.

    The older `sendNotifications=true` means all.
    """
    chosen: SendUpdates | None = query.get("sendUpdates")
    if chosen is not None:
        return chosen
    return "all" if query.get("sendNotifications") else "none"


def mail_attendees(
    world: World, event: Event, old: Event | None, *, send: SendUpdates, updated: bool
) -> None:
    """Mail those who came, those who went and, if the event was `updated`, those who stay."""
    before, now = attendee_emails(old), attendee_emails(event)
    for email in now:
        if email not in before:
            _mail(world, event, email, send=send, reason="invited")
        elif updated:
            _mail(world, event, email, send=send, reason="updated")
    for email in before:
        if email not in now:
            _mail(world, event, email, send=send, reason="cancelled")


def _mail(
    world: World,
    event: Event,
    to: str,
    *,
    send: SendUpdates,
    reason: Literal["invited", "updated", "cancelled"],
) -> None:
    if send == "none" or (send == "externalOnly" and to.endswith(_DOMAIN)):
        return
    sender = event["organizer"]["email"]
    world.mail(
        "google",
        to=to,
        sender=sender,
        event=event["id"],
        reason=reason,
        occurrence=_occurrence(event),
    )


def _occurrence(event: Event) -> str | None:
    slot = event.get("originalStartTime")
    if slot is None:
        return None
    return str(slot["date"]) if "date" in slot else f"{instant(slot):%Y-%m-%dT%H:%M:%SZ}"

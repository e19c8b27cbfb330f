"""How keys are written as text in the database, unambiguously, and read back."""

from __future__ import annotations

from datetime import datetime

from syncd.core.ids import AccountKey, CalendarKey, EventKey, EventRef, Provider


def calendar_text(key: CalendarKey) -> str:
    """Write a calendar's key; unlike `str`, no slash in an address can make it another's."""
    return f"{provider_text(key.provider)}{key.owner}\n{key.calendar_id}"


def provider_text(provider: Provider) -> str:
    """Write what the keys of a provider's calendars begin with, and no others."""
    return f"{provider}\n"


def calendar_key(text: str) -> CalendarKey:
    """Read what `calendar_text` wrote."""
    provider, owner, calendar_id = text.split("\n", 2)
    return CalendarKey(Provider(provider), owner, calendar_id)


def event_text(key: EventKey) -> str:
    """Write an event's key; ValueError when its start has no time zone."""
    if key.original_start is not None and key.original_start.utcoffset() is None:
        raise ValueError("the original start of an event needs a time zone")
    return str(key)


def event_key(text: str) -> EventKey:
    """Read what `event_text` wrote."""
    provider, _, rest = text.partition("\n")
    ical_uid, _, start = rest.rpartition("\n")
    return EventKey(Provider(provider), ical_uid, datetime.fromisoformat(start) if start else None)


def account_text(key: AccountKey) -> str:
    """Write an account's key."""
    return str(key)


def account_key(text: str) -> AccountKey:
    """Read what `account_text` wrote."""
    provider, _, address = text.partition(":")
    return AccountKey(Provider(provider), address)


def event_place(ref: EventRef) -> dict[str, str]:
    """Write where an event stands, as the columns `calendar` and `event_id`."""
    return {"calendar": calendar_text(ref.calendar), "event_id": ref.event_id}

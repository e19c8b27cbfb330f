"""What people are asked to allow, and what for: the least that the calls need.

Google Calendar API, "Choose Google Calendar API scopes": events of calendars one owns are a scope
of their own; those of calendars that others share need the wider one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

OPENID = "openid"
EMAIL = "email"
PROFILE = "profile"
EVENTS = "https://www.googleapis.com/auth/calendar.events"
OWN_EVENTS = "https://www.googleapis.com/auth/calendar.events.owned"
CALENDAR_LIST = "https://www.googleapis.com/auth/calendar.calendarlist.readonly"

SIGN_IN = (OPENID, EMAIL, PROFILE)
"""To know who signs in."""

_WHO: Mapping[str, str] = {
    OPENID: "to know your Google account again",
    EMAIL: "to show its address",
}
_PICK: Mapping[str, str] = {CALENDAR_LIST: "to list your calendars, so that you can choose"}

# Google writes the long form of what was asked for in the short one (OpenID Connect, "Scopes").
_SHORT = {
    "https://www.googleapis.com/auth/userinfo.email": EMAIL,
    "https://www.googleapis.com/auth/userinfo.profile": PROFILE,
}


def connecting(*, shared_calendars: bool) -> Mapping[str, str]:
    """Give what is asked for to serve a person's calendars, each with its purpose."""
    if shared_calendars:
        events = {EVENTS: "to put links into events of calendars that you may change"}
    else:
        events = {OWN_EVENTS: "to put links into events of calendars that you own"}
    return MappingProxyType({**_WHO, **events, **_PICK})


def needed_of(asked: Iterable[str]) -> frozenset[str]:
    """Give those without which there is no account; without the list, the main calendar is served."""
    return frozenset(asked) - {CALENDAR_LIST}


def granted_in(text: str) -> frozenset[str]:
    """Read the scopes of a token answer, in the form in which they are asked for."""
    return frozenset(_SHORT.get(one, one) for one in text.split())

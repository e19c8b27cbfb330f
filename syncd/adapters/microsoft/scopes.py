"""What people are asked to allow, and what for: the least that the calls need.

Microsoft identity platform, "Scopes and permissions": `openid` gives who it is, `profile` the name
and the address, `offline_access` a lasting consent; msal asks for these three by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

GRAPH = "https://graph.microsoft.com"
"""The resource whose permissions may be written without it."""
EVENTS = "Calendars.ReadWrite"
OFFLINE = "offline_access"

CONNECTING: Mapping[str, str] = MappingProxyType(
    {
        "openid": "to know your Microsoft account again",
        "profile": "to show its address",
        EVENTS: "to put links into events of your calendars",
        OFFLINE: "to do so while you are away",
    }
)
NEEDED = frozenset({EVENTS})
"""Without it an account is of no use; the others show in what comes with the grant."""


def asked_of(resource: str) -> str:
    """Write the permission for calendars; a national cloud's Graph has to be named."""
    return EVENTS if resource == GRAPH else f"{resource}/{EVENTS}"


def granted_in(text: str, *, resource: str) -> frozenset[str]:
    """Read the scopes of a token answer, without the name of the resource before them."""
    return frozenset(one.removeprefix(f"{resource}/") for one in text.split())

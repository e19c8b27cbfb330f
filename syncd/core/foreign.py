"""Meeting links that somebody else put into an event."""

from __future__ import annotations

import html
import re

from syncd.core import linkblock
from syncd.core.event import Event, NativeKind
from syncd.core.text import shows_meeting

# Hosts and paths as the services print them in their own invitations.
_SERVICES = {
    "Zoom": r"(?:[a-z0-9-]+\.)*zoom(?:gov)?\.(?:us|com)/(?:j|my|w|s|wc)/",
    "Google Meet": r"meet\.google\.com/[a-z]",
    "Microsoft Teams": r"teams\.(?:microsoft|live)\.(?:com|us)/(?:l/meetup-join|meet)",
    "Webex": r"(?:[a-z0-9-]+\.)*webex\.com/[a-z]",
    "GoTo Meeting": r"(?:meet\.goto\.com|(?:global\.)?gotomeet(?:ing)?\.(?:com|me))/[a-z0-9]",
    "Jitsi Meet": r"meet\.jit\.si/[a-z0-9]",
}
_LINK = re.compile(
    r"https?://(?:" + "|".join(f"(?P<s{i}>{p})" for i, p in enumerate(_SERVICES.values())) + ")",
    re.IGNORECASE,
)
_NAMES = tuple(_SERVICES)


def service_of(text: str) -> str | None:
    """Name the service of the first meeting link in a text; None without any."""
    found = _LINK.search(html.unescape(text))
    if found is None or found.lastgroup is None:
        return None
    return _NAMES[int(found.lastgroup[1:])]


def foreign_service(event: Event, *, without: str) -> str | None:
    """Name the service whose link stands in location, text or conference data, our own left out.

    Our own are `without`, all that stands in a block of ours, and the same link in the location.
    """
    is_ours = bool(event.location) and linkblock.holds(event.body, event.location.strip())
    location = "" if is_ours else event.location
    for text in (location, linkblock.strip(event.body).text):
        rest = html.unescape(text).replace(without, "") if without else text
        if (name := service_of(rest)) is not None:
            return name
    if event.native is not None and event.native.kind is NativeKind.OTHER:
        url = event.native.url
        if url and (shows_meeting(url, without) if without else linkblock.holds(event.body, url)):
            return None
        return service_of(event.native.url) or "conference"
    return None


def carries_teams(event: Event) -> bool:
    """Tell whether it is a Teams meeting, whose body must not be written."""
    return event.native is not None and event.native.kind is NativeKind.TEAMS

"""Meeting links that somebody else put into an event."""

from __future__ import annotations

import html
import re

from syncd.core import linkblock
from syncd.core.block_lines import JOIN_LINK
from syncd.core.event import Event, NativeKind
from syncd.core.marks import names_meeting
from syncd.core.text import meeting_pattern

_ROOM = r"[a-z0-9]{3}(?:-[a-z0-9]{3}){2,3}"
_BELOW = r"(?:[a-z0-9-]+\.)*"
# Hosts and paths as the services print them in their own invitations.
_SERVICES = {
    "Zoom": _BELOW
    + r"zoom(?:gov)?\.(?:us|com)<>/(?:(?:j|s|w)/[0-9]|my/[\w.]|wc/|(?:meeting|webinar)/register/)",
    "Google Meet": r"(?:meet\.google\.com<>/(?!landing|about|whoops)[a-z]|g\.co<>/meet/[a-z])",
    "Microsoft Teams": (
        r"(?:(?:gov\.|dod\.)?teams\.microsoft\.(?:com|us)|teams\.live\.com|teams\.cloud\.microsoft)"
        r"<>/(?:(?:_#/)?l/meetup-join/|meet/|dl/launcher/)"
    ),
    "Webex": _BELOW
    + r"webex\.com<>/(?:(?:meet|join|m|wbxmjs|webappng|weblink)/|[\w.-]{1,100}/[a-z0-9]{1,20}\.php)",
    "GoTo Meeting": (
        r"(?:meet\.goto\.com<>/[a-z0-9]|app\.goto\.com<>/meeting/|(?:www\.)?gotomeet\.(?:me|com)<>/[a-z0-9]"
        r"|(?:global\.|www\.)?gotomeeting\.com<>/(?:join|meeting)/)"
    ),
    "Jitsi Meet": r"(?:meet\.jit\.si|8x8\.vc|jitsi\.[a-z0-9-]+\.[a-z0-9.-]+)<>/[\w%]",
    "Whereby": (
        r"(?:(?:[a-z0-9-]+\.)?whereby\.com<>/(?!information|blog|org|user|download|docs)[a-z0-9]"
        r"|appear\.in<>/[a-z0-9])"
    ),
    "Skype": r"join\.skype\.com<>/[a-z0-9]",
    "Amazon Chime": r"(?:chime\.aws<>/[a-z0-9]|app\.chime\.aws<>/meetings/)",
    "RingCentral": r"(?:v\.ringcentral\.com<>/join/|meetings\.ringcentral\.com<>/(?:j|my)/)",
    "BlueJeans": r"(?:[a-z0-9-]+\.)?bluejeans\.com<>/(?:[0-9]|meet/)",
    "Zoho Meeting": r"meeting\.zoho\.(?:com|eu|in|jp|com\.au|com\.cn)<>/(?:join|meeting|[a-z0-9-]+/join)",
    "Slack": r"app\.slack\.com<>/huddle/",
    "FaceTime": r"facetime\.apple\.com<>/join",
    # Everybody runs it under a name of their own: known by the usual name, or by its paths.
    "BigBlueButton": (
        r"(?:bbb[0-9]*\.[a-z0-9-]+\.[a-z0-9.-]+<>/[a-z0-9]"
        rf"|(?<=://)[a-z0-9.-]{{1,253}}<>/(?:bigbluebutton/|b/{_ROOM}(?![\w-])|rooms/{_ROOM}/join))"
    ),
}
_PORT = r"(?::[0-9]{1,5})?"
# A host stands alone: after what begins a link, or after a sign that cannot be part of a name.
_LINK = re.compile(
    r"(?:https?://|(?<![\w@./%-]))(?:"
    + "|".join(f"(?P<s{i}>{p.replace('<>', _PORT)})" for i, p in enumerate(_SERVICES.values()))
    + ")",
    re.IGNORECASE,
)
_NAMES = tuple(_SERVICES)

# What Outlook and Google make of a link; the link itself is in the query, escaped.
_WRAPPED = re.compile(
    r"https?://(?:[a-z0-9-]+\.safelinks\.protection\.outlook\.com|www\.google\.[a-z.]{2,6}/url)"
    r"[^\s<>\"']*",
    re.IGNORECASE,
)
_ESCAPES = re.compile(r"(?:%[0-9a-f]{2})+", re.IGNORECASE)
_WRAPPINGS = 3


def service_of(text: str) -> str | None:
    """Name the service of the first meeting link in a text; None without any.

    A link counts with or without `https://`; one wrapped by Outlook's Safe Links or by Google is
    seen through.
    """
    return _service_in(_seen_through(text))


def marked_in_location(event: Event) -> int | None:
    """Give the meeting that the event's own property names, if the location shows its link."""
    found = JOIN_LINK.search(event.location)
    if found is None or not names_meeting(event.mark, int(found.group(1))):
        return None
    return int(found.group(1))


def shows_ours(event: Event) -> bool:
    """Tell whether a link that syncd wrote stands in the event, its own or a copied one."""
    return linkblock.present(event.body) or marked_in_location(event) is not None


def foreign_service(event: Event, *, without: str) -> str | None:
    """Name the service whose link stands in location, text or conference data, our own left out.

    Our own are all links to the meeting of `without`, all that stands in a block of ours, and the
    same link in the location or in the conference data; and the link in the location that the event's
    own property names, which only whoever owns the event can write.
    """
    ours = meeting_pattern(without) if without else None
    location = event.location.strip()
    if _is_own(location, event, None) or marked_in_location(event) is not None:
        location = ""
    for text in (location, linkblock.strip(event.body).text):
        seen = _seen_through(text)
        rest = ours.sub("", seen) if ours else seen
        if (name := _service_in(rest)) is not None:
            return name
    native = event.native
    if native is None or native.kind is not NativeKind.OTHER or _is_own(native.url, event, ours):
        return None
    return service_of(native.url) or "conference"


def _is_own(url: str, event: Event, ours: re.Pattern[str] | None) -> bool:
    if not url:
        return False
    return linkblock.holds(event.body, url) or (ours is not None and ours.search(url) is not None)


def carries_teams(event: Event) -> bool:
    """Tell whether it is a Teams meeting, whose body must not be written."""
    return event.native is not None and event.native.kind is NativeKind.TEAMS


def _service_in(text: str) -> str | None:
    found = _LINK.search(text)
    if found is None or found.lastgroup is None:
        return None
    return _NAMES[int(found.lastgroup[1:])]


def _seen_through(text: str) -> str:
    """Give a text as a reader's program follows its links: signs and wrapped links unescaped."""
    plain = html.unescape(text)
    for _ in range(_WRAPPINGS):
        opened = _WRAPPED.sub(lambda link: _ESCAPES.sub(_unescaped, link.group()), plain)
        if opened == plain:
            break
        plain = opened
    return plain


def _unescaped(escapes: re.Match[str]) -> str:
    return bytes.fromhex(escapes.group().replace("%", "")).decode(errors="replace")

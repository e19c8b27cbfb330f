"""The meeting link that people find in an event, whoever put it there."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from syncd.core.conference import ConferenceKind
from syncd.core.event import Event, NativeKind
from syncd.core.foreign import service_of

_URL = re.compile(r"https://[^\s<>\"'\\^`{|}]{1,2000}")
_MOST_TEXT = 50_000
_MOST_LINKS = 50
_KINDS = {
    "Zoom": ConferenceKind.ZOOM,
    "Google Meet": ConferenceKind.GOOGLE_MEET,
    "Microsoft Teams": ConferenceKind.TEAMS,
}
_NATIVE = {
    NativeKind.GOOGLE_MEET: ConferenceKind.GOOGLE_MEET,
    NativeKind.TEAMS: ConferenceKind.TEAMS,
}


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link; `kind` None for another service, `url` empty while the provider is still making it."""

    kind: ConferenceKind | None
    url: str


def shown_link(event: Event) -> ShownLink | None:
    """Give the first link that stands in conference data, location or text; None without any.

    What is given is a stranger's text: whoever shows it checks where it leads.
    """
    native = event.native
    if native is not None and native.kind is not NativeKind.OTHER:
        return ShownLink(_NATIVE[native.kind], native.url)
    texts = (native.url if native is not None else "", event.location, event.body.text)
    for text in texts:
        found = _first(text[:_MOST_TEXT])
        if found is not None:
            return found
    return None


def _first(text: str) -> ShownLink | None:
    for place, match in enumerate(_URL.finditer(text)):
        if place == _MOST_LINKS:
            break
        url = html.unescape(match.group()).rstrip(".,;:!?)]")
        service = service_of(url)
        if service is not None:
            return ShownLink(_KINDS.get(service), url)
    return None

"""Where a browser may be sent within the pages: an allow-list, so that nothing leads away."""

from __future__ import annotations

from urllib.parse import urlsplit

_PLAIN = frozenset({"/settings", "/calendar", "/new-event", "/admin", "/admin/audit"})
_WITH_PROVIDER = frozenset({"connect", "calendars", "disconnect"})
_PROVIDERS = frozenset({"google", "microsoft", "zoom"})
_LONGEST = 200
# What a path and query of ours is made of; no backslash, percent sign, colon or control character.
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_/?&=+.~")

HOME = "/calendar"


def local_path(text: str) -> str:
    """Give `text` if it is one of our own pages, with a harmless query; else the home page."""
    if len(text) > _LONGEST or not _LETTERS.issuperset(text):
        return HOME
    path = urlsplit(text).path
    parts = path.split("/")
    is_ours = path in _PLAIN or (
        len(parts) == 3 and parts[1] in _WITH_PROVIDER and parts[2] in _PROVIDERS  # noqa: PLR2004 - an empty one, page, provider
    )
    return text if is_ours and text.startswith(path) else HOME

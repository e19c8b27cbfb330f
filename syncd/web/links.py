"""Which addresses a page may lead to: https at hosts that we know, and nothing that only looks so."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from urllib.parse import urlsplit

_JOIN_HOSTS = frozenset(
    {
        "zoom.us",
        "zoomgov.com",
        "meet.google.com",
        "teams.microsoft.com",
        "teams.live.com",
    }
)
_HELP_HOSTS = frozenset(
    {
        "accounts.google.com",
        "myaccount.google.com",
        "admin.google.com",
        "login.microsoftonline.com",
        "myaccount.microsoft.com",
        "myapplications.microsoft.com",
        "account.live.com",
        "account.microsoft.com",
        "marketplace.zoom.us",
    }
)
_PARENTS = (".zoom.us", ".zoomgov.com")
_LONGEST = 4096
_STRANGE = frozenset("\\\"'<>`{}|^ ")


def is_safe(url: str, *, more_hosts: AbstractSet[str] = frozenset()) -> bool:
    """Tell whether a link may be shown: https, a known host, no user, no odd character."""
    if len(url) > _LONGEST or not url.isascii() or not url.isprintable() or _STRANGE & set(url):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    if parts.scheme != "https" or "@" in parts.netloc or host.endswith("."):
        return False
    if host in more_hosts:
        return True
    is_known = host in _JOIN_HOSTS or host in _HELP_HOSTS or host.endswith(_PARENTS)
    return is_known and port in {None, 443}

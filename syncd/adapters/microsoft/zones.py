"""The names of time zones that Exchange writes, as IANA names."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo

from tzlocal.windows_tz import win_tz

# What Outlook and migrated mailboxes leave behind; of the others not even an offset is told.
_UTC = frozenset({"utc", "tzone://microsoft/utc"})


@lru_cache(maxsize=1024)
def iana(name: str) -> str | None:
    """Give the IANA name of a Windows or IANA zone; None when the name tells none.

    `tzone://Microsoft/Custom` and `Customized Time Zone` stand for rules that Graph does not show.
    """
    if name.lower() in _UTC:
        return "UTC"
    found = win_tz.get(name, name)
    return found if _exists(found) else None


def _exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        # ZoneInfoNotFoundError is a KeyError; a name like a path or a folder is one of the others.
        return False
    return True

"""The names of time zones that Exchange writes, as IANA names.

The zone serves for showing, and for series with fixed times; the moment of an event is read in UTC
and does not depend on it. So a name that is not known for certain gives none, never a neighbour.
"""

from __future__ import annotations

from functools import lru_cache

from tzlocal.windows_tz import win_tz

from syncd.core.zones import zone_named

_UTC = frozenset({"utc", "coordinated universal time", "tzone://microsoft/utc"})

# Names that Windows has replaced since, for the same cities; old events still carry them. Those of
# Mexico stand in Microsoft's "Time Zone Index Values".
_FORMER = {
    "Armenian Standard Time": "Asia/Yerevan",
    "Mexico Standard Time": "America/Mexico_City",
    "Mexico Standard Time 2": "America/Mazatlan",
}
_WINDOWS = {name.lower(): place for name, place in (win_tz | _FORMER).items()}


@lru_cache(maxsize=1024)
def iana(name: str) -> str | None:
    """Give the IANA name of a Windows zone (any case; CLDR's windowsZones) or of an IANA zone.

    None when the name tells none. `tzone://Microsoft/Custom` and `Customized Time Zone` stand for
    rules that Graph does not show. `Mid-Atlantic Standard Time` and `Kamchatka Standard Time` keep
    a summer time in Windows that no place has. A name for display, as `(UTC+01:00) Amsterdam, ...`,
    is another in every language of Windows.
    """
    if name.lower() in _UTC:
        return "UTC"
    found = _WINDOWS.get(name.lower(), name)
    return found if zone_named(found) is not None else None

"""Time zones by their IANA names, as the zone database of the system or the package tzdata has them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

# Files of some systems' zone databases that are no places: one counts leap seconds, one is the
# machine's own zone.
_NO_PLACES = frozenset({"localtime", "posixrules", "Factory"})
_NO_PLACE_FOLDERS = ("right/", "posix/")
# Twice what any place has. Every slash or dot of a name makes the search for it one step deeper.
_LONGEST = 64


def zone_named(name: str) -> ZoneInfo | None:
    """Give the zone of an IANA name; None for a name that tells no place. Never raises."""
    if not 0 < len(name) <= _LONGEST or name in _NO_PLACES or name.startswith(_NO_PLACE_FOLDERS):
        return None
    try:
        return ZoneInfo(name)
    # A name that is a folder of the zone database fails as a file, a strange one as a value.
    except (KeyError, ValueError, OSError):
        return None

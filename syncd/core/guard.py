"""Refuse the unlikely: when much is to be removed at once, a person is asked first (I15)."""

from __future__ import annotations

# Below this many nobody is asked, whatever share of the account's links it is.
FEW = 20
SHARE = 0.1


# Of meetings that surfaced late there are hardly ever any.
FEW_SURPLUS = 5
SURPLUS_SHARE = 0.02


def is_too_much_surplus(*, surplus: int, meetings: int) -> bool:
    """Tell whether so many second meetings among so many of ours cannot be what they seem."""
    return surplus > max(FEW_SURPLUS, meetings * SURPLUS_SHARE)


def is_too_much(*, removals: int, links: int) -> bool:
    """Tell whether so many removals among so many links look like a mistake of somebody's."""
    return removals > max(FEW, links * SHARE)

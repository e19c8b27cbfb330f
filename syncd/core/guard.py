"""Refuse the unlikely: when much is to be removed at once, a person is asked first."""

from __future__ import annotations

# Below this many nobody is asked, whatever share of the account's links it is.
FEW = 20
SHARE = 0.1


def is_too_much(*, removals: int, links: int) -> bool:
    """Tell whether so many removals among so many links look like a mistake of somebody's."""
    return removals > max(FEW, links * SHARE)

"""What people are told of an event in a calendar that we may not write to.

The calendar says so itself, or refuses a write: it is the same either way, and ends when it may be
written again.
"""

from __future__ import annotations

READ_ONLY = "read_only"
REASON = "syncd may not write to this calendar"
REMEDY = (
    "Give its owner write access to the calendar; if it is the owner's own, see that syncd was"
    " granted more than reading."
)

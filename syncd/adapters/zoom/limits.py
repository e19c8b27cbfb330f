"""The pace that each of Zoom's plans allows.

The limits count for the whole Zoom account, all its users and apps together (Zoom API: Rate
limits). Every call counts as MEDIUM here, the stricter of the two labels in use: 2, 20 and 60 calls
per second. A quarter is left to the account's other apps, and to Zoom's seconds beginning at other
moments than ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from syncd.adapters.http import Limits

LIMITS: Mapping[str, Limits] = MappingProxyType(
    {
        "free": Limits(concurrency=2, per_second=1.5),
        "pro": Limits(concurrency=8, per_second=15),
        "business": Limits(concurrency=8, per_second=45),
    }
)

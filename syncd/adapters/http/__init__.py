"""The one door to the network: allow-listed, bounded, paced per account, and honest about silence.

MUST: say for every request that failed whether it may have left; keep secrets out of every record.
MUST NOT: know a provider, or judge an answer by anything but its status and its Retry-After.
"""

from syncd.adapters.http.call import Answer, Call, Limits
from syncd.adapters.http.client import Http
from syncd.adapters.http.retry_after import retry_after
from syncd.adapters.http.sane_json import Garbled, sane_json
from syncd.adapters.http.share import Share
from syncd.adapters.http.shared_failure import SharedFailure

__all__ = [
    "Answer",
    "Call",
    "Garbled",
    "Http",
    "Limits",
    "Share",
    "SharedFailure",
    "retry_after",
    "sane_json",
]

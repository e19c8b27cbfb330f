"""How long a provider says to wait, in every form that has been seen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# Whoever wrote more was mistaken, or means a limit of the day, which its adapter knows itself.
LONGEST = timedelta(hours=1)

# No date of any form is longer.
_LONGEST_TEXT = 64
_SECONDS = re.compile(r"\d{1,12}(\.\d{1,9})?", re.ASCII)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Read Retry-After from lower-case headers, measured against `now` (aware).

    Seconds and HTTP dates are of RFC 9110 10.2.3; an ISO 8601 time is what Zoom sends on its daily
    limits. Never negative and never more than an hour; None when it is missing or means nothing.
    """
    text = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        return timedelta(seconds=min(float(text), LONGEST.total_seconds()))
    moment = _moment(text)
    return None if moment is None else min(max(moment - now, timedelta(0)), LONGEST)


def _moment(text: str) -> datetime | None:
    if len(text) > _LONGEST_TEXT:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
        # What the reader of mail dates does with a strange one differs by the Python.
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None

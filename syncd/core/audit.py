"""The chain of the audit log: each row's hash is over itself and over the hash before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

START = "0" * 64
"""What stands before the first row."""


def chained(before: str, fields: Sequence[str]) -> str:
    """Give the SHA-256 of a row, 64 hexadecimal digits; `fields` are all of its texts, in order."""
    text = json.dumps([before, *fields], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()

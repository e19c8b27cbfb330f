"""For whom an account acts, and how that stands in a path; pure.

A server-to-server token must name the user and may not say `me`, a person's own token must say `me`
(Zoom API: Using the `me` keyword).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from syncd.adapters.zoom.errors import host_elsewhere, host_unknown


class Whom(Protocol):
    """The hosts of one account."""

    def path(self, host: str) -> str:
        """Write a host into a path; Forbidden `zoom_host_unknown` for whom it does not act."""
        ...


@dataclass(frozen=True, slots=True)
class AnyUser:
    """Every user of the Zoom account, by address."""

    def path(self, host: str) -> str:
        """Write the address; refuse what the path would take for something else."""
        if host in ("", ".", "..", "me"):
            raise host_unknown(host or "nobody")
        return quote(host, safe="@")


@dataclass(frozen=True, slots=True)
class Oneself:
    """The one host whose own account it is."""

    host: str

    def path(self, host: str) -> str:
        """Write `me` for that host."""
        if host.lower() != self.host.lower():
            raise host_elsewhere(host or "nobody")
        return "me"

"""Google Calendar and its OAuth, strict and in memory.

MUST: follow the discovery document and the documented behaviour of the Calendar API v3.
MUST NOT: know anything of the daemon. Called by the sandbox's server and by tests only.
"""

from __future__ import annotations

from syncd.sandbox.fakes.google.stand_in import GoogleStandIn

__all__ = ["GoogleStandIn"]

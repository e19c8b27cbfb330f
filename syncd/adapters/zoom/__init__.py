"""Zoom, by an app that acts for all users of the account, or by people's own consents, or by both.

MUST: tell a create that certainly failed from one that may have happened; keep one access token alive
for all processes, since a new one may end the former; act for nobody but whose consent it is.
MUST NOT: touch a meeting on its own account, or keep a host's start link.
"""

from syncd.adapters.zoom.accounts import ZoomAccounts
from syncd.adapters.zoom.hooks import Challenge, Deauthorised, HookRefused, ZoomHooks
from syncd.adapters.zoom.limits import LIMITS
from syncd.adapters.zoom.meetings import ZoomMeetings
from syncd.adapters.zoom.oauth import ZoomAuthorizer
from syncd.adapters.zoom.origins import DEFAULT_API_BASE, DEFAULT_OAUTH_BASE, origins
from syncd.adapters.zoom.tokens import ZoomTokens

__all__ = [
    "DEFAULT_API_BASE",
    "DEFAULT_OAUTH_BASE",
    "LIMITS",
    "Challenge",
    "Deauthorised",
    "HookRefused",
    "ZoomAccounts",
    "ZoomAuthorizer",
    "ZoomHooks",
    "ZoomMeetings",
    "ZoomTokens",
    "origins",
]

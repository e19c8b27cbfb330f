"""A stand-in of Microsoft Graph's calendar and of the Microsoft identity platform.

MUST: answer as the service does, also where that is inconvenient: stubs, one-way switches, mails.
MUST NOT: know anything of the clients that call it.
"""

from syncd.sandbox.fakes.microsoft.stand_in import MicrosoftStandIn

__all__ = ["MicrosoftStandIn"]

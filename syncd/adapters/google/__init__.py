"""Google Calendar, reached as a service account that acts for each calendar's owner.

MUST: let Google's own library build and decode every Calendar request, and our transport carry it.
MUST NOT: send attendees, or a request for which a refusal could not be told from a silence.
"""

from syncd.adapters.google.calendar import GoogleCalendars
from syncd.adapters.google.tokens import ServiceAccountTokens

__all__ = ["GoogleCalendars", "ServiceAccountTokens"]

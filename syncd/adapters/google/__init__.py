"""Google Calendar, reached by each person's own consent, or by a service account that acts for them.

MUST: let Google's own library build and decode every Calendar request, and our transport carry it.
MUST NOT: send attendees of an event that exists, or a request for which a refusal could not be told
from a silence. `oauth` stands apart: it loads a library of its own, which only consents need.
"""

from syncd.adapters.google.calendar import GoogleCalendars
from syncd.adapters.google.own_grants import PersonTokens
from syncd.adapters.google.tokens import ServiceAccountTokens

__all__ = ["GoogleCalendars", "PersonTokens", "ServiceAccountTokens"]

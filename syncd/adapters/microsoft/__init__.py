"""Outlook calendars by Microsoft Graph: by a person's own consent, or as a tenant's application.

MUST: work on `/me` for whoever consented and on `/users/{mailbox}` for all others, with immutable ids and times in UTC, on every request.
MUST NOT: write times, attendees or anything else that `EventChange` does not name.
"""

from syncd.adapters.microsoft.calendar import GraphCalendars
from syncd.adapters.microsoft.client import LIMITS
from syncd.adapters.microsoft.credential import CertificateCredential
from syncd.adapters.microsoft.oauth import MicrosoftAuthorizer
from syncd.adapters.microsoft.own_grants import PersonTokens
from syncd.adapters.microsoft.tokens import ApplicationTokens

__all__ = [
    "LIMITS",
    "ApplicationTokens",
    "CertificateCredential",
    "GraphCalendars",
    "MicrosoftAuthorizer",
    "PersonTokens",
]

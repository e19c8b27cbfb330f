"""Outlook calendars by Microsoft Graph, as an application that a tenant's admin let in.

MUST: work on `/users/{mailbox}` paths, with immutable ids and times in UTC, on every request.
MUST NOT: write times, attendees or anything else that `EventChange` does not name.
"""

from syncd.adapters.microsoft.calendar import GraphCalendars
from syncd.adapters.microsoft.client import LIMITS
from syncd.adapters.microsoft.tokens import ApplicationTokens, CertificateCredential

__all__ = ["LIMITS", "ApplicationTokens", "CertificateCredential", "GraphCalendars"]

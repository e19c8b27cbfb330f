"""One Zoom account for all hosts."""

from __future__ import annotations

from syncd.core.ids import AccountKey, Provider
from syncd.ports.meetings import MeetingProvider


class OneAccount:
    """Implements `syncd.ports.meetings.MeetingAccounts`."""

    def __init__(self, provider: MeetingProvider) -> None:
        self._provider = provider

    def account(self, host: str) -> AccountKey:
        return AccountKey(Provider.ZOOM, "account")

    def of(self, host: str) -> MeetingProvider:
        return self._provider

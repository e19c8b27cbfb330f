"""Meetings: made once, found by their marker, changed by differences, deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from syncd.core.ids import AccountKey
from syncd.core.meeting import Host, ListedMeeting, Meeting, MeetingChange, MeetingSpec
from syncd.core.secret import Secret

SCOPE_MISSING = "zoom_scope_missing"
"""The code of Forbidden where the consent, or the app, does not cover a call."""


class MeetingAccounts(Protocol):
    """Zoom, by the host who is acted for: each host's own account, or one for all of them."""

    def account(self, host: str) -> AccountKey:
        """Name the account that acts for a host; it need not be connected."""
        ...

    def of(self, host: str) -> MeetingProvider:
        """Give the account that acts for a host.

        Its calls raise AuthLost `zoom_not_connected` while nobody has connected one.
        """
        ...


class MeetingProvider(Protocol):
    """One account at Zoom. All methods raise the errors of `syncd.ports.errors`."""

    async def create(self, host: str, spec: MeetingSpec, *, send_by: float) -> Meeting:
        """Make one meeting, with one request at most.

        Never sent once `Clock.monotonic()` is past `send_by` (then Transient). OutcomeUnknown
        whenever the request may have had its effect; every other error says it had none.
        """
        ...

    async def get(self, meeting_id: int) -> Meeting:
        """Read a meeting as it is now; NotFound when Zoom says that it does not exist."""
        ...

    async def update(self, meeting_id: int, change: MeetingChange) -> None:
        """Set the given fields to absolute values; repeating it is harmless."""
        ...

    async def may_update(self) -> bool:
        """Tell whether the consent covers changes of meetings; True when that is not known.

        Costs no request beside the renewal of a token. Where it is False, `update` and
        `update_occurrence` raise Forbidden `zoom_scope_missing`.
        """
        ...

    async def update_occurrence(
        self, meeting_id: int, occurrence_id: str, *, start: datetime, duration_minutes: int
    ) -> None:
        """Move one time of a meeting with fixed times; repeating it is harmless."""
        ...

    async def delete_occurrence(self, meeting_id: int, occurrence_id: str) -> None:
        """Take one time out of a meeting with fixed times; one that is gone counts as done."""
        ...

    async def invitation(self, meeting_id: int) -> str:
        """Give Zoom's own text of the invitation; Forbidden where the consent does not cover it."""
        ...

    async def delete(self, meeting_id: int) -> None:
        """Delete it and mail nobody; one that is gone already counts as done."""
        ...

    async def listing(self, host: str) -> tuple[ListedMeeting, ...]:
        """List all unexpired meetings of a host, every page, or raise: never a part of them."""
        ...

    async def host(self, address: str) -> Host:
        """Look up a user of the account; NotFound with a remedy when there is none."""
        ...

    async def start_url(self, meeting_id: int) -> Secret:
        """Give the address by which the host starts it, fresh; whoever has it *is* the host.

        It is for one redirect, never kept or logged. NotFound, Forbidden as usual.
        """
        ...

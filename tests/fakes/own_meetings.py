"""Zoom in memory as one person's own consent opens it, and as it answers where nobody gave one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from syncd.core.meeting import Host, ListedMeeting, Meeting, MeetingChange, MeetingSpec
from syncd.core.secret import Secret
from syncd.ports.errors import AuthLost, Forbidden, NotFound, Permanent
from syncd.ports.meetings import MeetingProvider

Owner = Callable[[int], str | None]
"""Who hosts a meeting; None for one that was never made."""


class OwnMeetings:
    """Implements `syncd.ports.meetings.MeetingProvider` for one host and nobody else.

    Whether there is a consent is decided at each call, as the adapter does.
    """

    def __init__(
        self, whole: MeetingProvider, host: str, *, owner: Owner, is_open: Callable[[], bool]
    ) -> None:
        self._whole = whole
        self._host = host
        self._owner = owner
        self._is_open = is_open

    async def create(self, host: str, spec: MeetingSpec, *, send_by: float) -> Meeting:
        self._act_for(host)
        return await self._whole.create(host, spec, send_by=send_by)

    async def get(self, meeting_id: int) -> Meeting:
        return await self._of(meeting_id).get(meeting_id)

    async def update(self, meeting_id: int, change: MeetingChange) -> None:
        await self._of(meeting_id).update(meeting_id, change)

    async def may_update(self) -> bool:
        self._open()
        return await self._whole.may_update()

    async def update_occurrence(
        self, meeting_id: int, occurrence_id: str, *, start: datetime, duration_minutes: int
    ) -> None:
        await self._of(meeting_id).update_occurrence(
            meeting_id, occurrence_id, start=start, duration_minutes=duration_minutes
        )

    async def delete_occurrence(self, meeting_id: int, occurrence_id: str) -> None:
        await self._of(meeting_id).delete_occurrence(meeting_id, occurrence_id)

    async def invitation(self, meeting_id: int) -> str:
        return await self._of(meeting_id).invitation(meeting_id)

    async def delete(self, meeting_id: int) -> None:
        await self._of(meeting_id).delete(meeting_id)

    async def start_url(self, meeting_id: int) -> Secret:
        return await self._of(meeting_id).start_url(meeting_id)

    async def listing(self, host: str) -> tuple[ListedMeeting, ...]:
        self._act_for(host)
        return await self._whole.listing(host)

    async def host(self, address: str) -> Host:
        try:
            self._act_for(address.lower())
        except Forbidden as exc:
            raise NotFound(exc.message, code=exc.code, remedy=exc.remedy) from exc
        return await self._whole.host(address)

    def _open(self) -> None:
        if not self._is_open():
            raise AuthLost(
                "Zoom is not connected.", code="zoom_not_connected", remedy="Connect it."
            )

    def _act_for(self, host: str) -> None:
        self._open()
        if host != self._host:
            raise Forbidden(
                f"Zoom: the connected account is not {host}'s.",
                code="zoom_host_unknown",
                remedy="Have them connect Zoom.",
            )

    def _of(self, meeting_id: int) -> MeetingProvider:
        self._open()
        if self._owner(meeting_id) not in (self._host, None):
            raise Permanent("Zoom: You are not the meeting host.", code="zoom_not_host")
        return self._whole

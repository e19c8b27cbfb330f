"""The Zoom adapter keeps the promises of the port by people's own consents as well."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from syncd.adapters.zoom import ZoomAccounts
from syncd.core.meeting import Host, ListedMeeting, Meeting, MeetingChange, MeetingSpec
from syncd.core.secret import Secret
from syncd.ports.meetings import MeetingProvider
from tests.conformance.meetings_contract import Kind, MeetingsContract, Rig
from tests.conformance.meetings_listing_contract import ListingContract
from tests.conformance.meetings_series_contract import SeriesContract
from tests.conformance.test_meetings_zoom import ALWAYS, FAULTS, OPERATIONS
from tests.fakes.meetings import Method
from tests.integration.adapters.zoom_people import People

OF_ME = OPERATIONS | {"host": "GET /users/me"}


class ByHost:
    """Asks for each host the account of that host, as the engine does; strangers ask the first."""

    def __init__(self, accounts: ZoomAccounts, hosts: list[str]) -> None:
        self._accounts = accounts
        self._hosts = hosts
        self._host_of: dict[int, str] = {}

    def _of(self, host: str) -> MeetingProvider:
        return self._accounts.of(host if host.lower() in self._hosts else self._hosts[0])

    def _that(self, meeting_id: int) -> MeetingProvider:
        return self._of(self._host_of.get(meeting_id, ""))

    async def create(self, host: str, spec: MeetingSpec, *, send_by: float) -> Meeting:
        made = await self._of(host).create(host, spec, send_by=send_by)
        self._host_of[made.id] = host
        return made

    async def get(self, meeting_id: int) -> Meeting:
        return await self._that(meeting_id).get(meeting_id)

    async def update(self, meeting_id: int, change: MeetingChange) -> None:
        await self._that(meeting_id).update(meeting_id, change)

    async def may_update(self) -> bool:
        return await self._of("").may_update()

    async def update_occurrence(
        self, meeting_id: int, occurrence_id: str, *, start: datetime, duration_minutes: int
    ) -> None:
        await self._that(meeting_id).update_occurrence(
            meeting_id, occurrence_id, start=start, duration_minutes=duration_minutes
        )

    async def delete_occurrence(self, meeting_id: int, occurrence_id: str) -> None:
        await self._that(meeting_id).delete_occurrence(meeting_id, occurrence_id)

    async def invitation(self, meeting_id: int) -> str:
        return await self._that(meeting_id).invitation(meeting_id)

    async def start_url(self, meeting_id: int) -> Secret:
        return await self._that(meeting_id).start_url(meeting_id)

    async def delete(self, meeting_id: int) -> None:
        await self._that(meeting_id).delete(meeting_id)

    async def listing(self, host: str) -> tuple[ListedMeeting, ...]:
        return await self._of(host).listing(host)

    async def host(self, address: str) -> Host:
        return await self._of(address).host(address)


def fail_next(people: People, kind: Kind, method: Method) -> None:
    if kind == "not_sent":
        people.wire.down = ALWAYS
        return
    people.strike(
        OF_ME.get(method, OPERATIONS["get"]),
        count=1 if method == "create" else ALWAYS - 1,
        **FAULTS[kind],
    )


@asynccontextmanager
async def over_sandbox() -> AsyncIterator[Rig]:
    people = People()
    people.zoom.user_scopes += ("meeting:read:invitation",)
    licensed = [person.email for person in people.world.people if person.zoom_type == 2]
    basic = next(person.email for person in people.world.people if person.zoom_type == 1)
    hosts = [*licensed, basic]
    for email in hosts:
        await people.connect(email)
    try:
        yield Rig(
            provider=ByHost(people.accounts(*hosts), hosts),
            clock=people.clock,
            host=licensed[0],
            basic=basic,
            colleague=licensed[1],
            fail_next=lambda kind, method: fail_next(people, kind, method),
            creates=lambda: people.world.counts[("zoom", OPERATIONS["create"])],
            alive=lambda: len(people.zoom.snapshot()["meetings"]),
            convert=people.zoom.webinars.add,
        )
    finally:
        await people.http.close()


class TestZoomByPeopleOverTheSandbox(MeetingsContract, ListingContract, SeriesContract):
    @asynccontextmanager
    async def rig(self) -> AsyncIterator[Rig]:
        async with over_sandbox() as rig:
            yield rig

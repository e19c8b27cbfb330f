"""Promises of `syncd.ports.meetings` about what is listed, and about hosts."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

import pytest

from syncd.core.meeting import MeetingChange, difference
from syncd.ports.errors import (
    NotFound,
    ProviderError,
)
from tests.conformance.meetings_contract import Kind, Rig


class ListingContract:
    """Subclass it beside `MeetingsContract`."""

    def rig(self) -> AbstractAsyncContextManager[Rig]:
        raise AssertionError("a runner gives the rig")

    async def test_a_listing_shows_the_meetings_of_one_host(self):
        async with self.rig() as rig:
            mine = [await rig.create(), await rig.create()]
            await rig.create(host=rig.basic)
            found = await rig.provider.listing(rig.host)
        assert {each.id for each in found} == {each.id for each in mine}
        assert all(each.created_at is not None for each in found)

    async def test_a_listing_shows_the_beginning_of_a_long_agenda(self):
        async with self.rig() as rig:
            await rig.create(rig.spec(agenda="syncd:test:marker\n" + "x" * 1000))
            (found,) = await rig.provider.listing(rig.host)
        assert found.agenda.startswith("syncd:test:marker\n")

    async def test_a_listing_shows_no_deleted_meeting(self):
        async with self.rig() as rig:
            await rig.provider.delete((await rig.create()).id)
            assert await rig.provider.listing(rig.host) == ()

    @pytest.mark.parametrize("kind", ["server_error", "lost_answer", "not_sent", "rate_limited"])
    async def test_a_listing_that_fails_is_never_an_empty_one(self, kind: Kind):
        async with self.rig() as rig:
            rig.fail_next(kind, "listing")
            with pytest.raises(ProviderError):
                await rig.provider.listing(rig.host)

    async def test_a_listing_shows_the_link(self):
        async with self.rig() as rig:
            made = await rig.create()
            (found,) = await rig.provider.listing(rig.host)
        assert found.join_url == made.join_url

    async def test_a_colleague_may_start_the_meeting(self):
        async with self.rig() as rig:
            spec = rig.spec(alternative_hosts=(rig.colleague,))
            made = await rig.create(spec)
            assert made.alternative_hosts == (rig.colleague,)
            assert difference(made, spec).is_empty
            await rig.provider.update(made.id, MeetingChange(alternative_hosts=()))
            assert (await rig.provider.get(made.id)).alternative_hosts == ()

    @pytest.mark.parametrize("who", ["stranger@elsewhere.example", None])
    async def test_nobody_who_cannot_start_it_keeps_a_meeting_from_being_made(
        self, who: str | None
    ):
        async with self.rig() as rig:
            others = tuple(sorted((rig.colleague, who or rig.basic)))
            made = await rig.create(rig.spec(alternative_hosts=others))
            assert made.alternative_hosts == ()
            assert rig.alive() == 1
            change = MeetingChange(topic="Renamed", alternative_hosts=others)
            await rig.provider.update(made.id, change)
            now = await rig.provider.get(made.id)
            assert (now.topic, now.alternative_hosts) == ("Renamed", ())
            await rig.provider.update(made.id, MeetingChange(alternative_hosts=others))

    async def test_a_host_is_known_in_any_case(self):
        async with self.rig() as rig:
            found = await rig.provider.host(rig.host.upper())
        assert (found.address, found.is_basic) == (rig.host, False)
        assert found.user_id

    async def test_a_host_of_the_basic_plan_is_known_as_such(self):
        async with self.rig() as rig:
            assert (await rig.provider.host(rig.basic)).is_basic

    async def test_an_unknown_host_is_said_with_what_to_do(self):
        async with self.rig() as rig:
            with pytest.raises(NotFound) as missing:
                await rig.provider.host("nobody@example.com")
        assert "nobody@example.com" in missing.value.message
        assert "people:" in missing.value.remedy

"""Every promise of `syncd.ports.meetings`, for any implementation."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import pytest

from syncd.core.meeting import Meeting, MeetingChange, MeetingSpec
from syncd.ports.errors import (
    Forbidden,
    NotFound,
    OutcomeUnknown,
    Permanent,
    RateLimited,
    Transient,
)
from syncd.ports.meetings import MeetingProvider
from tests.fakes.clock import FakeClock
from tests.fakes.meetings import Method

Kind = Literal["not_sent", "lost_request", "lost_answer", "server_error", "refused", "rate_limited"]


@dataclass
class Rig:
    """An implementation and the means to disturb it."""

    provider: MeetingProvider
    clock: FakeClock
    host: str
    """A licensed user."""
    basic: str
    """A user of the Basic plan."""
    colleague: str
    """Another licensed user."""
    fail_next: Callable[[Kind, Method], None]
    creates: Callable[[], int]
    """How many creates have reached the other side."""
    alive: Callable[[], int]
    """How many meetings live on the other side."""
    convert: Callable[[int], None]
    """Makes a webinar of a meeting, as a person does in Zoom's own app."""

    def start(self) -> datetime:
        return next_hour(self.clock.now()) + timedelta(days=2)

    def spec(self, **changes: Any) -> MeetingSpec:
        fields: dict[str, Any] = {
            "topic": "Planning",
            "start": self.start(),
            "duration_minutes": 45,
            "zone": "Europe/Berlin",
            "invitees": ("cem@example.com", "dana@elsewhere.example"),
            "agenda": "syncd:test:marker\nMade for an event.",
            "waiting_room": False,
            "join_before_host": True,
            "sign_in_only": False,
        }
        return MeetingSpec(**(fields | changes))

    async def create(self, spec: MeetingSpec | None = None, *, host: str | None = None) -> Meeting:
        send_by = self.clock.monotonic() + 10
        return await self.provider.create(host or self.host, spec or self.spec(), send_by=send_by)


def next_hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


class MeetingsContract:
    """Subclass it as `Test...` and give a rig."""

    def rig(self) -> AbstractAsyncContextManager[Rig]:
        raise AssertionError("a runner gives the rig")

    async def test_a_meeting_is_made_as_asked(self):
        async with self.rig() as rig:
            spec = rig.spec()
            made = await rig.create(spec)
        assert (made.topic, made.start, made.duration_minutes) == (
            spec.topic,
            spec.start,
            spec.duration_minutes,
        )
        assert made.agenda == spec.agenda
        assert made.join_url.startswith("https://")
        assert made.id > 0

    async def test_a_made_meeting_reads_the_same(self):
        async with self.rig() as rig:
            made = await rig.create()
            assert await rig.provider.get(made.id) == made

    async def test_it_has_a_passcode_and_nothing_differs_from_what_was_asked(self):
        async with self.rig() as rig:
            made = await rig.create()
            assert made.passcode
            assert set(made.invitees) == set(rig.spec().invitees)
            assert (made.waiting_room, made.join_before_host) == (False, True)

    async def test_a_waiting_room_wins_over_joining_before_the_host(self):
        async with self.rig() as rig:
            made = await rig.create(rig.spec(waiting_room=True, join_before_host=True))
        assert (made.waiting_room, made.join_before_host) == (True, False)

    async def test_a_meeting_is_made_stricter_and_keeps_its_link(self):
        async with self.rig() as rig:
            made = await rig.create()
            change = MeetingChange(waiting_room=True, sign_in_only=True)
            await rig.provider.update(made.id, change)
            after = await rig.provider.get(made.id)
        assert (after.waiting_room, after.sign_in_only) == (True, True)
        assert after.join_before_host is False
        assert (after.join_url, after.passcode) == (made.join_url, made.passcode)

    async def test_two_creates_make_two_meetings(self):
        async with self.rig() as rig:
            assert (await rig.create()).id != (await rig.create()).id
            assert rig.creates() == 2

    async def test_nothing_is_sent_after_its_time(self):
        async with self.rig() as rig:
            late = rig.clock.monotonic() - 1
            with pytest.raises(Transient):
                await rig.provider.create(rig.host, rig.spec(), send_by=late)
            assert (rig.creates(), rig.alive()) == (0, 0)

    async def test_a_create_that_never_left_had_no_effect(self):
        async with self.rig() as rig:
            rig.fail_next("not_sent", "create")
            with pytest.raises(Transient):
                await rig.create()
            assert (rig.creates(), rig.alive()) == (0, 0)

    async def test_a_create_without_an_answer_is_unknown_and_found_by_its_marker(self):
        async with self.rig() as rig:
            rig.fail_next("lost_answer", "create")
            with pytest.raises(OutcomeUnknown):
                await rig.create()
            found = await rig.provider.listing(rig.host)
            assert [each.agenda.splitlines()[0] for each in found] == ["syncd:test:marker"]
            assert rig.creates() == 1

    @pytest.mark.parametrize("kind", ["lost_request", "server_error"])
    async def test_a_create_that_failed_on_the_way_is_unknown_and_sent_once(self, kind: Kind):
        async with self.rig() as rig:
            rig.fail_next(kind, "create")
            with pytest.raises(OutcomeUnknown):
                await rig.create()
            assert (rig.creates(), rig.alive()) == (1, 0)

    async def test_a_refused_create_had_no_effect(self):
        async with self.rig() as rig:
            rig.fail_next("refused", "create")
            with pytest.raises(Permanent):
                await rig.create()
            assert rig.alive() == 0

    async def test_a_limit_says_how_long_to_wait_and_had_no_effect(self):
        async with self.rig() as rig:
            rig.fail_next("rate_limited", "create")
            with pytest.raises(RateLimited) as limited:
                await rig.create()
            assert limited.value.retry_after is not None
            assert limited.value.retry_after > timedelta(0)
            assert rig.alive() == 0

    async def test_a_host_outside_the_account_gets_no_meeting(self):
        async with self.rig() as rig:
            with pytest.raises(Forbidden) as refused:
                await rig.create(host="stranger@elsewhere.example")
            assert refused.value.code == "zoom_host_unknown"
            assert refused.value.remedy

    async def test_an_update_sets_what_is_given_and_leaves_the_rest(self):
        async with self.rig() as rig:
            made = await rig.create()
            start = rig.start() + timedelta(days=1)
            change = MeetingChange(topic="Planning 2", start=start, zone="UTC", duration_minutes=30)
            await rig.provider.update(made.id, change)
            now = await rig.provider.get(made.id)
        assert (now.topic, now.start, now.duration_minutes) == ("Planning 2", start, 30)
        assert (now.join_url, now.passcode, now.agenda) == (
            made.join_url,
            made.passcode,
            made.agenda,
        )
        assert now.invitees == made.invitees

    async def test_an_update_of_one_field_changes_no_other_and_may_be_repeated(self):
        async with self.rig() as rig:
            made = await rig.create()
            change = MeetingChange(invitees=("eva@example.com",))
            await rig.provider.update(made.id, change)
            await rig.provider.update(made.id, change)
            now = await rig.provider.get(made.id)
        assert now.invitees == ("eva@example.com",)
        assert (now.topic, now.start) == (made.topic, made.start)

    async def test_an_update_of_a_deleted_meeting_says_that_it_is_gone(self):
        async with self.rig() as rig:
            made = await rig.create()
            await rig.provider.delete(made.id)
            with pytest.raises(NotFound):
                await rig.provider.update(made.id, MeetingChange(topic="Late"))

    async def test_an_update_without_an_answer_may_be_made_again(self):
        async with self.rig() as rig:
            made = await rig.create()
            rig.fail_next("lost_answer", "update")
            with pytest.raises(Transient):
                await rig.provider.update(made.id, MeetingChange(topic="Again"))
            await rig.provider.update(made.id, MeetingChange(topic="Again"))
            assert (await rig.provider.get(made.id)).topic == "Again"

    async def test_a_deleted_meeting_is_gone_and_deleting_it_again_is_done(self):
        async with self.rig() as rig:
            made = await rig.create()
            await rig.provider.delete(made.id)
            await rig.provider.delete(made.id)
            with pytest.raises(NotFound):
                await rig.provider.get(made.id)
            assert rig.alive() == 0

    async def test_a_delete_without_an_answer_is_done_by_the_next(self):
        async with self.rig() as rig:
            made = await rig.create()
            rig.fail_next("lost_answer", "delete")
            with pytest.raises(Transient):
                await rig.provider.delete(made.id)
            await rig.provider.delete(made.id)
            assert rig.alive() == 0

    @pytest.mark.parametrize("kind", ["server_error", "lost_answer", "not_sent"])
    async def test_a_failure_is_never_taken_for_a_meeting_that_is_gone(self, kind: Kind):
        async with self.rig() as rig:
            made = await rig.create()
            rig.fail_next(kind, "get")
            with pytest.raises(Transient):
                await rig.provider.get(made.id)

    async def test_a_meeting_nobody_made_is_not_found(self):
        async with self.rig() as rig:
            with pytest.raises(NotFound):
                await rig.provider.get(99_999_999_999)

    async def test_an_invitation_names_the_link(self):
        async with self.rig() as rig:
            made = await rig.create()
            assert made.join_url in await rig.provider.invitation(made.id)

    async def test_an_invitation_to_a_deleted_meeting_is_not_found(self):
        async with self.rig() as rig:
            made = await rig.create()
            await rig.provider.delete(made.id)
            with pytest.raises(NotFound):
                await rig.provider.invitation(made.id)

    async def test_a_webinar_is_never_taken_for_a_meeting_that_is_gone(self):
        async with self.rig() as rig:
            made = await rig.create()
            rig.convert(made.id)
            for call in (rig.provider.get(made.id), rig.provider.invitation(made.id)):
                with pytest.raises(Permanent) as refused:
                    await call
                assert refused.value.code == "zoom_is_webinar"
            assert await rig.provider.listing(rig.host) == ()

    async def test_the_start_link_is_of_that_meeting_and_shows_itself_to_nobody(self):
        async with self.rig() as rig:
            made = await rig.create()
            link = await rig.provider.start_url(made.id)
        assert link.reveal().startswith("https://")
        assert str(made.id) in link.reveal()
        assert link.reveal() != made.join_url
        assert "https" not in repr(link)

    async def test_a_deleted_meeting_is_started_by_nobody(self):
        async with self.rig() as rig:
            made = await rig.create()
            await rig.provider.delete(made.id)
            with pytest.raises(NotFound):
                await rig.provider.start_url(made.id)

    async def test_whoever_granted_all_may_have_meetings_changed(self):
        async with self.rig() as rig:
            assert await rig.provider.may_update()

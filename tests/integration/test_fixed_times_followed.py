"""The engine over the real adapters: Zoom's list of times is the calendar's, after every step.

What the calendar has is asked for as a person does it, by the ordinary API and without the adapter.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest

from syncd.adapters.recurrence import Rules
from syncd.core.ids import EventRef
from syncd.core.policy import MeetingPolicy, SeriesStyle
from syncd.ports.meetings import MeetingProvider
from syncd.services.status import status
from tests.conformance.test_meetings_zoom import over_sandbox
from tests.fakes.one_account import OneAccount
from tests.fakes.stage import Stage, StageClock
from tests.integration.adapters.google_sandbox import GoogleStage
from tests.integration.adapters.microsoft_sandbox import MicrosoftStage, at

HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)
Times = list[tuple[datetime, datetime]]


class Person(Protocol):
    """What Ana does in her calendar's own app to her one series."""

    async def begin(self, start: datetime, *, count: int) -> EventRef: ...

    async def times(self) -> Times: ...

    async def move(self, original: datetime, to: datetime) -> None: ...

    async def cancel(self, original: datetime) -> None: ...

    async def repeat(self, start: datetime, *, count: int | None) -> None:
        """Give it another rule; without a count it has no end."""
        ...


class AtGoogle:
    def __init__(self) -> None:
        self.stage = GoogleStage()
        self._id = ""

    async def begin(self, start: datetime, *, count: int) -> EventRef:
        self._id = await self.stage.add(
            title="Standup", start=start, minutes=30, location="zoom", recurrence=[_rule(count)]
        )
        return EventRef(self.stage.calendar, self._id)

    async def times(self) -> Times:
        found: list[Any] = []
        token = ""
        while True:
            query = f"?pageToken={token}" if token else ""
            page = await self.stage.person("GET", f"events/{self._id}/instances{query}")
            found += page["items"]
            token = page.get("nextPageToken", "")
            if not token:
                return sorted((_google(one["start"]), _google(one["end"])) for one in found)

    async def move(self, original: datetime, to: datetime) -> None:
        await self.stage.person("PATCH", self._one(original), **_span(to))

    async def cancel(self, original: datetime) -> None:
        await self.stage.person("DELETE", self._one(original))

    async def repeat(self, start: datetime, *, count: int | None) -> None:
        fields = _span(start) | {"recurrence": [_rule(count)]}
        await self.stage.person("PATCH", f"events/{self._id}", **fields)

    def _one(self, original: datetime) -> str:
        return f"events/{self._id}_{original:%Y%m%dT%H%M%SZ}"


class AtOutlook:
    def __init__(self) -> None:
        self.stage = MicrosoftStage()
        self._id = ""

    async def begin(self, start: datetime, *, count: int) -> EventRef:
        made = await self.stage.create(
            subject="Standup",
            location={"displayName": "zoom"},
            start=at(start),
            end=at(start + HOUR / 2),
            recurrence=_weekly(start, count),
        )
        self._id = made["id"]
        return EventRef(self.stage.calendar, self._id)

    async def times(self) -> Times:
        return sorted((_graph(one["start"]), _graph(one["end"])) for one in await self._listed())

    async def move(self, original: datetime, to: datetime) -> None:
        await self.stage.patch(await self._one(original), start=at(to), end=at(to + HOUR / 2))

    async def cancel(self, original: datetime) -> None:
        await self.stage.delete(await self._one(original))

    async def repeat(self, start: datetime, *, count: int | None) -> None:
        fields: dict[str, Any] = {"start": at(start), "end": at(start + HOUR / 2)}
        await self.stage.patch(self._id, recurrence=_weekly(start, count), **fields)

    async def _one(self, original: datetime) -> str:
        stamp = original.strftime("%Y-%m-%dT%H:%M:%S")
        (found,) = [one for one in await self._listed() if one["originalStart"].startswith(stamp)]
        event_id: str = found["id"]
        return event_id

    async def _listed(self) -> list[Any]:
        begin = await self.stage.now() - 9 * WEEK
        window = f"startDateTime={begin:%Y-%m-%d}&endDateTime={begin + 99 * WEEK:%Y-%m-%d}"
        path = f"/me/events/{self._id}/instances?{window}&$top=100"
        found: list[Any] = (await self.stage.call("GET", path))["value"]
        return found


@dataclass
class Scene:
    """Ana, the engine, and Zoom."""

    person: Person
    engine: Stage
    zoom: MeetingProvider
    ref: EventRef
    start: datetime

    async def in_step(self) -> None:
        """Let the engine work until it must be in step, and assert that it is."""
        for _ in range(3):
            await self.engine.work(seconds=61)
        assert await self.at_zoom() == await self.person.times()

    async def at_zoom(self) -> Times:
        bound = await self.engine.binding(self.ref)
        assert bound is not None
        assert bound.meeting_id is not None
        times = (await self.zoom.get(bound.meeting_id)).occurrences
        return sorted(
            (one.start, one.start + timedelta(minutes=one.duration_minutes))
            for one in times
            if not one.deleted
        )

    async def link(self) -> str | None:
        bound = await self.engine.binding(self.ref)
        return bound.join_url if bound else None


@asynccontextmanager
async def scene(person: AtGoogle | AtOutlook, *, begun: int = 0) -> AsyncIterator[Scene]:
    """Give Ana's weekly series of six, of which so many are over, with its link."""
    async with over_sandbox() as (_, rig):
        now = person.stage.world.now().replace(microsecond=0)
        engine = Stage()
        ana = person.stage.ana.email
        policy = replace(
            engine.deps.people["ana@example.com"],
            email=ana,
            host=ana,
            meeting=MeetingPolicy(series=SeriesStyle.FIXED_TIME),
        )
        calendar = person.stage.calendar
        engine.clock = StageClock(now)
        engine.deps = replace(
            engine.deps,
            calendars={calendar.provider: person.stage.provider},
            meetings=OneAccount(rig.provider),
            recurrences=Rules(),
            clock=engine.clock,
            people={ana: policy},
            watched=frozenset({calendar}),
        )
        start = now.replace(minute=0, second=0) + timedelta(days=2) - begun * WEEK
        ref = await person.begin(start, count=6)
        await engine.prepare()
        await engine.work()
        yield Scene(person, engine, rig.provider, ref, start)
        engine.close()


PEOPLE = pytest.mark.parametrize("who", [AtGoogle, AtOutlook], ids=["google", "outlook"])


@PEOPLE
async def test_zoom_has_the_times_of_the_calendar_after_every_step(who):
    async with scene(who()) as play:
        await play.in_step()
        url, start = await play.link(), play.start
        await play.person.move(start + WEEK, start + WEEK + 3 * HOUR)
        await play.in_step()
        await play.person.cancel(start + 3 * WEEK)
        await play.in_step()
        await play.person.move(start + WEEK, start + WEEK + 26 * HOUR)
        await play.in_step()
        await play.person.move(start + WEEK, start + WEEK)
        await play.in_step()
        assert len(await play.at_zoom()) == 5
        assert await play.link() == url


@PEOPLE
async def test_another_rule_is_laid_out_anew_with_the_same_link(who):
    async with scene(who()) as play:
        await play.in_step()
        url = await play.link()
        await play.person.repeat(play.start, count=3)
        await play.in_step()
        await play.person.repeat(play.start + 2 * HOUR, count=8)
        await play.in_step()
        assert len(await play.at_zoom()) == 8
        await play.person.repeat(play.start, count=None)
        for _ in range(3):
            await play.engine.work(seconds=61)
        assert await play.at_zoom() == []
        (warning,) = (await status(play.engine.deps)).warnings
        assert warning.code == "series_not_exact"
        await play.person.repeat(play.start, count=4)
        await play.in_step()
        assert await play.link() == url


@PEOPLE
async def test_of_a_series_that_has_begun_zoom_has_what_is_still_to_come(who):
    async with scene(who(), begun=2) as play:
        now = play.engine.clock.now()
        coming = [time for time in await play.person.times() if time[0] > now]
        assert await play.at_zoom() == coming
        await play.person.cancel(play.start + 4 * WEEK)
        for _ in range(3):
            await play.engine.work(seconds=61)
        coming = [time for time in await play.person.times() if time[0] > now]
        assert await play.at_zoom() == coming
        assert len(coming) == 3


def _rule(count: int | None) -> str:
    return "RRULE:FREQ=WEEKLY" + (f";COUNT={count}" if count else "")


def _weekly(start: datetime, count: int | None) -> dict[str, Any]:
    pattern = {
        "type": "weekly",
        "interval": 1,
        "daysOfWeek": [f"{start:%A}".lower()],
        "firstDayOfWeek": "sunday",
    }
    span: dict[str, Any] = {"type": "noEnd"}
    if count:
        span = {"type": "numbered", "numberOfOccurrences": count}
    return {"pattern": pattern, "range": span | {"startDate": f"{start:%Y-%m-%d}"}}


def _span(start: datetime) -> dict[str, Any]:
    times = {"start": start, "end": start + HOUR / 2}
    return {
        name: {"dateTime": time.isoformat(), "timeZone": "Europe/Berlin"}
        for name, time in times.items()
    }


def _google(value: dict[str, str]) -> datetime:
    return datetime.fromisoformat(value["dateTime"]).astimezone(UTC)


def _graph(value: dict[str, str]) -> datetime:
    assert value["timeZone"] == "UTC"
    return datetime.fromisoformat(value["dateTime"][:19]).replace(tzinfo=UTC)

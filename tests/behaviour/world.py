"""One world in one loop: people in their own apps, the stand-ins, and the whole engine between them.

The engine has its real adapters; only sockets and the passing of time are missing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

import httpx

from syncd.adapters.google import GoogleCalendars, ServiceAccountTokens
from syncd.adapters.google.ability import ConferenceData
from syncd.adapters.http import Http, Limits
from syncd.adapters.microsoft import GraphCalendars
from syncd.adapters.recurrence import Rules
from syncd.adapters.zoom import ZoomMeetings, ZoomTokens
from syncd.bootstrap.abilities import StoredAbilities
from syncd.core.ids import AccountKey, CalendarKey, Provider
from syncd.core.marks import MarkKeys
from syncd.core.policy import PersonPolicy
from syncd.core.secret import Secret
from syncd.engine.deps import Deps, Timing
from syncd.engine.sweep import Sweep
from syncd.engine.upkeep import Upkeep
from syncd.engine.worker import claim, cycle
from syncd.sandbox.fakes.app import build_app
from syncd.sandbox.fakes.google import GoogleStandIn
from syncd.sandbox.fakes.microsoft import MicrosoftStandIn, ids
from syncd.sandbox.fakes.world import World
from syncd.sandbox.fakes.zoom import ZoomStandIn
from syncd.services.choose import choose
from syncd.services.explain import Explanation, explain
from syncd.services.status import Status, links, status
from syncd.store.keyfile import new_key_file, read_key_file
from syncd.store.store import SqlStore
from tests.behaviour.apps import App, GoogleApp, OutlookApp, Shown
from tests.fakes.clock import FakeClock
from tests.fakes.token_store import FakeTokenStore
from tests.integration.adapters.microsoft_sandbox import SandboxTokens, Wire

AppName = Literal["google", "outlook"]

ANA, BO, CEM, DANA = "ana@example.com", "bo@example.com", "cem@example.com", "dana@example.com"
GUEST = "guest@elsewhere.example"

BASE = "https://sandbox.example"
_LIMITS = Limits(concurrency=4, per_second=10_000, burst=10_000)
_PROVIDERS = {"google": Provider.GOOGLE, "outlook": Provider.MICROSOFT}


class StillClock(FakeClock):
    """Only the play moves it; who waits for a lease to be renewed waits for good."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.Event().wait()


class _WireClock(FakeClock):
    """The same time for the transport, whose short waits pass at once."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()

    def monotonic(self) -> float:
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        self._clock.advance(seconds)
        await asyncio.sleep(0)


class _StillWorld(World):
    """The sandbox's shared ground, on the clock of the play."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(people=4)
        self._clock = clock
        self.base = BASE

    def now(self) -> datetime:
        return self._clock.now()

    def advance(self, seconds: float) -> None:
        self._clock.advance(seconds)


class Play:
    """Ana, Bo, Cem and Dana in one kind of calendar; Bo and Dana are Basic users of Zoom.

    `policy` are fields of `PersonPolicy` for all of them; `settle` lets time pass and the engine work.
    Google's button for Zoom is tried only where `conference_data` says so.
    """

    def __init__(
        self, app: AppName, *, conference_data: ConferenceData = "never", **policy: Any
    ) -> None:
        self.app_name = app
        self.provider = _PROVIDERS[app]
        self.clock = StillClock()
        self.world = _StillWorld(self.clock)
        self.google = GoogleStandIn(self.world)
        self.outlook = MicrosoftStandIn(self.world)
        self.zoom = ZoomStandIn(self.world)
        self._wire = Wire(app=build_app(self.world, [self.google, self.outlook, self.zoom]))
        self.client = httpx.AsyncClient(transport=self._wire, base_url=BASE)
        self._apps: dict[str, App] = {
            person.email: GoogleApp(self.client, self.world, person)
            if app == "google"
            else OutlookApp(self.client, self.world, person)
            for person in self.world.people
        }
        self._keys = read_key_file(new_key_file())
        self.store = SqlStore.open("sqlite://", self._keys.ring, inline=True)
        self._conference_data = conference_data
        self.deps = self._deps(MarkKeys(self._keys.instance, self._keys.marker_keys), policy)
        self.sweep = Sweep(self.deps)
        self.upkeep = Upkeep(self.deps)

    def _deps(self, keys: MarkKeys, policy: dict[str, Any]) -> Deps:
        http = Http(
            clock=_WireClock(self.clock),
            origins=[BASE],
            ca_file=None,
            limits=_LIMITS,
            transport=self._wire,
        )
        google = GoogleCalendars(
            http,
            ServiceAccountTokens(
                http,
                self.clock,
                info=self.google.service_account_info(),
                oauth_base=f"{BASE}/google/oauth",
            ),
            self.clock,
            api_base=f"{BASE}/google/calendar/v3/",
            abilities=StoredAbilities(self.store),
            conference_data=self._conference_data,
        )
        graph = GraphCalendars(
            http,
            SandboxTokens(self.outlook),
            self.clock,
            api_base=f"{BASE}/microsoft/v1.0",
            horizon=timedelta(days=180),
        )
        people = {person.email: self._person(person.email, policy) for person in self.world.people}
        return Deps(
            store=self.store,
            calendars={Provider.GOOGLE: google, Provider.MICROSOFT: graph},
            meetings=self._meetings(http),
            meeting_account=AccountKey(Provider.ZOOM, self.zoom.account_id),
            recurrences=Rules(),
            clock=self.clock,
            keys=keys,
            people=people,
            watched=frozenset(CalendarKey(self.provider, who, "primary") for who in people),
            timing=Timing(poll=timedelta(seconds=5)),
            holder="play:1",
        )

    def _meetings(self, http: Http) -> ZoomMeetings:
        tokens = ZoomTokens(
            http,
            FakeTokenStore(),
            self.clock,
            account_id=self.zoom.account_id,
            client_id=self.zoom.client_id,
            client_secret=Secret(self.zoom.client_secret),
            oauth_base=f"{BASE}/zoom/oauth",
            holder="play",
        )
        return ZoomMeetings(http, tokens, self.clock, f"{BASE}/zoom/v2")

    @staticmethod
    def _person(email: str, policy: dict[str, Any]) -> PersonPolicy:
        plain = PersonPolicy(email=email, host=email, domains=frozenset({"example.com"}))
        return replace(plain, **policy)

    def set_policy(self, email: str, **fields: Any) -> None:
        """Change the policy of one person, as a reload of the configuration does."""
        people = {**self.deps.people, email: replace(self.deps.people[email], **fields)}
        self.deps = replace(self.deps, people=people)
        self.sweep = Sweep(self.deps)
        self.upkeep = Upkeep(self.deps)

    # What people do. Every event of theirs is Ana's unless it is said otherwise.

    def of(self, person: str = ANA) -> App:
        """Give the calendar app of a person."""
        return self._apps[person]

    async def add(self, *, person: str = ANA, hours: float = 24, **fields: Any) -> str:
        """Make an event that starts in so many hours (fields: see `App.add`); give its id."""
        start = self.clock.now() + timedelta(hours=hours)
        return await self.of(person).add(start=start, **fields)

    async def linked(self, **fields: Any) -> str:
        """Make an event and let it get its link."""
        event_id = await self.add(**{"location": "zoom", **fields})
        await self.settle(10)
        shown = await self.seen(event_id, person=fields.get("person", ANA))
        assert shown.link in await self.meetings()
        return event_id

    async def edit(self, event_id: str, *, person: str = ANA, **fields: Any) -> None:
        """Change an event (fields: see `App.add`, and any of the provider's own)."""
        await self.of(person).edit(event_id, **fields)

    async def delete(self, event_id: str, *, person: str = ANA) -> None:
        """Delete an event."""
        await self.of(person).delete(event_id)

    async def seen(self, event_id: str, *, person: str = ANA) -> Shown:
        """Give an event as this person sees it."""
        return await self.of(person).seen(event_id)

    async def cancel(self, event_id: str, *, person: str = ANA) -> None:
        """Cancel an event, with a word to its guests."""
        await self.of(person).cancel(event_id)

    async def copies(self, event_id: str, *, of: str) -> list[Shown]:
        """Give what a guest has of this event in her own calendar."""
        return await self.of(of).copies(await self.of(ANA).raw(event_id))

    async def at_zoom(self, method: str, path: str, *, person: str = ANA, **body: Any) -> Any:
        """Let a person do something in Zoom's own app, by its API below `/v2`."""
        [who] = [each for each in self.world.people if each.email == person]
        answer = await self.client.request(
            method,
            f"/zoom/v2{path}",
            json=body or None,
            headers={"authorization": f"Bearer {who.zoom_token}"},
        )
        answer.raise_for_status()
        return answer.json() if answer.content else {}

    async def choose(self, event_id: str, choice: str) -> None:
        """Choose a conference for an event, as `syncd choose` does."""
        await choose(self.deps, event_id, choice)

    async def leave(self, person: str) -> None:
        """Take a person out of the configuration."""
        people = {who: one for who, one in self.deps.people.items() if who != person}
        watched = frozenset(key for key in self.deps.watched if key.owner != person)
        self.deps = replace(self.deps, people=people, watched=watched)
        await self.begin()

    def set_google(self, event_id: str, *, person: str = ANA, **fields: Any) -> None:
        """Set fields of an event that only Google itself can set."""
        calendar = self.google._core.calendars.get(person)
        assert calendar is not None
        event = calendar.find(event_id)
        assert event is not None
        self.google._core.calendars.put(calendar, {**event, **fields})

    def set_outlook(self, event_id: str, *, person: str = ANA, **fields: Any) -> None:
        """Set fields of an event that only Exchange itself can set."""
        mailbox = self.outlook.exchange.mailboxes[person]
        item = mailbox.items[ids.decode(event_id).key]
        mailbox.put(replace(item, fields={**item.fields, **fields}), self.clock.now())

    async def lose_database(self) -> None:
        """Begin again with an empty database and the same key file."""
        self.store.close()
        self.store = SqlStore.open("sqlite://", self._keys.ring, inline=True)
        self.deps = replace(self.deps, store=self.store)
        self.sweep = Sweep(self.deps)
        await self.begin()

    # What can be looked at.

    async def copy(self, event_id: str, person: str, *, of: str = ANA) -> Shown:
        """Give the copy that an invited person has of an event."""
        uid = (await self.of(of).raw(event_id))[self.of(of).uid]
        return await self.of(person).copy(uid)

    async def marks(self, event_id: str, *, person: str = ANA) -> list[str]:
        """Give all private properties in a person's copy of one of Ana's events, ours among them."""
        uid = (await self.of(ANA).raw(event_id))[self.of(ANA).uid]
        copy = await self.of(person).copy(uid)
        if self.app_name == "google":
            return list(copy.raw.get("extendedProperties", {}).get("private", {}).values())
        mailbox = self.outlook.exchange.mailboxes[person]
        return list(mailbox.items[ids.decode(copy.raw["id"]).key].properties.values())

    async def explained(self, event_id: str) -> Explanation:
        """Give what `syncd explain` tells."""
        return await explain(self.deps, event_id)

    async def meetings(self) -> dict[str, dict[str, Any]]:
        """Give the living meetings by their join links."""
        state = self.zoom.snapshot()
        return {meeting["join_url"]: meeting for meeting in state["meetings"]}

    async def meeting(self, event_id: str, *, person: str = ANA) -> dict[str, Any]:
        """Give the living meeting whose link the event shows."""
        shown = await self.seen(event_id, person=person)
        assert shown.link is not None, "the event shows no link"
        return (await self.meetings())[shown.link]

    def mails(self) -> list[tuple[str, str]]:
        """Give all mails to attendees so far: to whom, and why."""
        return [(mail.to, mail.reason) for mail in self.world.mails]

    def writes(self) -> Counter[str]:
        """Count what syncd has written so far, by provider and operation."""
        done: Counter[str] = Counter()
        for (provider, operation), count in self.world.counts.items():
            is_read = operation.startswith("GET") or "oken" in operation
            if not is_read and "/me/" not in operation:
                done[f"{provider} {operation}"] = count
        own = sum((app.writes for app in self._apps.values()), Counter[str]())
        return done - own

    @asynccontextmanager
    async def spending(self) -> AsyncIterator[Spent]:
        """Count what syncd writes, and whom it mails, from here to the end of the block."""
        spent, writes = Spent(), self.writes()
        own = sum(app.mails for app in self._apps.values())
        mails = len(self.world.mails)
        yield spent
        done = self.writes() - writes
        spent.calendar = sum(n for what, n in done.items() if not what.startswith("zoom"))
        spent.zoom = sum(n for what, n in done.items() if what.startswith("zoom"))
        by_people = sum(app.mails for app in self._apps.values()) - own
        spent.mails = len(self.world.mails) - mails - by_people

    async def waiting(self) -> dict[str, tuple[str, str, str]]:
        """Give code, reason and remedy of every event that waits, by its id."""
        told = await self.status()
        return {line.event: (line.code, line.reason, line.remedy) for line in told.waiting}

    async def why(self, event_id: str) -> tuple[str, str, str] | None:
        """Give code, reason and remedy of one event that waits, told by `syncd status`; or None."""
        told = await self.explained(event_id)
        return (await self.waiting()).get(told.event)

    async def states(self) -> dict[str, str]:
        """Give the state of every event that `syncd links` tells of, by its id."""
        return {line.event: line.state for line in await links(self.deps)}

    async def status(self) -> Status:
        """Give what `syncd status` tells."""
        return await status(self.deps)

    # Time.

    async def settle(self, seconds: float = 60) -> None:
        """Let so much time pass, with every calendar read and worked on as it becomes due."""
        end = self.clock.now() + timedelta(seconds=seconds)
        await self._work()
        while (due := await self.store.run(lambda tx: tx.calendars.next_due())) is not None:
            pause = max((due - self.clock.now()).total_seconds(), 0.001)
            if self.clock.now() + timedelta(seconds=pause) > end:
                break
            self.clock.advance(pause)
            await self._work()
        self.clock.advance(max((end - self.clock.now()).total_seconds(), 0))

    async def rests(self, seconds: float = 20) -> None:
        """Let some more time pass, in which nothing at all is written and nobody mailed."""
        async with self.spending() as spent:
            await self.settle(seconds)
        assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)

    async def later(self, seconds: float) -> None:
        """Let so much time pass at one stroke, with nothing running, and the work after it be done."""
        self.clock.advance(seconds)
        await self.settle(10)

    async def at_rest(self) -> None:
        """Let every wait end, then see that nothing more is written and nobody is mailed."""
        await self.later(120)
        async with self.spending() as spent:
            await self.later(120)
        assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)

    async def swept(self) -> None:
        """Let the next sweep of all hosts come, and what it finds be worked on."""
        for _ in range(2 + len(self.world.people)):
            self.clock.advance(self.deps.timing.sweep.total_seconds())
            await self.sweep.tick()
            await self.settle(10)

    async def chores(self) -> None:
        """Let the slow chores be done: hosts of long meetings are looked up."""
        await Upkeep(self.deps).learn_hosts()

    async def _work(self) -> None:
        for row, lease in await claim(self.deps, limit=10):
            await cycle(self.deps, row, lease)

    async def begin(self) -> None:
        """Make the calendars known, due now."""
        now = self.clock.now()
        await self.store.run(lambda tx: tx.calendars.configure(self.deps.watched, now=now))

    async def close(self) -> None:
        """End the play."""
        await self.client.aclose()
        self.store.close()


class Spent:
    """What syncd did in a block: writes to calendars and at Zoom, and mails to attendees."""

    def __init__(self) -> None:
        self.calendar = 0
        self.zoom = 0
        self.mails = 0

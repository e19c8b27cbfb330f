"""The ground of a play: the stand-ins, the whole engine with its real adapters, and time.

Only sockets and the passing of time are missing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import httpx

from syncd.adapters.google import GoogleCalendars, ServiceAccountTokens
from syncd.adapters.google.ability import ConferenceData
from syncd.adapters.http import Http, Limits
from syncd.adapters.microsoft import GraphCalendars, PersonTokens
from syncd.adapters.recurrence import Rules
from syncd.adapters.zoom import ZoomAccounts, ZoomMeetings, ZoomTokens
from syncd.bootstrap.abilities import StoredAbilities
from syncd.core.ids import CalendarKey, Provider
from syncd.core.marks import MarkKeys
from syncd.core.policy import PersonPolicy
from syncd.core.secret import Secret
from syncd.engine.deps import Deps, Timing
from syncd.engine.far import Far
from syncd.engine.hands import Hands
from syncd.engine.sweep import Sweep
from syncd.engine.upkeep import Upkeep
from syncd.engine.worker import claim, cycle
from syncd.sandbox.fakes.app import build_app
from syncd.sandbox.fakes.google import GoogleStandIn
from syncd.sandbox.fakes.microsoft import MicrosoftStandIn
from syncd.sandbox.fakes.zoom import ZoomStandIn
from syncd.store.keyfile import new_key_file, read_key_file
from syncd.store.store import SqlStore
from tests.behaviour.apps import App, GoogleApp, OutlookApp
from tests.behaviour.still import BASE, StillClock, StillWorld, WireClock
from tests.fakes.due import next_due
from tests.fakes.token_store import FakeTokenStore
from tests.integration.adapters.microsoft_sandbox import SandboxTokens, Wire

AppName = Literal["google", "outlook"]

LIMITS = Limits(concurrency=4, per_second=10_000, burst=10_000)
_PROVIDERS = {"google": Provider.GOOGLE, "outlook": Provider.MICROSOFT}


class Ground:
    """Ana, Bo, Cem and Dana in one kind of calendar; Bo and Dana are Basic users of Zoom.

    `policy` are fields of `PersonPolicy` for all of them; `settle` lets time pass and the engine work.
    Google's button for Zoom is tried only where `conference_data` says so.
    """

    def __init__(
        self, app: AppName, *, conference_data: ConferenceData = "never", **policy: Any
    ) -> None:
        self.app_name = app
        self._set_up = 0
        self.provider = _PROVIDERS[app]
        self.clock = StillClock()
        self.world = StillWorld(self.clock)
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
        http = self._http()
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
            PersonTokens(None, SandboxTokens(self.outlook)),
            self.clock,
            api_base=f"{BASE}/microsoft/v1.0",
            horizon=timedelta(days=180),
        )
        people = {person.email: self._person(person.email, policy) for person in self.world.people}
        return Deps(
            store=self.store,
            calendars={Provider.GOOGLE: google, Provider.MICROSOFT: graph},
            meetings=ZoomAccounts(
                http,
                self.clock,
                api_base=f"{BASE}/zoom/v2",
                service=self._meetings(http),
                grants=None,
                hosts={email: person.host for email, person in people.items()},
                connected=(),
            ),
            recurrences=Rules(),
            clock=self.clock,
            keys=keys,
            people=people,
            watched=frozenset(CalendarKey(self.provider, who, "primary") for who in people),
            timing=Timing(poll=timedelta(seconds=5)),
            holder="play:1",
        )

    def _http(self) -> Http:
        return Http(
            clock=WireClock(self.clock),
            origins=[BASE],
            ca_file=None,
            limits=LIMITS,
            transport=self._wire,
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

    async def leave(self, person: str) -> None:
        """Take a person out of the configuration."""
        people = {who: one for who, one in self.deps.people.items() if who != person}
        watched = frozenset(key for key in self.deps.watched if key.owner != person)
        self.deps = replace(self.deps, people=people, watched=watched)
        await self.begin()

    async def lose_database(self) -> None:
        """Begin again with an empty database and the same key file."""
        self.store.close()
        self.store = SqlStore.open("sqlite://", self._keys.ring, inline=True)
        self.deps = replace(self.deps, store=self.store)
        self.sweep = Sweep(self.deps)
        await self.begin()

    # Time.

    async def settle(self, seconds: float = 60) -> None:
        """Let so much time pass, with every calendar read and worked on as it becomes due."""
        end = self.clock.now() + timedelta(seconds=seconds)
        await self._work()
        while (due := next_due(self.store)) is not None:
            pause = max((due - self.clock.now()).total_seconds(), 0.001)
            if self.clock.now() + timedelta(seconds=pause) > end:
                break
            self.clock.advance(pause)
            await self._work()
        self.clock.advance(max((end - self.clock.now()).total_seconds(), 0))

    async def later(self, seconds: float) -> None:
        """Let so much time pass at one stroke, with nothing running, and the work after it be done."""
        self.clock.advance(seconds)
        await self.settle(10)

    async def swept(self) -> None:
        """Let the next sweep of all hosts come, and what it finds be worked on."""
        for _ in range(2 + len(self.world.people)):
            self.clock.advance(self.deps.timing.sweep.total_seconds())
            await self.sweep.tick()
            await self.settle(10)

    async def chores(self) -> None:
        """Let the slow chores be done: hosts of long meetings are looked up."""
        await Upkeep(self.deps).learn_hosts()

    async def looked_far(self) -> None:
        """Let the daily look at what is far ahead come, and what it finds be worked on."""
        await Far(self.deps).look()
        await self.settle(10)

    async def _work(self) -> None:
        for row, lease in await claim(self.deps, Hands().free()):
            await cycle(self.deps, row, lease)

    async def begin(self) -> None:
        """Make the calendars known, due now."""
        now = self.clock.now()
        await self.store.run(lambda tx: tx.calendars.configure(self.deps.watched, now=now))

    async def close(self) -> None:
        """End the play."""
        await self.client.aclose()
        self.store.close()

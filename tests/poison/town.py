"""A town of people with calendars at Google and in Outlook, the whole engine, and poison on the wire."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from syncd.adapters.google import GoogleCalendars, ServiceAccountTokens
from syncd.adapters.http import Http, Limits
from syncd.adapters.microsoft import LIMITS, GraphCalendars, PersonTokens
from syncd.adapters.recurrence import Rules
from syncd.adapters.zoom import ZoomAccounts, ZoomMeetings, ZoomTokens
from syncd.adapters.zoom.limits import LIMITS as ZOOM_PACES
from syncd.bootstrap.abilities import StoredAbilities
from syncd.core.ids import CalendarKey, Provider
from syncd.core.marks import MarkKeys
from syncd.core.policy import PersonPolicy
from syncd.core.secret import Secret
from syncd.engine.daemon import Engine
from syncd.engine.deps import Deps, Timing
from syncd.sandbox.fakes.app import build_app
from syncd.sandbox.fakes.google import GoogleStandIn
from syncd.sandbox.fakes.microsoft import MicrosoftStandIn
from syncd.sandbox.fakes.world import Person, World
from syncd.sandbox.fakes.zoom import ZoomStandIn
from syncd.services.status import Status, status
from syncd.store.keyfile import new_key_file, read_key_file
from syncd.store.store import SqlStore
from tests.behaviour.apps import App, GoogleApp, OutlookApp
from tests.behaviour.still import BASE
from tests.fakes.token_store import FakeTokenStore
from tests.integration.adapters.microsoft_sandbox import SandboxTokens, Wire
from tests.poison.virtual_time import VirtualClock
from tests.poison.wire import PoisonedWire

POLL = timedelta(seconds=60)
PACE = ZOOM_PACES["business"]
_GOOGLE = Limits(concurrency=4, per_second=10, burst=20)
_TICK = 0.25


class TownWorld(World):
    """The ground of the stand-ins in virtual time."""

    def __init__(self, clock: VirtualClock, people: int) -> None:
        super().__init__(people=people)
        self._clock = clock
        self.base = BASE

    def now(self) -> datetime:
        return self._clock.now()


@dataclass
class Town:
    """So many people; every so many have Outlook, the others Google."""

    people: int
    outlook_every: int = 2
    linked_at: dict[str, float] = field(default_factory=dict)
    """When each event got its link, in seconds from the start, by its id."""

    def __post_init__(self) -> None:
        self.clock = VirtualClock()
        self.world = TownWorld(self.clock, self.people)
        self.google = GoogleStandIn(self.world)
        self.outlook = MicrosoftStandIn(self.world)
        self.zoom = ZoomStandIn(self.world)
        app = build_app(self.world, [self.google, self.outlook, self.zoom])
        self.client = httpx.AsyncClient(transport=Wire(app=app), base_url=BASE)
        self.wire = PoisonedWire(Wire(app=app))
        self.wire.on_arrival = self._note_link
        self.apps: dict[str, App] = {
            person.email: self._kind(person)(self.client, self.world, person)
            for person in self.world.people
        }
        keys = read_key_file(new_key_file())
        self.store = SqlStore.open("sqlite://", keys.ring, inline=True)
        self.deps = self._deps(MarkKeys(keys.instance, keys.marker_keys))
        self.engine = Engine(self.deps)

    def key(self, person: Person) -> CalendarKey:
        """Give the calendar of a person."""
        provider = Provider.GOOGLE if self._kind(person) is GoogleApp else Provider.MICROSOFT
        return CalendarKey(provider, person.email, "primary")

    def _kind(self, person: Person) -> type[GoogleApp] | type[OutlookApp]:
        place = self.world.people.index(person) + 1
        return OutlookApp if place % self.outlook_every == 0 else GoogleApp

    async def add(self, person: Person, title: str, **fields: Any) -> str:
        """Make an event that asks for a link."""
        start = self.clock.now() + timedelta(days=1)
        asks = {"start": start, "title": title, "location": "zoom", **fields}
        return await self.apps[person.email].add(**asks)

    async def work(self, seconds: float) -> None:
        """Dispatch for so long, as the daemon does."""
        end = self.clock.monotonic() + seconds
        while self.clock.monotonic() < end:
            await self.engine.dispatch()
            await self.clock.sleep(_TICK)

    async def begin(self) -> None:
        """Make the calendars known."""
        await self.engine.prepare()

    async def close(self) -> None:
        """End it, whatever is still at work."""
        await self.engine.stop(patience=0)
        await self.client.aclose()
        self.store.close()

    async def status(self) -> Status:
        """Give what `syncd status` tells."""
        return await status(self.deps)

    def _note_link(self, request: httpx.Request) -> None:
        if request.method == "PATCH" and b"zoom.us/j/" in request.content:
            event_id = request.url.path.rpartition("/")[2]
            self.linked_at.setdefault(event_id, self.clock.monotonic())

    def _http(self, limits: Limits) -> Http:
        return Http(
            clock=self.clock, origins=[BASE], ca_file=None, limits=limits, transport=self.wire
        )

    def _deps(self, keys: MarkKeys) -> Deps:
        google = self._http(_GOOGLE)
        graph = GraphCalendars(
            self._http(LIMITS),
            PersonTokens(None, SandboxTokens(self.outlook)),
            self.clock,
            api_base=f"{BASE}/microsoft/v1.0",
            horizon=timedelta(days=180),
        )
        people = {
            one.email: PersonPolicy(
                email=one.email, host=one.email, domains=frozenset({"example.com"})
            )
            for one in self.world.people
        }
        return Deps(
            store=self.store,
            calendars={Provider.GOOGLE: self._google(google), Provider.MICROSOFT: graph},
            meetings=self._meetings(self._http(PACE), people),
            recurrences=Rules(),
            clock=self.clock,
            keys=keys,
            people=people,
            watched=frozenset(map(self.key, self.world.people)),
            timing=Timing(poll=POLL),
            holder="town:1",
        )

    def _google(self, http: Http) -> GoogleCalendars:
        tokens = ServiceAccountTokens(
            http,
            self.clock,
            info=self.google.service_account_info(),
            oauth_base=f"{BASE}/google/oauth",
        )
        return GoogleCalendars(
            http,
            tokens,
            self.clock,
            api_base=f"{BASE}/google/calendar/v3/",
            abilities=StoredAbilities(self.store),
            conference_data="never",
        )

    def _meetings(self, http: Http, people: Iterable[str]) -> ZoomAccounts:
        tokens = ZoomTokens(
            http,
            FakeTokenStore(),
            self.clock,
            account_id=self.zoom.account_id,
            client_id=self.zoom.client_id,
            client_secret=Secret(self.zoom.client_secret),
            oauth_base=f"{BASE}/zoom/oauth",
            holder="town",
        )
        return ZoomAccounts(
            http,
            self.clock,
            api_base=f"{BASE}/zoom/v2",
            service=ZoomMeetings(http, tokens, self.clock, f"{BASE}/zoom/v2"),
            grants=None,
            hosts={one: one for one in people},
            connected=(),
        )

"""The engine and its adapters before a provider that answers anything at all."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import cache
from itertools import islice
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa

from syncd.adapters.google import GoogleCalendars, client
from syncd.adapters.microsoft import GraphCalendars, PersonTokens
from syncd.adapters.recurrence import Rules
from syncd.adapters.zoom import ZoomMeetings
from syncd.adapters.zoom.access import Access
from syncd.core.event import EventChange
from syncd.core.ids import AccountKey, CalendarKey, EventRef, Provider
from syncd.core.policy import LinkPolicy, MeetingPolicy, PersonPolicy, SeriesStyle
from syncd.core.secret import Secret
from syncd.engine import after
from syncd.engine.deps import Deps, Timing
from syncd.engine.hands import Hands
from syncd.engine.lease import Hold
from syncd.engine.pull import pull
from syncd.engine.reconcile import reconcile
from syncd.engine.worker import claim
from syncd.ports.calendar import CalendarProvider
from syncd.ports.errors import ProviderError
from syncd.ports.rows import EventRow
from syncd.store.keyfile import new_key_file, read_key_file
from syncd.store.store import SqlStore
from syncd.store.tables import Base
from tests.factories import keys
from tests.fakes.abilities import FakeAbilities
from tests.fakes.clock import START, FakeClock
from tests.fakes.meetings import FakeMeetings
from tests.fuzz.wire import GOOGLE, GRAPH, ZOOM, http_on

ANA = "ana@example.com"
POLICY = PersonPolicy(
    email=ANA,
    host=ANA,
    domains=frozenset({"example.com"}),
    link=LinkPolicy(debounce=timedelta(0), backfill=True),
    meeting=MeetingPolicy(series=SeriesStyle.FIXED_TIME),
)

_MOST_EVENTS = 8
_SPAN = timedelta(days=30)


class _GoogleTokens:
    async def token(self, owner: str) -> Secret:
        return Secret("token")

    async def renewed(self, owner: str, *, refused: Secret) -> Secret:
        return Secret("another")

    async def scopes(self, owner: str) -> frozenset[str]:
        return frozenset(
            {
                "https://www.googleapis.com/auth/calendar.events",
                "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
            }
        )


class _GraphTokens:
    async def token(self) -> str:
        return "token"

    async def renewed(self, *, refused: str) -> str:
        return "another"


class _ZoomTokens:
    account = AccountKey(Provider.ZOOM, "account")

    async def current(self) -> Access:
        return Access(token=Secret("token"), api_url=None, expires_at=START, generation=1)

    async def renewed(self, refused: Access) -> Access:
        return Access(token=Secret("another"), api_url=None, expires_at=START, generation=2)


# Built once, as in a daemon: that takes longer than a whole life.
_service = cache(client._service)


def google_on(document: Any, clock: FakeClock) -> GoogleCalendars:
    """Give Google's calendars as this document tells them."""
    with patch.object(client, "_service", _service):
        return GoogleCalendars(
            http_on(document, clock),
            _GoogleTokens(),
            clock,
            api_base=f"{GOOGLE}/calendar/v3/",
            abilities=FakeAbilities(),
        )


def graph_on(document: Any, clock: FakeClock) -> GraphCalendars:
    """Give Outlook's calendars as this document tells them."""
    return GraphCalendars(
        http_on(document, clock),
        PersonTokens(None, _GraphTokens()),
        clock,
        api_base=f"{GRAPH}/v1.0",
        horizon=timedelta(days=180),
    )


def zoom_on(document: Any, clock: FakeClock) -> ZoomMeetings:
    """Give Zoom's meetings as this document tells them."""
    return ZoomMeetings(http_on(document, clock), _ZoomTokens(), clock, f"{ZOOM}/v2")


@cache
def _database() -> SqlStore:
    return SqlStore.open("sqlite://", read_key_file(new_key_file()).ring, inline=True)


def _emptied() -> SqlStore:
    """Give the one database, with nothing in it."""
    store = _database()
    with store._database.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name != "secret_check":
                connection.execute(sa.delete(table))
    return store


async def live(calendars: CalendarProvider, provider: Provider, clock: FakeClock) -> None:
    """Let the engine read a calendar and work on what is due in it.

    Whatever comes out that is no error of the ports is a find.
    """
    key = CalendarKey(provider, ANA, "primary")
    deps = Deps(
        store=_emptied(),
        calendars={provider: calendars},
        meetings=FakeMeetings(clock, hosts={ANA: False}),
        recurrences=Rules(),
        clock=clock,
        keys=keys(),
        people={ANA: POLICY},
        watched=frozenset({key}),
        timing=Timing(),
        holder="fuzz",
    )
    now = clock.now()
    await deps.store.run(lambda tx: tx.calendars.configure(deps.watched, now=now))
    [(row, lease)] = await claim(deps, Hands().free())
    hold = Hold(deps, lease)
    try:
        pulled = await pull(deps, hold, row)
    except ProviderError as error:
        await after.rest_calendar(deps, hold, row, error)
    else:
        if pulled is not None:
            for event in await deps.store.run(
                lambda tx: tx.events.due(key, now=now, limit=_MOST_EVENTS)
            ):
                await _one(deps, hold, event)
            await after.let_go(deps, hold, pulled)
    await _shown(calendars, key, clock)


async def _one(deps: Deps, hold: Hold, event: EventRow) -> None:
    for _ in range(2):
        try:
            await reconcile(deps, hold, event.ref)
        except ProviderError as error:
            await after.postpone(deps, hold, event, error)


async def _shown(calendars: CalendarProvider, key: CalendarKey, clock: FakeClock) -> None:
    """Read what only the pages show, and what is far ahead."""
    with suppress(ProviderError):
        await calendars.calendars(key.owner)
    with suppress(ProviderError):
        await calendars.between(key, begin=clock.now(), end=clock.now() + _SPAN)
    with suppress(ProviderError):
        async for _ in calendars.beyond(key):
            pass
    with suppress(ProviderError):
        event = await calendars.get(EventRef(key, "ev1"))
        found = await calendars.instances(event, begin=clock.now(), end=clock.now() + _SPAN)
        assert len(list(islice(found, 1))) <= 1
        await calendars.write(event, EventChange(title="x", body=event.body, location="a; b"))

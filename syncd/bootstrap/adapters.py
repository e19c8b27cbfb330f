"""Build the providers that a configuration names; the libraries of the others are not even imported."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from syncd.adapters.http import Http, Limits, Share
from syncd.adapters.notify import Announcer
from syncd.bootstrap import zoom
from syncd.bootstrap.building import Building, Consents, OnCall, origin
from syncd.bootstrap.household import Household
from syncd.config.load import Loaded
from syncd.config.settings import Notify
from syncd.core.ids import Provider
from syncd.engine.departure import Departures
from syncd.ports.calendar import CalendarProvider
from syncd.ports.clock import Clock
from syncd.ports.meetings import MeetingAccounts
from syncd.ports.notify import Notifier
from syncd.ports.store import Store

_NOTIFY = Limits(concurrency=2, per_second=1, burst=10)


@dataclass(frozen=True, slots=True)
class Providers:
    """What the engine is given to work with."""

    calendars: dict[Provider, CalendarProvider]
    meetings: MeetingAccounts
    consents: Consents
    notifier: Notifier | None


@asynccontextmanager
async def providers(  # noqa: PLR0913 - what they are all built from
    loaded: Loaded,
    store: Store,
    clock: Clock,
    *,
    holder: str,
    served: Household,
    departures: Departures,
    on_call: OnCall | None = None,
    share: Share | None = None,
) -> AsyncIterator[Providers]:
    """Build every configured provider; their connections are closed when the block ends."""
    config = loaded.config
    async with AsyncExitStack() as stack:
        build = Building(
            loaded=loaded,
            store=store,
            clock=clock,
            holder=holder,
            on_gone=departures.lost,
            http=_transport(stack, loaded, clock, on_call=on_call, share=share),
            at_end=stack.push_async_callback,
        )
        calendars: dict[Provider, CalendarProvider] = {}
        consents = Consents()
        if config.google is not None:
            from syncd.bootstrap import google

            calendars[Provider.GOOGLE] = google.calendars(build, config.google, consents)
        if config.microsoft is not None:
            from syncd.bootstrap import microsoft

            calendars[Provider.MICROSOFT] = microsoft.calendars(build, config.microsoft, consents)
        meetings = zoom.meetings(build, config.zoom, served, consents)
        yield Providers(calendars, meetings, consents, _announcer(build, config.notify))


def _announcer(build: Building, section: Notify) -> Announcer | None:
    if not section.command and section.webhook is None:
        return None
    http = None if section.webhook is None else build.http((section.webhook,), _NOTIFY)
    return Announcer(command=section.command, http=http, webhook=section.webhook)


def _transport(
    stack: AsyncExitStack,
    loaded: Loaded,
    clock: Clock,
    *,
    on_call: OnCall | None,
    share: Share | None,
) -> Callable[[tuple[str, ...], Limits], Http]:
    def http(bases: tuple[str, ...], limits: Limits) -> Http:
        made = Http(
            clock=clock,
            origins={origin(base) for base in bases},
            ca_file=loaded.config.http.ca_file,
            limits=limits,
            on_call=on_call,
            share=share,
        )
        stack.push_async_callback(made.close)
        return made

    return http

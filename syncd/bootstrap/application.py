"""A configuration opened for work: the database, the providers, the engine's dependencies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from syncd.adapters.clock import SystemClock
from syncd.adapters.http import Share
from syncd.adapters.recurrence import Rules
from syncd.bootstrap import policies
from syncd.bootstrap.adapters import providers
from syncd.bootstrap.building import OnCall
from syncd.bootstrap.holder import Holder
from syncd.bootstrap.household import admission, by_admin, household
from syncd.bootstrap.place import Place
from syncd.bootstrap.presence import Presence
from syncd.config.load import Loaded
from syncd.core.marks import MarkKeys
from syncd.engine.departure import Departures
from syncd.engine.deps import Deps
from syncd.engine.lease import break_all
from syncd.ports.store import StoreError
from syncd.store.keyfile import KeyFile, KeyFileError, read_key_file
from syncd.store.lock import DaemonLock
from syncd.store.store import SqlStore


@dataclass(frozen=True, slots=True)
class Opened:
    """The parts that outlive a reload of the configuration."""

    store: SqlStore
    keys: KeyFile
    holder: str
    is_shared: bool = False
    """Whether other daemons may work on the same database."""
    clock: SystemClock = field(default_factory=SystemClock)
    share: Share = field(default_factory=Share)
    """Which part of every account's pace is this process's own."""

    @asynccontextmanager
    async def present(self, stop: asyncio.Event) -> AsyncIterator[None]:
        """Be counted among the daemons of the database while the block runs, where there are any."""
        if not self.is_shared:
            yield
            return
        presence = Presence(self.store, self.holder, clock=self.clock, share=self.share)
        async with presence.kept(stop):
            yield

    async def free_leases(self) -> None:
        """Free what a killed daemon held, where this one has its place alone.

        Whoever works beside us takes its own anew. Where others may work, their leases stay: what
        nobody prolongs is free soon by itself.
        """
        if not self.is_shared:
            await self.store.run(break_all)


@contextmanager
def opened(loaded: Loaded, *, exclusive: bool, make: bool = False) -> Iterator[Opened]:
    """Open the database, brought to the newest schema; StoreError says why it cannot be used.

    `exclusive` takes the daemon's place on it, and refuses when another has it. Without, a database
    that is not there yet is not made: asking leaves nothing behind, least of all a file that the
    daemon's own user could not open. `make` makes it all the same. On a server there is no such
    place: the daemons share it by their leases.
    """
    keys = key_file(loaded)
    place = Place.of(loaded)
    url = place.url
    with ExitStack() as stack:
        if place.file is not None:
            if exclusive:
                stack.enter_context(DaemonLock(place.file))
            elif not make and not place.file.exists():
                url = "sqlite://"
        store = SqlStore.open(url, keys.ring, password=place.password)
        stack.callback(store.close)
        yield Opened(store, keys, str(Holder.new()), is_shared=place.file is None)


@dataclass(frozen=True, slots=True)
class Serving:
    """What the engine needs, and the version of the connections that it was built from."""

    deps: Deps
    version: int


@asynccontextmanager
async def dependencies(
    loaded: Loaded, opened: Opened, *, on_call: OnCall | None = None
) -> AsyncIterator[Deps]:
    """Build what the engine needs, for whom it serves now; closed when the block ends."""
    async with serving(loaded, opened, on_call=on_call) as built:
        yield built.deps


@asynccontextmanager
async def serving(
    loaded: Loaded, opened: Opened, *, on_call: OnCall | None = None
) -> AsyncIterator[Serving]:
    """Build the same, for somebody who watches whether accounts come and go."""
    clock, config, store = opened.clock, loaded.config, opened.store
    version, rows = await store.run(lambda tx: (tx.connections.version(), tx.connections.all()))
    served = household(config, rows)
    keys = MarkKeys(opened.keys.instance, opened.keys.marker_keys)
    departures = Departures(people=served.people, keys=keys, clock=clock)
    async with providers(
        loaded,
        store,
        clock,
        holder=opened.holder,
        served=served,
        departures=departures,
        on_call=on_call,
        share=opened.share,
    ) as built:
        deps = Deps(
            store=store,
            calendars=built.calendars,
            meetings=built.meetings,
            recurrences=Rules(),
            clock=clock,
            keys=keys,
            people=served.people,
            watched=served.watched,
            timing=policies.timing(config),
            holder=opened.holder,
            daemons=lambda: opened.share.parts,
            authorizers=built.consents.authorizers,
            grants=built.consents.grants,
            notifier=built.notifier,
            admission=admission(config),
            by_admin=by_admin(config),
        )
        yield Serving(deps, version)


def key_file(loaded: Loaded) -> KeyFile:
    """Read the key file that `state.keys` names; StoreError says what is wrong with it."""
    try:
        return read_key_file(_key_text(loaded))
    except KeyFileError as error:
        raise StoreError(str(error)) from None


def key_content(loaded: Loaded) -> str:
    """Give the content of the key file, which is a good one; StoreError as `key_file`."""
    key_file(loaded)
    return _key_text(loaded)


def _key_text(loaded: Loaded) -> str:
    content = loaded.secrets.keys
    if content is None:
        raise StoreError("there is no key file; `syncd keys new` makes one")
    return content.get_secret_value()

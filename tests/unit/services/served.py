"""The engine's stage with people who may sign in and connect, and providers by script."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from syncd.core.admission import Admission
from syncd.core.ids import AccountKey, Provider
from syncd.engine.deps import Deps
from syncd.ports.connections import AuditEntry, ConnectionRow, RevocationRow
from syncd.ports.oauth import Identity, Purpose
from syncd.services.connect import Asked, Connected, SignedIn, begin, finish
from tests.fakes.authorizer import ScriptedAuthorizer
from tests.fakes.stage import ANA, BO, Stage

ADMISSION = Admission(people=frozenset({ANA.owner, BO.owner}), admins=frozenset({BO.owner}))
CALLBACK = "https://syncd.example/connect/google/callback"


class Served:
    """A stage; `own` puts every provider into the mode where each person connects for themselves."""

    def __init__(self, *, own: bool = False, admission: Admission = ADMISSION) -> None:
        self.stage = Stage()
        self.clock = self.stage.clock
        self.calendars = self.stage.calendars
        self.meetings = self.stage.meetings
        self.google = ScriptedAuthorizer(self.clock, "google")
        self.microsoft = ScriptedAuthorizer(self.clock, "microsoft", revokes=False)
        self.zoom = ScriptedAuthorizer(self.clock, "zoom")
        if own:
            self.meetings.service = None
        self.deps: Deps = replace(
            self.stage.deps,
            authorizers={
                Provider.GOOGLE: self.google,
                Provider.MICROSOFT: self.microsoft,
                Provider.ZOOM: self.zoom,
            },
            admission=admission,
            by_admin=frozenset() if own else frozenset(Provider),
        )
        self.stage.deps = self.deps

    def authorizer(self, provider: Provider) -> ScriptedAuthorizer:
        found = self.deps.authorizers[provider]
        assert isinstance(found, ScriptedAuthorizer)
        return found

    async def connect(
        self, provider: Provider, person: str = ANA.owner, *, who: Identity | None = None
    ) -> AccountKey:
        """Connect as the page does; the daemon begins anew then."""
        if who is not None:
            self.authorizer(provider).who = who
        asked = asking(provider)
        url = await begin(self.deps, asked, person=person)
        done = await finish(self.deps, asked, {"state": state_in(url), "code": "c"})
        assert isinstance(done, Connected)
        if provider is Provider.ZOOM:
            self.meetings.connect(person)
        await self.stage.prepare()
        return done.account

    async def connection(self, account: AccountKey) -> ConnectionRow | None:
        return await self.deps.store.run(lambda tx: tx.connections.get(account))

    async def connections(self) -> list[AccountKey]:
        rows = await self.deps.store.run(lambda tx: tx.connections.all())
        return [row.account for row in rows]

    async def revocations(self) -> list[RevocationRow]:
        return list(await self.deps.store.run(lambda tx: tx.revocations.all()))

    async def audit(self) -> list[AuditEntry]:
        rows = await self.deps.store.run(lambda tx: tx.audit.since(0, limit=10_000))
        return [row.entry for row in rows]

    async def words(self) -> list[str]:
        return [entry.what for entry in await self.audit()]


def asking(
    provider: Provider, *, session: str = "browser", purpose: Purpose = Purpose.CONNECT
) -> Asked:
    return Asked(provider=provider, purpose=purpose, session=session, redirect_uri=CALLBACK)


async def sign_in(served: Served, provider: Provider, *, session: str = "browser") -> str:
    """Sign in as whoever the provider vouches for next, and give the person."""
    asked = asking(provider, session=session, purpose=Purpose.SIGN_IN)
    url = await begin(served.deps, asked)
    done = await finish(served.deps, asked, {"state": state_in(url), "code": "c"})
    assert isinstance(done, SignedIn)
    return done.person


def state_in(url: str) -> str:
    return parse_qs(urlsplit(url).query)["state"][0]

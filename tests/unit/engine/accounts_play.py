"""People who connect and disconnect accounts of their own, on the engine's stage."""

from __future__ import annotations

from datetime import timedelta

from syncd.core.binding import Binding, BindingState
from syncd.core.event import Event
from syncd.core.ids import AccountKey, Provider
from syncd.core.secret import Secret
from syncd.engine import parted
from syncd.engine.departure import Departures, Parting
from syncd.ports.connections import AuditEntry, ConnectionRow, ConnectionState
from syncd.ports.oauth import Grant, Identity
from syncd.ports.rows import AccountRow, AccountState
from syncd.ports.store import Tx
from tests.fakes.stage import ANA, Stage

ANA_ZOOM = AccountKey(Provider.ZOOM, ANA.owner)
ANA_GOOGLE = ANA.account


def departures(stage: Stage) -> Departures:
    return Departures(people=stage.deps.people, keys=stage.deps.keys, clock=stage.clock)


def a_grant(stage: Stage, name: str = "token") -> Grant:
    return Grant(
        access_token=Secret(f"access {name}"),
        expires_at=stage.clock.now() + timedelta(hours=1),
        refresh_token=Secret(f"refresh {name}"),
        scopes=frozenset({"meeting:write"}),
    )


def save_connection(stage: Stage, tx: Tx, account: AccountKey, subject: str) -> None:
    now = stage.clock.now()
    identity = Identity(
        subject=subject,
        tenant="tenant",
        address=f"private-{account.address}",
        name="Ana Private",
        is_verified=True,
    )
    tx.connections.save(
        ConnectionRow(
            account=account,
            identity=identity,
            scopes=frozenset({"meeting:write"}),
            calendars=(),
            state=ConnectionState.CONNECTED,
            connected_at=now,
            probed_at=now,
        )
    )
    tx.grants.put(account, a_grant(stage))
    tx.accounts.set(AccountRow(key=account, state=AccountState.OK, reason="", remedy="", since=now))


async def connect(stage: Stage, account: AccountKey = ANA_ZOOM, *, subject: str = "") -> None:
    """Connect as the page does, and begin anew as the daemon does then."""
    if account.provider is Provider.ZOOM:
        stage.meetings.connect(account.address)
    subject = subject or user_of(account)
    await stage.store.run(lambda tx: save_connection(stage, tx, account, subject))
    await begin_anew(stage)


async def begin_anew(stage: Stage) -> None:
    await stage.prepare()
    now = stage.clock.now()

    def rouse(tx: Tx) -> None:
        tx.events.rouse(now=now)
        parted.rouse(stage.deps, tx)
        for key in stage.deps.watched:
            tx.calendars.hurry(key, due_at=now)

    await stage.store.run(rouse)


async def disconnect(
    stage: Stage, account: AccountKey = ANA_ZOOM, *, how: Parting = Parting.BY_PERSON
) -> bool:
    """Disconnect as the page does."""
    made = departures(stage)
    who = account.address
    done = await stage.store.run(lambda tx: made.part(tx, account, how=how, who=who))
    if done and account.provider is Provider.ZOOM and account.address in stage.meetings._own:
        stage.meetings.disconnect(account.address)
    return done


async def leave(stage: Stage, account: AccountKey = ANA_ZOOM) -> None:
    made = departures(stage)
    await stage.store.run(lambda tx: made.leave(tx, account, who=account.address))


async def health(stage: Stage, account: AccountKey = ANA_ZOOM) -> AccountRow | None:
    rows = await stage.store.run(lambda tx: tx.accounts.all())
    return next((row for row in rows if row.key == account), None)


async def audit(stage: Stage) -> list[AuditEntry]:
    rows = await stage.store.run(lambda tx: tx.audit.since(0, limit=1000))
    return [row.entry for row in rows]


async def words(stage: Stage) -> list[str]:
    return [entry.what for entry in await audit(stage)]


def user_of(account: AccountKey) -> str:
    """Give the Zoom user id that the fake gives a host."""
    return f"id-{account.address}"


async def on_own_zoom(stage: Stage) -> None:
    """Let nobody be served but who connects, and Ana connect."""
    stage.meetings.service = None
    await connect(stage)


async def linked(stage: Stage, **fields: object) -> Event:
    """Give an event of Ana's with its link."""
    event = stage.calendars.add(ANA, location="zoom", **fields)  # type: ignore[arg-type]  # as given
    await stage.work(seconds=60)
    assert stage.now(event).location.startswith("https://")
    return event


async def state_of(stage: Stage, event: Event) -> BindingState | None:
    binding: Binding | None = await stage.binding(event)
    return binding.state if binding is not None else None

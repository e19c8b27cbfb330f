"""A person signs in, or connects an account: a consent is begun, and taken when the browser is back.

A consent under way belongs to one session, one provider, one purpose and one person, and is taken
once, within ten minutes (RFC 9700, 2.1 and 4.7). Should its tokens be lost on the way, it is asked for
once more (K20).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from syncd.core.ids import AccountKey, Provider
from syncd.core.secret import Secret
from syncd.engine.arrival import arrive, give_back
from syncd.engine.deps import Deps
from syncd.ports.connections import AuditEntry, FlowRow
from syncd.ports.oauth import Authorizer, Consented, ConsentRefused, DeviceCode, Purpose

LASTS = timedelta(minutes=10)
"""How long a person may take over a consent."""

_NAMES = {Provider.GOOGLE: "Google", Provider.MICROSOFT: "Microsoft", Provider.ZOOM: "Zoom"}


class UnknownConsent(LookupError):
    """The browser came back with a state that is not this session's: nothing was asked or kept."""


class NotPermitted(Exception):
    """This person may not do that; the message is one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who signed in, and where the browser goes now."""

    person: str
    provider: Provider
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """An account that is connected from now on."""

    account: AccountKey
    address: str
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a consent is for."""

    provider: Provider
    purpose: Purpose
    session: str
    """The id of the browser's session; empty on the command line."""
    redirect_uri: str


async def begin(deps: Deps, asked: Asked, *, person: str = "", after: str = "/") -> str:
    """Give the provider's address at which the person consents.

    `person` is whom an account is connected for. NotPermitted where that cannot be; raises the
    errors of the provider too.
    """
    authorizer = _authorizer(deps, asked.provider)
    if asked.purpose is Purpose.SIGN_IN and asked.provider is Provider.ZOOM:
        raise NotPermitted("Nobody signs in with Zoom; use Google or Microsoft.")
    state = deps.clock.secret()
    begun = await authorizer.begin(
        purpose=asked.purpose, state=state, redirect_uri=asked.redirect_uri, hint=person
    )
    row = FlowRow(
        state=Secret(state),
        session=asked.session,
        provider=asked.provider,
        purpose=asked.purpose,
        person=person,
        kept=begun.kept,
        after=after,
        expires_at=deps.clock.now() + LASTS,
    )
    await deps.store.run(lambda tx: tx.flows.put(row))
    return begun.url


async def finish(
    deps: Deps,
    asked: Asked,
    answer: Mapping[str, str],
    *,
    person: str | None = None,
    request_id: str = "",
) -> SignedIn | Connected:
    """Take what the browser brought back; `person` is who is signed in by now, None for anybody.

    UnknownConsent when its state is missing, used, expired, or of another session, provider,
    purpose or person: then the provider is not asked. ConsentRefused says why there is no consent.
    """
    now = deps.clock.now()
    flow = await deps.store.run(lambda tx: tx.flows.take(answer.get("state", ""), now=now))
    if flow is None or not _is_of(flow, asked, person):
        await _note_refusal(deps, asked, flow.person if flow else "", "unknown_state")
        raise UnknownConsent("this consent was not begun here, or has expired; begin again")
    try:
        consented = await _authorizer(deps, asked.provider).finish(flow.kept, answer)
        if asked.purpose is Purpose.SIGN_IN:
            return await _sign_in(deps, flow, consented)
        done = await _connect(deps, flow.person, asked.provider, consented, request_id=request_id)
        return replace(done, after=flow.after)
    except ConsentRefused as refused:
        await _note_refusal(deps, asked, flow.person, refused.code)
        raise


async def begin_device(deps: Deps, provider: Provider) -> DeviceCode:
    """Begin a consent that is given on another device; ConsentRefused where there is no such way."""
    return await _authorizer(deps, provider).begin_device()


async def finish_device(
    deps: Deps, provider: Provider, code: DeviceCode, *, person: str
) -> Connected | None:
    """Look once whether it was given; None while it is open. Raises as `finish` does."""
    consented = await _authorizer(deps, provider).finish_device(code.kept)
    return None if consented is None else await _connect(deps, person, provider, consented)


def _is_of(flow: FlowRow, asked: Asked, person: str | None) -> bool:
    mine = (asked.session, asked.provider, asked.purpose)
    same = (flow.session, flow.provider, flow.purpose) == mine
    return same and person in (None, flow.person)


def _authorizer(deps: Deps, provider: Provider) -> Authorizer:
    if provider not in deps.authorizers:
        raise NotPermitted(
            f"The configuration names no app by which people connect {_NAMES[provider]}."
        )
    return deps.authorizers[provider]


async def _sign_in(deps: Deps, flow: FlowRow, consented: Consented) -> SignedIn:
    identity = consented.identity
    person = deps.admission.person(
        flow.provider,
        address=identity.address,
        tenant=identity.tenant,
        is_verified=identity.is_verified,
    )
    if person is None:
        raise _not_allowed(identity.address)
    entry = _entry(deps.clock.now(), person, "session.signed_in", str(flow.provider))
    await deps.store.run(lambda tx: tx.audit.add(entry))
    return SignedIn(person=person, provider=flow.provider, after=flow.after)


async def _connect(
    deps: Deps, person: str, provider: Provider, consented: Consented, *, request_id: str = ""
) -> Connected:
    identity = consented.identity
    is_allowed = deps.admission.may_connect(
        person,
        provider,
        address=identity.address,
        tenant=identity.tenant,
        is_verified=identity.is_verified,
    )
    account = AccountKey(provider, person)
    missing = _authorizer(deps, provider).required() - consented.grant.scopes
    if missing or not is_allowed:
        await deps.store.run(partial(give_back, deps=deps, account=account, consented=consented))
        raise _missing(missing, provider) if missing else _wrong_account(provider, identity.address)
    entry = _entry(deps.clock.now(), person, "account.connected", str(account))
    entry = replace(entry, request_id=request_id)
    arrives = partial(arrive, deps=deps, account=account, consented=consented, entry=entry)
    try:
        await deps.store.run(arrives)
    except ValueError:
        raise ConsentRefused(
            f"{identity.address} is connected by somebody else here already.",
            code="wrong_account",
            remedy="Choose your own account, or ask the other person to disconnect it.",
        ) from None
    await deps.store.settle()
    return Connected(account=account, address=identity.address)


async def _note_refusal(deps: Deps, asked: Asked, person: str, code: str) -> None:
    about = f"{asked.provider} {code}"
    entry = _entry(deps.clock.now(), person, f"{asked.purpose}.refused", about)
    await deps.store.run(lambda tx: tx.audit.add(entry))


def _entry(at: datetime, who: str, what: str, about: str) -> AuditEntry:
    return AuditEntry(at=at, who=who, what=what, about=about)


def _not_allowed(address: str) -> ConsentRefused:
    return ConsentRefused(
        f"{address} is not among those who may use syncd here.",
        code="not_allowed",
        remedy="Sign in with another account, or ask your administrator to admit this one.",
    )


def _wrong_account(provider: Provider, address: str) -> ConsentRefused:
    return ConsentRefused(
        f"{address} may not be connected here: it is not yours, or not of your organisation.",
        code="wrong_account",
        remedy=f"Sign out at {_NAMES[provider]}, and connect again with the right account.",
    )


def _missing(scopes: frozenset[str], provider: Provider) -> ConsentRefused:
    names = ", ".join(sorted(scopes))
    return ConsentRefused(
        f"{_NAMES[provider]} was not allowed all that is needed; missing: {names}.",
        code="scopes_missing",
        remedy="Connect again and leave every box ticked; if one is missing, ask your administrator.",
    )

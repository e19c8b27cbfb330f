"""All that the pages ask for: the door between them and what syncd can do for a person.

Every method looks things up *through* the person it is given: what is another's is a LookupError,
just as what does not exist. `LookupError` becomes 404, `Refused` 409, `ConsentRefused` and the
errors of `syncd.ports.errors` a page with their sentence and remedy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from syncd.core.conference import ConferenceKind
from syncd.core.ids import Provider
from syncd.core.secret import Secret
from syncd.ports.connections import SessionRow
from syncd.web.views import (
    AccountCard,
    Agenda,
    AuditPage,
    Connected,
    NewEventForm,
    Offer,
    OfferedCalendar,
    Overview,
    Parting,
    SignedIn,
    WritableCalendar,
)


class Refused(Exception):
    """It is not done; the message is one sentence. `field` names the field of a form, if one is to blame."""

    def __init__(self, message: str, *, remedy: str = "", field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class HookCall:
    """What a provider sent, byte for byte. Header names are in lower case."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class HookAnswer:
    """What the provider gets back; JSON when `is_json`, else plain text."""

    status: int = 204
    text: str = ""
    is_json: bool = False


class Visitors(Protocol):
    """Browsers: who they are, and how they come to be known."""

    async def session(self, session_id: str) -> SessionRow | None:
        """Read one by the hash of its cookie; None also when its person is admitted no more."""
        ...

    async def save_session(self, row: SessionRow, *, instead_of: str | None = None) -> None:
        """Keep it; in the same transaction end another one, which it replaces."""
        ...

    async def end_session(self, session_id: str) -> None:
        """Forget it, and note the sign-out."""
        ...

    async def begin_sign_in(
        self, provider: Provider, *, session: str, redirect_uri: str, after: str
    ) -> str:
        """Begin a consent that only tells who it is; gives the provider's address to go to."""
        ...

    async def finish_sign_in(
        self, provider: Provider, *, session: str, answer: Mapping[str, str], redirect_uri: str
    ) -> SignedIn:
        """Take what came back. LookupError for a state that is not this session's; ConsentRefused."""
        ...


class Accounts(Protocol):
    """A person's accounts."""

    async def settings(self, person: str) -> tuple[AccountCard, ...]:
        """Give one card per service."""
        ...

    async def offer(self, person: str, provider: Provider) -> Offer:
        """Tell what connecting would ask for, and whether this person may."""
        ...

    async def begin_connect(
        self, provider: Provider, *, person: str, session: str, redirect_uri: str, after: str
    ) -> str:
        """Begin a consent; gives the provider's address to go to. ConsentRefused `not_allowed`."""
        ...

    async def finish_connect(
        self,
        provider: Provider,
        *,
        person: str,
        session: str,
        answer: Mapping[str, str],
        redirect_uri: str,
        request_id: str,
    ) -> Connected:
        """Take what came back. LookupError for a state that is not this session's; ConsentRefused."""
        ...

    async def parting(self, person: str, provider: Provider) -> Parting:
        """Tell what disconnecting would do; LookupError when nothing is connected."""
        ...

    async def disconnect(
        self, person: str, provider: Provider, *, remove_links: bool, request_id: str
    ) -> bool:
        """Disconnect; False when the provider has not confirmed yet that the consent is ended."""
        ...

    async def calendars(self, person: str, provider: Provider) -> tuple[OfferedCalendar, ...]:
        """Give the calendars the person may write; LookupError when nothing is connected."""
        ...

    async def choose_calendars(
        self, person: str, provider: Provider, ids: tuple[str, ...], *, request_id: str
    ) -> None:
        """Serve these calendars from now on, and no others of that account."""
        ...


class Events(Protocol):
    """A person's events, read live and never stored."""

    async def zone(self, person: str) -> str:
        """Give the IANA name of the zone the person lives in, as far as known; else `UTC`."""
        ...

    async def agenda(self, person: str, begin: datetime, end: datetime) -> Agenda:
        """Give the events of all the person's calendars between two moments."""
        ...

    async def choose(self, person: str, ref: str, kind: ConferenceKind, *, request_id: str) -> None:
        """Choose the conference of one event of the person's."""
        ...

    async def start_url(self, person: str, ref: str) -> Secret:
        """Fetch the host's link of a meeting, for its host only; it is never stored or logged."""
        ...

    async def writable(self, person: str) -> tuple[WritableCalendar, ...]:
        """Give the calendars that a new event may be put into, the person's own first."""
        ...

    async def new_event(self, person: str, form: NewEventForm, *, key: str, request_id: str) -> str:
        """Make it, once per `key` however often it is asked; gives its reference. Refused."""
        ...


class Administration(Protocol):
    """What admins see and do; the pages let nobody else come here."""

    async def overview(self) -> Overview:
        """Give accounts, calendars, bindings, budgets and what waits."""
        ...

    async def resume(self, account: str, *, who: str, request_id: str) -> None:
        """Let the removals of an account go ahead; LookupError when nothing of it is stopped."""
        ...

    async def audit(self, *, before: int | None, limit: int) -> AuditPage:
        """Give rows of the audit log below a number, the newest first."""
        ...


class Machinery(Protocol):
    """What machines ask."""

    async def is_ready(self) -> bool:
        """Tell whether the daemon can work now."""
        ...

    async def hook(self, provider: Provider, call: HookCall) -> HookAnswer:
        """Check what a provider sent, note what is to be looked at, and answer before any work."""
        ...


class Door(Visitors, Accounts, Events, Administration, Machinery, Protocol):
    """All of it."""

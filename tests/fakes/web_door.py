"""A door behind which everything is made up, and every call is written down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from syncd.core.conference import ConferenceKind
from syncd.core.ids import Provider
from syncd.core.secret import Secret
from syncd.engine.surprises import WarningLine
from syncd.ports.connections import AuditEntry, AuditRow, SessionRow
from syncd.services.status import (
    AccountLine,
    BudgetLine,
    CalendarLine,
    LinkLine,
    Status,
    WaitingLine,
)
from syncd.web.door import HookAnswer, HookCall
from syncd.web.views import (
    AccountCard,
    Agenda,
    AuditPage,
    CardState,
    Choice,
    Connected,
    Entry,
    EntryState,
    NewEventForm,
    Offer,
    OfferedCalendar,
    Overview,
    Parting,
    Scope,
    Service,
    SignedIn,
    WritableCalendar,
)

ANA = "ana@example.com"
ADMIN = "ada@example.com"
DAY = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
JOIN = "https://us05web.zoom.us/j/19346415854?pwd=abc"
START = "https://us05web.zoom.us/s/19346415854?zak=CANARY"
REF = f"google:{ANA}/primary/e1"

SCOPES = (
    Scope(name="meeting:write:meeting", purpose="Make the meeting of an event"),
    Scope(name="meeting:update:meeting", purpose="Move it along with the event", is_granted=False),
)
CHOICES = (
    Choice(kind=ConferenceKind.ZOOM, is_available=True, is_chosen=True),
    Choice(kind=ConferenceKind.GOOGLE_MEET, is_available=True),
    Choice(kind=ConferenceKind.TEAMS, is_available=False, connect=Provider.MICROSOFT),
    Choice(kind=ConferenceKind.NONE, is_available=True),
)
ENTRY = Entry(
    ref=REF,
    calendar="Ana",
    title="Design review",
    start=DAY,
    end=DAY + timedelta(minutes=45),
    conference=ConferenceKind.ZOOM,
    join_url=JOIN,
    state=EntryState.LINKED,
    choices=CHOICES,
    is_host=True,
)


class FakeDoor:
    """Ana is signed in where a test says so; `calls` tells what was asked, `fail` what it raises."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.sessions: dict[str, SessionRow] = {}
        self.fail: dict[str, Exception] = {}
        self.entries: tuple[Entry, ...] = (ENTRY,)
        self.text = ""
        self.has_calendar = True
        self.is_permitted = True
        self.links = 3
        self.revokes = True
        self.start = START
        self.after = "/settings"
        self.ready = True
        self.gate: Callable[[], Awaitable[None]] | None = None
        """Waited for before it is said whether we are ready."""

    def _note(self, name: str, *values: object) -> None:
        self.calls.append((name, *values))
        if name in self.fail:
            raise self.fail[name]

    async def session(self, session_id: str) -> SessionRow | None:
        return self.sessions.get(session_id)

    async def save_session(self, row: SessionRow, *, instead_of: str | None = None) -> None:
        if instead_of is not None:
            self.sessions.pop(instead_of, None)
        self.sessions[row.id] = row

    async def end_session(self, session_id: str) -> None:
        self._note("end_session", session_id)
        self.sessions.pop(session_id, None)

    async def begin_sign_in(
        self, provider: Provider, *, session: str, redirect_uri: str, after: str
    ) -> str:
        self._note("begin_sign_in", provider, session, redirect_uri, after)
        return "https://accounts.google.com/o/oauth2/v2/auth?state=s"

    async def finish_sign_in(
        self, provider: Provider, *, session: str, answer: Mapping[str, str], redirect_uri: str
    ) -> SignedIn:
        self._note("finish_sign_in", provider, session, dict(answer), redirect_uri)
        return SignedIn(person=ANA, provider=provider, after=self.after)

    async def settings(self, person: str) -> tuple[AccountCard, ...]:
        self._note("settings", person)
        return (
            AccountCard(
                service=Service.GOOGLE_CALENDAR,
                state=CardState.CONNECTED,
                address=self.text or ANA,
                granted=SCOPES,
                last_sync=DAY,
            ),
            AccountCard(service=Service.OUTLOOK, state=CardState.NOT_PERMITTED),
            AccountCard(
                service=Service.ZOOM,
                state=CardState.NEEDS_RECONNECT,
                address=self.text or ANA,
                reason=self.text or "Zoom says that the consent is gone",
                remedy="Connect Zoom again.",
                link="https://marketplace.zoom.us/user/installed",
            ),
            AccountCard(service=Service.GOOGLE_MEET, state=CardState.BY_ADMIN),
            AccountCard(service=Service.TEAMS, state=CardState.NOT_CONNECTED),
        )

    async def offer(self, person: str, provider: Provider) -> Offer:
        self._note("offer", person, provider)
        return Offer(provider=provider, is_permitted=self.is_permitted, scopes=SCOPES)

    async def begin_connect(
        self, provider: Provider, *, person: str, session: str, redirect_uri: str, after: str
    ) -> str:
        self._note("begin_connect", provider, person, session, redirect_uri, after)
        return "https://zoom.us/oauth/authorize?state=s"

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
        self._note("finish_connect", provider, person, session, dict(answer), redirect_uri)
        return Connected(provider=provider, address=ANA, after=self.after)

    async def parting(self, person: str, provider: Provider) -> Parting:
        self._note("parting", person, provider)
        return Parting(
            address=ANA,
            links=self.links,
            upcoming=2,
            revokes=self.revokes,
            remove_at_url="https://marketplace.zoom.us/user/installed",
        )

    async def disconnect(
        self, person: str, provider: Provider, *, remove_links: bool, request_id: str
    ) -> bool:
        self._note("disconnect", person, provider, remove_links)
        return True

    async def calendars(self, person: str, provider: Provider) -> tuple[OfferedCalendar, ...]:
        self._note("calendars", person, provider)
        return (
            OfferedCalendar(
                id="primary",
                name=self.text or "Ana",
                zone="Europe/Berlin",
                is_primary=True,
                is_chosen=True,
            ),
            OfferedCalendar(id="team", name="Team", zone="UTC", is_primary=False, is_chosen=False),
        )

    async def choose_calendars(
        self, person: str, provider: Provider, ids: tuple[str, ...], *, request_id: str
    ) -> None:
        self._note("choose_calendars", person, provider, ids)

    async def zone(self, person: str) -> str:
        return "Europe/Berlin"

    async def agenda(self, person: str, begin: datetime, end: datetime) -> Agenda:
        self._note("agenda", person, begin, end)
        entries = self.entries if self.has_calendar else ()
        if self.text:
            hostile = dict.fromkeys(("title", "calendar", "organiser", "reason"), self.text)
            entries = tuple(replace(one, **hostile, remedy=self.text) for one in entries)  # type: ignore[arg-type]
        return Agenda(entries=entries, has_calendar=self.has_calendar)

    async def choose(self, person: str, ref: str, kind: ConferenceKind, *, request_id: str) -> None:
        self._note("choose", person, ref, kind)

    async def start_url(self, person: str, ref: str) -> Secret:
        self._note("start_url", person, ref)
        return Secret(self.start)

    async def writable(self, person: str) -> tuple[WritableCalendar, ...]:
        name = self.text or "Ana"
        key = f"google:{ANA}/primary"
        return (WritableCalendar(key=key, name=name, kinds=CHOICES),) if self.has_calendar else ()

    async def new_event(self, person: str, form: NewEventForm, *, key: str, request_id: str) -> str:
        self._note("new_event", person, form, key)
        return REF

    async def overview(self) -> Overview:
        self._note("overview")
        words = self.text or "word"
        return Overview(
            status=Status(
                accounts=(
                    AccountLine(
                        provider="google", address=words, state="paused", reason=words, remedy=words
                    ),
                ),
                calendars=(
                    CalendarLine(
                        calendar=words,
                        person=words,
                        last_success=DAY,
                        backlog=2,
                        state="failing",
                        problem=words,
                    ),
                ),
                waiting=(
                    WaitingLine(
                        calendar=words,
                        event=words,
                        start=DAY,
                        code="zoom_not_connected",
                        reason=words,
                        remedy=words,
                        next_try=None,
                    ),
                ),
                budgets=(BudgetLine(host=words, used_today=4, left_today=86),),
                warnings=(WarningLine(event=words, code="basic_host", text=words),),
            ),
            links=(
                LinkLine(
                    calendar=words,
                    event=words,
                    original_start=None,
                    conference="zoom",
                    state="linked",
                    meeting_id=1,
                    join_url=JOIN,
                    host=words,
                    reason=words,
                ),
            ),
        )

    async def resume(self, account: str, *, who: str, request_id: str) -> None:
        self._note("resume", account, who)

    async def audit(self, *, before: int | None, limit: int) -> AuditPage:
        self._note("audit", before, limit)
        entry = AuditEntry(at=DAY, who=self.text or ANA, what="account.connected", about=self.text)
        return AuditPage(rows=(AuditRow(number=7, entry=entry, hash="0" * 64),))

    async def is_ready(self) -> bool:
        if self.gate is not None:
            await self.gate()
        return self.ready

    async def hook(self, provider: Provider, call: HookCall) -> HookAnswer:
        self._note("hook", provider, call)
        return HookAnswer(status=200, text=call.query.get("validationToken", ""))

"""How a fake calendar takes wishes for conferences of its own, as Google and Exchange do."""

from __future__ import annotations

import html
from dataclasses import replace
from itertools import count
from typing import Literal, assert_never

from syncd.core.event import (
    AskMeet,
    AskTeams,
    Body,
    Event,
    EventChange,
    NativeConference,
    NativeKind,
    ShowZoom,
)
from syncd.core.ids import EventRef, Provider
from syncd.ports.errors import Forbidden, Permanent

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class FakeConferences:
    """What becomes of a wish; a pending conference is made, or fails, by `finished`."""

    def __init__(self) -> None:
        self.meet: Literal["ready", "pending", "failed", "not_allowed"] = "ready"
        self.teams: Literal["ready", "pending", "not_allowed", "refused"] = "ready"
        self.shows_zoom = False
        self._numbers = count()
        self._requests: dict[EventRef, str] = {}

    def check(self, event: Event, change: EventChange) -> None:
        """Refuse what the provider's calendar cannot do; nothing is written then."""
        if event.ref.calendar.provider is Provider.GOOGLE:
            self._check_google(change)
        else:
            self._check_outlook(event, change)

    def applied(self, event: Event, change: EventChange) -> Event:
        """Give the event with its conference after a write; `event` has the other fields."""
        native = None if change.drop_native else event.native
        match change.native:
            case None:
                return replace(event, native=native) if change.drop_native else _kept(event, change)
            case ShowZoom():
                return self._shown(event, native, change.native)
            case AskMeet():
                return self._with_meet(event, native, change.native)
            case AskTeams():
                return self._with_teams(event)
            case _:
                assert_never(change.native)

    def check_answer(self, after: Event, change: EventChange) -> None:
        """Refuse what was read over; the rest is written by then."""
        is_teams = after.native is not None and after.native.kind is NativeKind.TEAMS
        if isinstance(change.native, AskTeams) and not is_teams:
            raise Forbidden("Exchange made no Teams meeting.", code="teams_refused")

    def finished(self, event: Event) -> Event:
        """Give an event whose conference was pending as it is once that is decided."""
        if event.native is None or not event.native.pending:
            return event
        if event.native.kind is NativeKind.TEAMS:
            return self._made_teams(event)
        return replace(event, native=None if self.meet == "failed" else self._made_meet())

    def _check_google(self, change: EventChange) -> None:
        if isinstance(change.native, AskTeams):
            raise Permanent("Teams can only be chosen in Outlook.", code="conference_elsewhere")
        if isinstance(change.native, AskMeet) and self.meet == "not_allowed":
            raise Forbidden("Google makes no Google Meet here.", code="meet_not_allowed")

    def _check_outlook(self, event: Event, change: EventChange) -> None:
        if change.quiet:
            raise ValueError("no change in Outlook is quiet")
        if change.drop_native:
            raise Permanent("A Teams meeting stays.", code="teams_untouchable")
        if isinstance(change.native, AskMeet):
            raise Permanent("Google Meet is Google's.", code="conference_elsewhere")
        if not isinstance(change.native, AskTeams):
            return
        if _has_teams(event):
            if _loses_teams(event, change.body):
                raise Permanent("The text would lose the meeting.", code="teams_untouchable")
        elif self.teams == "not_allowed":
            raise Forbidden("This calendar may not have Teams.", code="teams_not_allowed")

    def _shown(self, event: Event, native: NativeConference | None, wish: ShowZoom) -> Event:
        if event.ref.calendar.provider is not Provider.GOOGLE:
            return event
        url = wish.info.join_url
        if self.shows_zoom:
            return replace(event, native=NativeConference(NativeKind.OTHER, url))
        return replace(event, native=native if native and native.url == url else None)

    def _with_meet(self, event: Event, native: NativeConference | None, wish: AskMeet) -> Event:
        if self._requests.get(event.ref) == wish.request_id:
            return replace(event, native=native)
        self._requests[event.ref] = wish.request_id
        pending = NativeConference(NativeKind.GOOGLE_MEET, "", pending=True)
        asked = replace(event, native=pending)
        return asked if self.meet == "pending" else self.finished(asked)

    def _with_teams(self, event: Event) -> Event:
        if _has_teams(event) or self.teams == "refused":
            return event
        if self.teams == "pending":
            return replace(event, native=NativeConference(NativeKind.TEAMS, "", pending=True))
        return self._made_teams(event)

    def _made_meet(self) -> NativeConference:
        last = _LETTERS[next(self._numbers) % len(_LETTERS)]
        return NativeConference(
            NativeKind.GOOGLE_MEET, f"https://meet.google.com/abc-defg-hi{last}"
        )

    def _made_teams(self, event: Event) -> Event:
        url = f"https://teams.microsoft.com/l/meetup-join/19%3a{next(self._numbers):032x}/0"
        block = f'<div>Microsoft Teams meeting</div><div><a href="{url}">Join</a></div>'
        return replace(
            event,
            native=NativeConference(NativeKind.TEAMS, url),
            body=Body(event.body.text + block, event.body.format),
        )


def _has_teams(event: Event) -> bool:
    return event.native is not None and event.native.kind is NativeKind.TEAMS


def _loses_teams(event: Event, body: Body | None) -> bool:
    url = event.native.url if event.native is not None else ""
    return body is not None and not (url and url in html.unescape(body.text))


def _kept(event: Event, change: EventChange) -> Event:
    """Give an event whose Teams meeting went with its block of text, as Exchange has it."""
    is_outlook = event.ref.calendar.provider is Provider.MICROSOFT
    if not (is_outlook and _has_teams(event) and event.native and event.native.url):
        return event
    return replace(event, native=None) if _loses_teams(event, change.body) else event

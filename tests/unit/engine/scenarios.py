"""What people do to an event, and how it must end, whatever happens in between."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from syncd.core.event import Event
from syncd.core.ids import CalendarKey, Provider
from syncd.core.meeting import MeetingSpec
from tests.fakes.stage import ANA
from tests.fakes.witness import LINK
from tests.unit.engine.trial import Trial

_TEXT = "Agenda:\n 1. cake & tea\n\n"
_HTML = "<html><body><p>Agenda: cake &amp; tea</p></body></html>"


@dataclass(frozen=True)
class Scenario:
    """One thing a person does, from `given` through `does`, worked on at each of `looks`.

    `looks` are seconds between one cycle and the next; `writes` counts the calendar writes of the
    whole life, however often a process dies meanwhile.
    """

    name: str
    given: Callable[[Trial, CalendarKey], Awaitable[Event]]
    does: Callable[[Trial, Event], object]
    looks: tuple[float, ...]
    asks: Callable[[Event], bool]
    wanted: bool
    writes: int
    declined: bool = False
    asks_own: Callable[[Event], bool] = lambda event: False
    own: bool = False
    """It ends with a conference of its calendar's provider."""
    fresh: int = 0
    providers: tuple[Provider, ...] = tuple(Provider)
    """Where people can do that."""

    def __str__(self) -> str:
        return self.name


def add(trial: Trial, calendar: CalendarKey, **fields: Any) -> Event:
    text = _TEXT if calendar.provider is Provider.GOOGLE else _HTML
    return trial.calendars.add(calendar, text=text, guests=("guest@else.example",), **fields)


async def _nothing(trial: Trial, calendar: CalendarKey) -> Event:
    return add(trial, calendar, location="zoom")


async def _linked(trial: Trial, calendar: CalendarKey) -> Event:
    event = add(trial, calendar, location="zoom")
    await trial.work()
    trial.clock.advance(60)
    return event


async def _linked_by_category(trial: Trial, calendar: CalendarKey) -> Event:
    event = add(trial, calendar, categories=("Zoom",))
    await trial.work()
    trial.clock.advance(60)
    return event


async def _with_own(trial: Trial, calendar: CalendarKey) -> Event:
    event = add(trial, calendar, location=_own_word(calendar))
    trial.witness.asks_own = _says_own
    await trial.work()
    trial.clock.advance(60)
    return event


def _own_word(calendar: CalendarKey) -> str:
    return "meet" if calendar.provider is Provider.GOOGLE else "teams"


def _says_own(event: Event) -> bool:
    return event.location == _own_word(event.ref.calendar)


def _move(trial: Trial, event: Event) -> None:
    start = event.start + timedelta(hours=3)
    trial.calendars.edit(
        event.ref, start=start, end=start + timedelta(minutes=45), title="Late lunch"
    )


def _delete_meeting_and_move(trial: Trial, event: Event) -> None:
    (meeting_id,) = trial.meetings.alive
    trial.meetings.delete_by_person(meeting_id)
    _move(trial, event)


def shows(event: Event) -> bool:
    return LINK in event.location + event.body.text


async def _linked_series(trial: Trial, calendar: CalendarKey) -> Event:
    """Give a series with its link, and one occurrence of it that was moved."""
    text = _TEXT if calendar.provider is Provider.GOOGLE else _HTML
    series = trial.calendars.add_series(calendar, text=text, categories=("Zoom",))
    await trial.work()
    trial.clock.advance(60)
    at = series.start + timedelta(days=7)
    trial.calendars.change_one(series.ref, at, start=at + timedelta(hours=1))
    await trial.work()
    trial.clock.advance(60)
    return series


async def _series(trial: Trial, calendar: CalendarKey) -> Event:
    """Give a flagged series of which one occurrence was changed before it had its link."""
    text = _TEXT if calendar.provider is Provider.GOOGLE else _HTML
    series = trial.calendars.add_series(calendar, text=text, location="zoom")
    trial.calendars.change_one(series.ref, series.start + timedelta(days=7), title="Retro")
    return series


SCENARIOS = (
    Scenario("link", _nothing, lambda *_: None, (0,), lambda e: True, True, 1),
    Scenario("move", _linked, _move, (0,), lambda e: True, True, 1),
    Scenario(
        "unflag",
        _linked_by_category,
        lambda trial, event: trial.calendars.edit(event.ref, categories=()),
        (0, 31),
        lambda e: bool(e.categories),
        False,
        2,
    ),
    Scenario(
        "delete",
        _linked,
        lambda trial, event: trial.calendars.delete(event.ref),
        (0, 31),
        lambda e: True,
        False,
        1,
    ),
    Scenario(
        "take the link out",
        _linked_by_category,
        lambda trial, event: trial.calendars.edit(event.ref, location="", body=event.body),
        (0, 31),
        shows,
        False,
        1,
        declined=True,
    ),
    Scenario(
        "meeting deleted and moved",
        _linked,
        _delete_meeting_and_move,
        (0, 31),
        lambda e: True,
        True,
        2,
    ),
    Scenario(
        "switch to its provider's own",
        _linked,
        lambda trial, event: trial.calendars.edit(
            event.ref, location=_own_word(event.ref.calendar)
        ),
        (0, 31),
        lambda e: True,
        False,
        2,
        asks_own=_says_own,
        own=True,
    ),
    Scenario(
        "switch to Zoom",
        _with_own,
        lambda trial, event: trial.calendars.edit(event.ref, location="zoom"),
        (0,),
        lambda e: True,
        True,
        2,
        providers=(Provider.GOOGLE,),
    ),
    Scenario(
        "take a Meet's flag away",
        _with_own,
        lambda trial, event: trial.calendars.edit(event.ref, title="Lunch #nolink"),
        (0, 31),
        lambda e: "#nolink" not in e.title,
        False,
        2,
        providers=(Provider.GOOGLE,),
    ),
    Scenario(
        "ask for a fresh meeting",
        _linked,
        lambda trial, event: trial.calendars.edit(event.ref, title="Lunch #zoom:new"),
        (0, 31),
        lambda e: True,
        True,
        2,
        fresh=1,
    ),
    Scenario("link a series", _series, lambda *_: None, (0, 0), lambda e: True, True, 2),
    Scenario(
        "unflag a series",
        _linked_series,
        lambda trial, event: trial.calendars.edit(event.ref, categories=()),
        (0, 31, 0, 0),
        lambda e: bool(e.categories),
        False,
        3,
    ),
    Scenario(
        "delete a series",
        _linked_series,
        lambda trial, event: trial.calendars.delete(event.ref),
        (0, 31, 0, 0),
        lambda e: True,
        False,
        2,
    ),
)


async def linked(trial: Trial, **fields: Any) -> Event:
    """Give an event of Ana that has its link."""
    event = add(trial, ANA, **({"location": "zoom"} | fields))
    await trial.work()
    assert trial.witness.violations == []
    return event


def spec(trial: Trial) -> MeetingSpec:
    """Give a meeting that carries a marker of this installation."""
    return MeetingSpec(
        topic="Lunch",
        start=trial.clock.now() + timedelta(days=1),
        duration_minutes=30,
        zone="Europe/Berlin",
        invitees=(),
        agenda=f"syncd:{trial.deps.keys.instance}:{'a' * 26}",
        waiting_room=False,
        join_before_host=True,
        sign_in_only=False,
    )


async def begin(trial: Trial, scenario: Scenario, calendar: CalendarKey) -> Event:
    """Bring it to where the person has acted and nothing was done about it; effects count from here."""
    await trial.empty()
    event = await scenario.given(trial, calendar)
    trial.witness.asks, trial.witness.asks_own = scenario.asks, scenario.asks_own
    trial.witness.fresh = scenario.fresh
    scenario.does(trial, event)
    trial.blade.revive()
    return event

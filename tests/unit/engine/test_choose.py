"""A person's choice for an event is remembered, and the daemon looks at the event at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syncd.cli.commands.choose import CHOICES
from syncd.core.conference import ConferenceKind
from syncd.core.event import Event
from syncd.core.ids import CalendarKey, EventRef
from syncd.engine.choosing import AUTO
from syncd.engine.pull import matters, read
from syncd.ports.errors import AuthLost, Transient
from syncd.ports.rows import ChoiceRow
from syncd.services.choose import Chosen, choose
from tests.fakes.stage import ANA, BO, Stage

TEAM = CalendarKey(ANA.provider, ANA.owner, "team")


@pytest.fixture
async def stage():
    made = Stage()
    await made.prepare()
    await made.work()
    yield made
    made.close()


async def choice_for(stage: Stage, event: Event) -> ChoiceRow | None:
    return await stage.store.run(lambda tx: tx.choices.get(event.key))


@pytest.mark.parametrize(
    ("calendar", "choice"),
    [
        (ANA, "zoom"),
        (ANA, "google_meet"),
        (ANA, "none"),
        (BO, "zoom"),
        (BO, "teams"),
        (BO, "none"),
    ],
)
async def test_a_choice_is_kept_and_its_event_is_due_now(stage, calendar, choice):
    event = stage.calendars.add(calendar)

    done = await choose(stage.deps, event.ref.event_id, choice)

    now = stage.clock.now()
    assert done == Chosen(str(calendar), event.ref.event_id, choice)
    assert await choice_for(stage, event) == ChoiceRow(
        key=event.key, ref=event.ref, kind=ConferenceKind(choice), chosen_at=now
    )
    row = await stage.row(event)
    assert (row.due_at, row.starts_at) == (now, event.start)
    until = now + timedelta(seconds=1)
    claimed = await stage.store.run(
        lambda tx: tx.calendars.claim("other", now=now, until=until, limit=9)
    )
    assert [row.key for row, _ in claimed] == [calendar]


async def test_the_last_choice_counts_and_auto_takes_it_back(stage):
    event = stage.calendars.add(ANA, location="zoom")
    await choose(stage.deps, str(event.ref), "zoom")
    await choose(stage.deps, str(event.ref), "none")
    row = await choice_for(stage, event)
    assert row is not None
    assert row.kind is ConferenceKind.NONE

    done = await choose(stage.deps, str(event.ref), "auto")

    assert done == Chosen(str(ANA), event.ref.event_id, "auto")
    assert await choice_for(stage, event) is None
    assert (await stage.row(event)).due_at == stage.clock.now()


@pytest.mark.parametrize(
    ("calendar", "choice", "why"),
    [
        (ANA, "teams", "Google Calendar has no Teams meetings; choose zoom, google_meet or none"),
        (BO, "google_meet", "Outlook has no Google Meet meetings; choose zoom, teams or none"),
        (ANA, "webex", "'webex' cannot be chosen; choose zoom, google_meet, teams, none or auto"),
    ],
)
async def test_what_a_calendar_cannot_have_is_refused(stage, calendar, choice, why):
    event = stage.calendars.add(calendar)
    with pytest.raises(LookupError) as refused:
        await choose(stage.deps, event.ref.event_id, choice)
    assert str(refused.value) == why
    assert await choice_for(stage, event) is None
    assert await stage.row(event) is None


async def test_an_invitation_is_refused_but_a_choice_for_it_can_be_taken_back(stage):
    event = stage.calendars.add(ANA)
    await choose(stage.deps, event.ref.event_id, "zoom")
    stage.calendars.edit(event.ref, is_organiser=False, organiser="eve@else.example")

    with pytest.raises(LookupError, match=r"eve@else\.example is the organiser of this one"):
        await choose(stage.deps, event.ref.event_id, "none")
    kept = await choice_for(stage, event)
    assert kept is not None
    assert kept.kind is ConferenceKind.ZOOM

    await choose(stage.deps, event.ref.event_id, "auto")
    assert await choice_for(stage, event) is None


async def test_an_event_that_is_nowhere_is_refused(stage):
    with pytest.raises(LookupError, match="no watched calendar has an event 'nowhere'"):
        await choose(stage.deps, "nowhere", "zoom")
    with pytest.raises(LookupError, match="does not exist"):
        await choose(stage.deps, f"{ANA}/nowhere", "zoom")


async def test_a_calendar_that_cannot_be_read_is_told(stage):
    event = stage.calendars.add(ANA)
    stage.calendars.fail_next("get", Transient("503", code="http_503"))
    with pytest.raises(Transient):
        await choose(stage.deps, str(event.ref), "zoom")
    stage.calendars.lose_account(ANA.owner)
    with pytest.raises(AuthLost):
        await choose(stage.deps, str(event.ref), "zoom")
    assert await choice_for(stage, event) is None


async def test_a_choice_is_not_made_where_nothing_would_remember_it():
    stage = Stage()
    event = stage.calendars.add(ANA)
    with pytest.raises(LookupError, match=r"has not served google:ana@example.com/primary yet"):
        await choose(stage.deps, event.ref.event_id, "zoom")
    assert await choice_for(stage, event) is None
    stage.close()


async def test_a_chosen_event_that_changes_is_looked_at_again(stage):
    chosen, other = stage.calendars.add(ANA), stage.calendars.add(ANA)
    await choose(stage.deps, chosen.ref.event_id, "zoom")

    found = await read(stage.deps, ANA, None)
    due = await stage.store.run(lambda tx: matters(tx, ANA, found))

    assert due == [(chosen.ref, chosen.start)]
    assert other.ref.event_id in found.seen


def test_the_command_takes_every_kind_and_auto():
    assert (*ConferenceKind, AUTO) == CHOICES


async def test_among_the_copies_of_an_event_its_organisers_own_is_meant():
    stage = Stage(more=(TEAM,))
    await stage.prepare()
    await stage.work()
    copy = stage.calendars.add(ANA, organiser=BO.owner, is_organiser=False)
    own = EventRef(TEAM, copy.ref.event_id)
    stage.calendars.add(TEAM, ref=own, key=copy.key)

    done = await choose(stage.deps, own.event_id, "zoom")

    assert (done.calendar, done.event) == (str(TEAM), own.event_id)
    stage.close()

"""What an admin does in an emergency: stop, look who did what, undo; and what hooks may do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from syncd.core.conference import ConferenceKind
from syncd.core.event import Event
from syncd.core.ids import CalendarKey
from syncd.ports.connections import AuditEntry
from syncd.services import halt, hooks
from syncd.services.audit import page, verify
from syncd.services.choose import choose
from syncd.services.undo import undo
from tests.fakes.stage import ANA, BO
from tests.unit.services.served import Served


async def linked(served: Served, calendar: CalendarKey = ANA) -> Event:
    event = served.calendars.add(calendar, location="zoom")
    await served.stage.work(seconds=60)
    assert served.stage.now(event).location.startswith("https://")
    return event


async def test_panic_stops_writes_until_it_is_over(served):
    assert not (await halt.state(served.deps)).is_set
    brake = await halt.panic(served.deps, who="admin")
    assert (brake.is_set, brake.since, brake.who) == (True, served.clock.now(), "admin")
    event = served.calendars.add(ANA, location="zoom")
    await served.stage.work(seconds=60)
    assert served.calendars.writes == []
    assert served.meetings.alive == {}
    row = await served.stage.row(event)
    assert row is not None
    assert row.code == "halted"

    again = await halt.panic(served.deps, who=BO.owner)
    assert again == brake, "who pulled it first is told"
    assert not (await halt.go_on(served.deps, who=BO.owner)).is_set
    await served.stage.work(seconds=60)
    assert served.stage.now(event).location.startswith("https://")
    told = [(e.what, e.who) for e in await served.audit() if e.what.startswith("halt")]
    assert told == [("halt.set", "admin"), ("halt.lifted", BO.owner)]


async def test_to_go_on_where_nothing_stands_does_nothing(served):
    assert not (await halt.go_on(served.deps, who="admin")).is_set
    assert await served.audit() == []


async def fill(served: Served, count: int) -> None:
    at = served.clock.now()
    entries = [
        AuditEntry(at=at, who="syncd", what="link.written", about=str(n)) for n in range(count)
    ]

    def add(tx):
        for entry in entries:
            tx.audit.add(entry)

    await served.deps.store.run(add)


async def test_the_log_is_read_page_by_page_without_gap_or_repeat(served):
    await fill(served, 25)
    numbers, before = [], None
    while True:
        found = await page(served.deps, before=before, limit=10)
        numbers += [row.number for row in found.rows]
        if found.before is None:
            break
        before = found.before
    assert numbers == list(range(25, 0, -1))


async def test_an_empty_log_has_an_empty_page_and_holds(served):
    assert await page(served.deps) == await page(served.deps, before=1)
    assert (await page(served.deps)).before is None
    found = await verify(served.deps)
    assert (found.rows, found.broken_at) == (0, None)


@pytest.mark.parametrize(
    ("harm", "broken_at"),
    [
        ("UPDATE audit_entry SET who = 'eve' WHERE number = 1500", 1500),
        ("DELETE FROM audit_entry WHERE number = 7", 7),
        ("DELETE FROM audit_entry WHERE number = 2000", 2000),
    ],
)
async def test_every_change_of_the_log_is_found(served, harm, broken_at):
    await fill(served, 2000)
    assert (await verify(served.deps)).broken_at is None
    served.stage.store._database.transact(lambda connection: connection.execute(sa.text(harm)))
    assert (await verify(served.deps)).broken_at == broken_at


async def test_undo_shows_first_and_then_takes_out_what_was_written_since(served):
    await linked(served)
    served.clock.advance(600)
    since = served.clock.now()
    served.clock.advance(60)
    late = await linked(served)

    told = await undo(served.deps, since=since, who="admin", carry_out=False)
    assert [line.event for line in told.events] == [late.ref.event_id]
    assert not told.is_done
    assert await served.deps.store.run(lambda tx: tx.choices.get(late.key)) is None

    done = await undo(served.deps, since=since, who="admin", carry_out=True)
    assert done.is_done
    choice = await served.deps.store.run(lambda tx: tx.choices.get(late.key))
    assert choice is not None
    assert choice.kind is ConferenceKind.NONE
    last = (await served.audit())[-1]
    assert (last.who, last.what, last.old, last.new) == ("admin", "event.chosen", "auto", "none")

    await served.stage.work_for(120)
    assert not served.stage.now(late).location.startswith("https://")
    assert len(served.meetings.alive) == 1
    again = await undo(served.deps, since=since, who="admin", carry_out=True)
    assert (again.events, again.passed_over) == ((), 1)


async def test_undo_of_everything_and_of_nothing(served):
    events = [await linked(served), await linked(served, BO)]
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    told = await undo(served.deps, since=long_ago, who="admin", carry_out=False)
    assert {line.event for line in told.events} == {event.ref.event_id for event in events}
    assert {line.conference for line in told.events} == {"zoom"}
    later = served.clock.now() + timedelta(hours=1)
    assert (await undo(served.deps, since=later, who="admin", carry_out=True)).events == ()


async def test_undo_leaves_what_is_served_no_more(served):
    event = await linked(served)
    served.deps = replace(served.deps, watched=frozenset({BO}))
    told = await undo(
        served.deps, since=event.start - timedelta(days=9), who="admin", carry_out=True
    )
    assert (told.events, told.passed_over) == ((), 1)


async def test_a_hook_hurries_what_is_known_and_nothing_else(served):
    event = await linked(served)
    (meeting_id,) = served.meetings.alive
    assert not await hooks.meeting_changed(served.deps, 1)
    served.meetings.delete_by_person(meeting_id)
    assert await hooks.meeting_changed(served.deps, meeting_id)
    row = await served.stage.row(event)
    assert row is not None
    assert row.due_at == served.clock.now()


async def test_a_persons_choice_is_for_their_own_events_and_is_noted(served):
    event = served.calendars.add(ANA)
    await served.stage.work()
    done = await choose(served.deps, str(event.ref), "zoom", person=ANA.owner, request_id="r9")
    assert done.choice == "zoom"
    last = (await served.audit())[-1]
    assert (last.who, last.about, last.request_id) == (ANA.owner, str(event.ref), "r9")


@pytest.mark.parametrize("form", ["{ref}", "{id}", "google:bo@example.com/primary/{id}", ""])
async def test_another_persons_event_is_as_if_there_were_none(served, form):
    event = served.calendars.add(ANA)
    await served.stage.work()
    served.calendars.calls.clear()
    with pytest.raises(LookupError, match="does not exist"):
        await choose(
            served.deps,
            form.format(ref=event.ref, id=event.ref.event_id),
            "zoom",
            person=BO.owner,
        )
    assert served.calendars.calls == []


async def test_on_the_page_an_occurrence_means_its_series(served):
    series = served.calendars.add_series(ANA)
    await served.stage.work()
    day = timedelta(days=10)
    begin = served.clock.now()
    (first, *_) = await served.calendars.between(ANA, begin=begin, end=begin + day)
    served.calendars.change_one(series.ref, first.key.original_start, title="Moved")
    await choose(served.deps, str(first.ref), "zoom", person=ANA.owner)
    choice = await served.deps.store.run(lambda tx: tx.choices.get(series.key))
    assert choice is not None
    assert choice.kind is ConferenceKind.ZOOM

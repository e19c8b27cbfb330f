"""A new event: checked field by field, made once, and looked at for its link at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncd.core.conference import ConferenceKind
from syncd.core.ids import CalendarKey, EventRef, Provider
from syncd.ports.calendar import CalendarInfo
from syncd.ports.errors import OutcomeUnknown, Transient
from syncd.services.choose import choose
from syncd.services.new_event import FormRefused, NewEventForm, make
from tests.fakes.stage import ANA, BO
from tests.unit.services.served import Served


def wall(text: str) -> datetime:
    """Give a wall-clock time: a form knows no other."""
    return datetime.fromisoformat(text)


FORM = NewEventForm(
    calendar=str(ANA),
    title="  Lunch\n with  Bo ",
    start=wall("2026-12-02T12:00"),
    end=wall("2026-12-02T13:00"),
    zone="Europe/Vienna",
    guests=(" Bo@Example.com", "bo@example.com", ""),
    description="See you.",
    kind=ConferenceKind.ZOOM,
)


async def refused(served: Served, **fields: object) -> dict[str, str]:
    form = replace(FORM, **fields)  # type: ignore[arg-type]  # any field
    with pytest.raises(FormRefused) as found:
        await make(served.deps, ANA.owner, form, "k1")
    assert ("create", str(ANA)) not in served.calendars.calls
    return found.value.errors


def read(served: Served, ref: str):
    event = served.calendars.event(EventRef(ANA, ref.removeprefix(f"{ANA}/")))
    assert event is not None
    return event


async def test_it_is_made_with_its_guests_and_gets_its_link(served):
    ref = await make(served.deps, ANA.owner, FORM, "k1", request_id="r1")
    event = read(served, ref)
    assert (event.title, event.body.text, event.zone) == (
        "Lunch with Bo",
        "See you.",
        "Europe/Vienna",
    )
    assert (event.start, event.end) == (
        datetime(2026, 12, 2, 11, 0, tzinfo=UTC),
        datetime(2026, 12, 2, 12, 0, tzinfo=UTC),
    )
    assert [guest.address for guest in event.attendees] == ["bo@example.com"]
    assert [(e.what, e.who, e.request_id) for e in await served.audit()] == [
        ("event.made", ANA.owner, "r1"),
        ("event.chosen", ANA.owner, "r1"),
    ]
    await served.stage.work(seconds=60)
    assert read(served, ref).location.startswith("https://")


async def test_sent_twice_it_is_one_event_and_the_later_choice_stays(served):
    ref = await make(served.deps, ANA.owner, FORM, "k1")
    await choose(served.deps, ref, "none", person=ANA.owner)
    assert await make(served.deps, ANA.owner, FORM, "k1") == ref
    choice = await served.deps.store.run(lambda tx: tx.choices.get(read(served, ref).key))
    assert choice is not None
    assert choice.kind is ConferenceKind.NONE
    assert (await served.words()).count("event.made") == 1
    assert await make(served.deps, ANA.owner, FORM, "k2") != ref


async def test_the_same_key_of_another_person_is_another_event(served):
    mine = await make(served.deps, ANA.owner, FORM, "k1")
    theirs = await make(served.deps, BO.owner, replace(FORM, calendar=str(BO)), "k1")
    assert mine.rpartition("/")[2] != theirs.rpartition("/")[2]


async def test_a_lost_answer_is_found_by_sending_it_again(served):
    served.calendars.lose_next_answer()
    with pytest.raises(OutcomeUnknown):
        await make(served.deps, ANA.owner, FORM, "k1")
    ref = await make(served.deps, ANA.owner, FORM, "k1")
    await served.stage.work(seconds=60)
    assert read(served, ref).location.startswith("https://")
    assert len(served.meetings.alive) == 1


@pytest.mark.parametrize("kind", [ConferenceKind.NONE, ConferenceKind.GOOGLE_MEET])
async def test_another_conference_or_none(served, kind):
    ref = await make(served.deps, ANA.owner, replace(FORM, kind=kind), "k1")
    await served.stage.work_for(60)
    event = read(served, ref)
    assert served.meetings.alive == {}
    assert (event.native is not None) is (kind is ConferenceKind.GOOGLE_MEET)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": " \n"}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"description": "x" * 8001}, "description"),
        ({"end": FORM.start}, "end"),
        ({"end": FORM.start - timedelta(minutes=1)}, "end"),
        ({"end": FORM.start + timedelta(hours=24, minutes=1)}, "end"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"zone": ""}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"guests": ("bo",)}, "guests"),
        ({"guests": ("bo@example.com, eve@evil.example",)}, "guests"),
        ({"guests": ("bo@example.com\r\nBcc: eve@evil.example",)}, "guests"),
        ({"guests": tuple(f"g{n}@example.com" for n in range(201))}, "guests"),
        ({"calendar": str(BO)}, "calendar"),
        ({"calendar": "google:ana@example.com/nowhere"}, "calendar"),
        ({"calendar": ""}, "calendar"),
        ({"kind": ConferenceKind.TEAMS}, "kind"),
        ({"start": wall("2027-03-28T02:30"), "end": wall("2027-03-28T04:00")}, "start"),
        (
            {
                "start": wall("9999-12-31T23:59"),
                "end": wall("9999-12-31T23:59"),
                "zone": "America/New_York",
            },
            "start",
        ),
    ],
)
async def test_what_is_wrong_is_told_at_its_field(served, fields, field):
    errors = await refused(served, **fields)
    assert list(errors) == [field]
    assert errors[field].endswith(".")


async def test_everything_that_is_wrong_is_told_at_once(served):
    errors = await refused(served, title="", end=FORM.start, guests=("x",))
    assert set(errors) == {"title", "end", "guests"}


async def test_a_day_and_a_night_may_be_had_over_a_change_of_the_clocks(served):
    form = replace(FORM, start=wall("2027-03-27T12:00"), end=wall("2027-03-28T13:00"))
    assert await make(served.deps, ANA.owner, form, "k1")
    served.calendars.calls.clear()
    assert set(await refused(served, start=form.start, end=wall("2027-03-28T13:01"))) == {"end"}


async def test_of_an_hour_that_comes_twice_the_first_is_meant(served):
    form = replace(FORM, start=wall("2027-10-31T02:30"), end=wall("2027-10-31T02:45"))
    event = read(served, await make(served.deps, ANA.owner, form, "k1"))
    assert event.start == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


async def test_without_zoom_it_is_told_before_anything_is_made(own):
    assert await refused(own) == {"kind": "Not connected."}


async def test_a_calendar_that_may_only_be_read_is_told_before_anything_is_made(served):
    team = CalendarKey(Provider.GOOGLE, ANA.owner, "team")
    served.deps = replace(served.deps, watched=served.deps.watched | {team})
    served.stage.deps = served.deps
    await served.stage.prepare()
    served.calendars.others.append(CalendarInfo(calendar_id="team", name="T", can_write=False))
    errors = await refused(served, calendar=str(team))
    assert errors == {"calendar": "You may only read this calendar; choose another."}


async def test_a_provider_that_is_down_is_told_and_nothing_is_noted(served):
    served.calendars.fail_next("create", Transient("503", code="http_503"))
    with pytest.raises(Transient) as failed:
        await make(served.deps, ANA.owner, FORM, "k1")
    assert failed.value.account == ANA.account
    assert await served.audit() == []


async def test_where_nothing_would_remember_the_choice_nothing_is_made():
    served = Served()
    assert set(await refused(served)) == {"calendar"}
    served.stage.close()


TIMES = st.datetimes(max_value=wall("9000-01-01T00:00"))
SPANS = st.timedeltas(timedelta(days=-2), timedelta(days=2))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    title=st.text(max_size=400),
    texts=st.tuples(st.text(max_size=20), st.text(max_size=30)),
    span=st.tuples(TIMES.filter(lambda start: start.year > 1), SPANS),
)
async def test_no_form_raises_anything_else(served, title, texts, span):
    zone, guest = texts
    form = replace(FORM, title=title, start=span[0], end=span[0] + span[1])
    outcomes = set()
    for tried in (form, replace(form, zone=zone, guests=(guest,))):
        try:
            outcomes.add(await make(served.deps, ANA.owner, tried, "k"))
        except FormRefused as told:
            outcomes.add(" ".join(told.errors.values()))
    assert all(outcomes)

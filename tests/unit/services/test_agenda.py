"""The agenda: every event of a person's calendars as it is now, and what may be chosen for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.conference import ConferenceKind
from syncd.core.event import NativeConference, NativeKind
from syncd.core.ids import AccountKey, CalendarKey, EventKey, EventRef, Provider
from syncd.core.meeting import Host
from syncd.ports.calendar import CalendarInfo
from syncd.ports.errors import Transient
from syncd.services.agenda import LONGEST, Agenda, Entry, agenda
from syncd.services.choose import choose
from syncd.services.disconnect import disconnect
from syncd.services.start import start_url
from tests.fakes.stage import ANA, BO
from tests.unit.services.served import Served

ZOOM, MEET, TEAMS, NONE = ConferenceKind
TEAM = CalendarKey(Provider.GOOGLE, ANA.owner, "team")


async def shown(served: Served, person: str = ANA.owner, *, days: int = 7) -> Agenda:
    begin = served.clock.now() - timedelta(hours=1)
    return await agenda(served.deps, person, begin, begin + timedelta(days=days))


async def entry(served: Served, person: str = ANA.owner) -> Entry:
    (found,) = (await shown(served, person)).entries
    return found


async def watch(served: Served, *keys: CalendarKey) -> None:
    served.deps = replace(served.deps, watched=served.deps.watched | frozenset(keys))
    served.stage.deps = served.deps
    await served.stage.prepare()


async def test_an_event_with_its_link(served):
    event = served.calendars.add(ANA, location="zoom", title="Lunch", guests=[BO.owner])
    await served.stage.work(seconds=60)
    found = await entry(served)
    assert (found.ref, found.title, found.calendar) == (str(event.ref), "Lunch", ANA.owner)
    assert (found.start, found.end, found.zone) == (event.start, event.end, "Europe/Berlin")
    assert (found.state, found.conference, found.reason) == ("linked", ZOOM, "")
    assert found.join_url == served.stage.now(event).location
    assert found.is_host
    assert found.organiser == ""
    assert [c.kind for c in found.choices if c.is_chosen] == [ZOOM]


async def test_a_meeting_that_is_held_is_shown_as_begun(served):
    served.calendars.add(ANA, location="zoom")
    await served.stage.work(seconds=60)
    (meeting_id,) = served.meetings.alive
    served.meetings.alive[meeting_id] = replace(served.meetings.alive[meeting_id], has_started=True)
    found = await entry(served)
    assert (found.state, found.conference) == ("started", ZOOM)
    assert found.join_url


async def test_a_meeting_that_is_gone_is_shown_and_mended_at_the_next_look(served):
    event = served.calendars.add(ANA, location="zoom")
    await served.stage.work(seconds=60)
    (meeting_id,) = served.meetings.alive
    served.meetings.delete_by_person(meeting_id)
    found = await entry(served)
    assert (found.state, found.reason) == ("missing", "Its meeting is gone at Zoom.")
    row = await served.stage.row(event)
    assert row is not None
    assert row.due_at == served.clock.now()
    await served.stage.work_for(120)
    (fresh,) = served.meetings.alive
    assert fresh != meeting_id
    assert (await entry(served)).state == "linked"


async def test_meetings_far_ahead_and_over_cost_no_question(served):
    begin = served.clock.now() + timedelta(days=3)
    served.calendars.add(ANA, location="zoom", start=begin, end=begin + timedelta(hours=1))
    await served.stage.work(seconds=60)
    calls = len(served.meetings.calls)
    assert (await entry(served)).state == "linked"
    assert len(served.meetings.calls) == calls


async def test_zoom_that_does_not_answer_hides_no_link(served):
    served.calendars.add(ANA, location="zoom")
    await served.stage.work(seconds=60)
    served.meetings.fail_next("get", Transient("Zoom is down.", code="zoom_unavailable"))
    assert (await entry(served)).state == "linked"


async def test_an_event_that_waits_says_why_and_what_to_do(own):
    own.calendars.add(ANA, location="zoom")
    await own.stage.work(seconds=60)
    found = await entry(own)
    assert (found.state, found.join_url) == ("waiting", "")
    assert found.reason
    assert found.remedy
    (zoom,) = (c for c in found.choices if c.kind is ZOOM)
    assert (zoom.is_available, zoom.why_not, zoom.connect) == (
        False,
        "Not connected",
        Provider.ZOOM,
    )


async def test_a_choice_that_is_on_its_way(served):
    event = served.calendars.add(ANA)
    await served.stage.work()
    assert (await entry(served)).state == "none"
    await choose(served.deps, str(event.ref), "google_meet", person=ANA.owner)
    found = await entry(served)
    assert (found.state, found.conference) == ("waiting", MEET)
    assert found.reason == "Its link comes within seconds."
    assert [c.kind for c in found.choices if c.is_chosen] == [MEET]
    await served.stage.work_for(60)
    found = await entry(served)
    assert (found.state, found.conference) == ("linked", MEET)
    assert found.join_url.startswith("https://")
    assert not found.is_host


async def test_what_cannot_be_had_is_shown_with_the_reason(served):
    served.calendars.add(ANA)
    menu = {c.kind: c for c in (await entry(served)).choices}
    assert list(menu) == [ZOOM, MEET, TEAMS, NONE]
    assert menu[TEAMS].why_not == "Only events in Outlook can have Microsoft Teams."
    assert menu[ZOOM].is_available
    assert menu[NONE].is_chosen


async def test_a_teams_meeting_cannot_be_swapped(served):
    url = "https://teams.microsoft.com/l/meetup-join/1"
    served.calendars.add(BO, native=NativeConference(NativeKind.TEAMS, url))
    found = await entry(served, BO.owner)
    assert (found.state, found.conference, found.join_url) == ("foreign", TEAMS, url)
    assert [c.kind for c in found.choices if c.is_available] == [TEAMS]


@pytest.mark.parametrize(
    ("fields", "kind", "url"),
    [
        ({"location": "https://meet.google.com/abc-defg-hij"}, MEET, None),
        ({"location": "https://zoom.us/j/5551112222"}, ZOOM, None),
        ({"location": "https://acme.webex.com/meet/bo"}, None, None),
        (
            {"text": "Hi!\nhttps://zoom.us/j/5551112222?pwd=a."},
            ZOOM,
            "https://zoom.us/j/5551112222?pwd=a",
        ),
    ],
)
async def test_links_of_others_are_told_apart(served, fields, kind, url):
    served.calendars.add(ANA, **fields)
    found = await entry(served)
    assert (found.state, found.conference) == ("foreign", kind)
    assert found.join_url == (url or fields["location"])
    assert not found.is_host


@pytest.mark.parametrize(
    "fields",
    [
        {"is_organiser": False, "organiser": "eve@else.example"},
        {"can_write": False},
        {"special": "outOfOffice"},
        {"locked": True},
        {"private": True},
        {"draft": True},
    ],
)
async def test_where_nothing_can_be_chosen_there_is_no_menu(served, fields):
    served.calendars.add(ANA, **fields)
    assert (await entry(served)).choices == ()


async def test_what_is_over_has_no_menu(served):
    served.calendars.add(ANA, start=served.clock.now() - timedelta(minutes=45), minutes=30)
    assert (await entry(served)).choices == ()


async def test_every_occurrence_has_the_link_of_its_series(served):
    series = served.calendars.add_series(ANA, rule="FREQ=DAILY", location="zoom")
    await served.stage.work(seconds=60)
    found = (await shown(served)).entries
    assert len(found) > 3
    assert len({one.ref for one in found}) == len(found)
    assert {(one.state, one.conference, one.is_host) for one in found} == {("linked", ZOOM, True)}
    assert len({one.join_url for one in found}) == 1
    served.calendars.change_one(series.ref, found[2].start)
    url = await start_url(served.deps, ANA.owner, found[2].ref)
    assert url.reveal().startswith("https://zoom.example/s/")


async def test_a_calendar_that_fails_is_one_line_and_the_others_are_shown(served):
    await watch(served, TEAM)
    served.calendars.others.append(CalendarInfo(calendar_id="team", name="Team", can_write=True))
    served.calendars.add(TEAM, title="Team day")
    served.calendars.fail_next("between", Transient("503.", code="http_503"))
    found = await shown(served)
    assert [(one.title, one.calendar) for one in found.entries] == [("Team day", "Team")]
    (problem,) = found.problems
    assert (problem.about, problem.reason) == (str(ANA), "503.")
    assert problem.remedy


async def test_without_their_names_calendars_go_by_their_ids(served):
    await watch(served, TEAM)
    served.calendars.add(ANA)
    served.calendars.add(TEAM)
    served.calendars.fail_next("calendars", Transient("503", code="http_503"))
    names = {one.calendar for one in (await shown(served)).entries}
    assert names == {ANA.owner, "team"}


async def test_events_of_all_calendars_stand_in_order(served):
    await watch(served, TEAM)
    for hours, key in ((30, ANA), (3, TEAM), (20, ANA), (4, TEAM)):
        served.calendars.add(key, start=served.clock.now() + timedelta(hours=hours))
    starts = [one.start for one in (await shown(served)).entries]
    assert starts == sorted(starts)
    assert len(starts) == 4


async def test_nobody_sees_another_persons_events(served):
    served.calendars.add(ANA, title="Secret")
    found = await shown(served, BO.owner)
    assert (found.entries, found.has_calendar) == ((), True)
    nobody = await shown(served, "eve@evil.example")
    assert (nobody.entries, nobody.problems, nobody.has_calendar) == ((), (), False)


async def test_whoever_copies_an_identity_learns_nothing_of_the_meeting(served):
    event = served.calendars.add(ANA, location="zoom")
    await served.stage.work(seconds=60)
    eve = CalendarKey(Provider.GOOGLE, BO.owner, "primary")
    await watch(served, eve)
    served.calendars.add(eve, ref=EventRef(eve, "copy"), key=event.key)
    found = await entry(served, BO.owner)
    assert (found.join_url, found.is_host, found.state) == ("", False, "none")
    with pytest.raises(LookupError):
        await start_url(served.deps, BO.owner, f"{eve}/copy")


async def test_a_basic_host_is_warned_of_long_events_alone(served):
    for minutes in (40, 41):
        served.calendars.add(BO, location="zoom", minutes=minutes)
    await served.stage.work(seconds=60)
    basic = Host(address=BO.owner, user_id="u", is_basic=True)
    await served.deps.store.run(lambda tx: tx.hosts.put(basic, checked_at=served.clock.now()))
    warnings = [one.basic_warning for one in (await shown(served, BO.owner)).entries]
    assert warnings == [
        "",
        f"{BO.owner} has a Basic plan: Zoom ends the meeting after 40 minutes.",
    ]


async def test_a_disconnected_accounts_link_stays_and_cannot_be_started(own):
    await own.connect(Provider.ZOOM)
    event = own.calendars.add(ANA, location="zoom")
    await own.stage.work(seconds=60)
    assert (await entry(own)).is_host
    await disconnect(own.deps, AccountKey(Provider.ZOOM, ANA.owner), who=ANA.owner)
    own.meetings.disconnect(ANA.owner)
    found = await entry(own)
    assert (found.state, found.join_url) == ("linked", own.stage.now(event).location)
    assert "disconnected" in found.reason
    with pytest.raises(LookupError):
        await start_url(own.deps, ANA.owner, str(event.ref))


async def test_nothing_that_was_read_is_kept(served):
    served.calendars.add(ANA, title="Canary of a title", text="Canary of a text")
    await shown(served)
    rows = await served.deps.store.run(
        lambda tx: (tx.bindings.all(), tx.events.waiting(), tx.audit.since(0, limit=99))
    )
    assert "Canary" not in repr(rows)


@pytest.mark.parametrize("span", [timedelta(0), timedelta(hours=-1), LONGEST + timedelta(days=1)])
async def test_odd_spans_are_refused(served, span):
    begin = served.clock.now()
    with pytest.raises(ValueError, match="two months"):
        await agenda(served.deps, ANA.owner, begin, begin + span)


async def test_keys_of_other_providers_do_not_meet(served):
    served.calendars.add(BO, key=EventKey(Provider.MICROSOFT, "same@calendar.example"))
    assert (await entry(served, BO.owner)).state == "none"

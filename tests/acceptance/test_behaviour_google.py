"""What people with a Google calendar are promised, by the real daemon: every way in, and every way out."""

import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.acceptance.household import (
    ANA,
    BO,
    CEM,
    DANA,
    EVA,
    NOBODY,
    Household,
    Shown,
    household,
    person_setting,
)
from tests.acceptance.marks_in_google import MARKED, UNMARKED, at
from tests.acceptance.processes import Sandbox, google_event, until

PATCH = "google PATCH /calendars/{calendarId}/events/{eventId}"
ZOOM = {
    "create": "zoom POST /users/{userId}/meetings",
    "update": "zoom PATCH /meetings/{meetingId}",
    "delete": "zoom DELETE /meetings/{meetingId}",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Household]:
    """Give five people; Dana has settings of her own, Eva's host is nobody."""

    def configure(sandbox: Sandbox) -> None:
        settings = '"meeting": {"waiting_room": true, "phone_numbers": 0}'
        person_setting(sandbox, "dana@example.com", settings)
        person_setting(sandbox, "eva@example.com", f'"zoom": "{NOBODY}"')

    with household(tmp_path_factory.mktemp("google"), "google", configure) as made:
        yield made


def test_every_mark_brings_one_link_and_leaves_every_letter_of_the_text(home: Household):
    with home.spending() as spent:
        events = [(i % 3, home.add(i % 3, **fields)) for i, (fields, _) in enumerate(MARKED)]
        shown = home.all_linked(events)
    assert spent == Counter({ZOOM["create"]: len(MARKED), PATCH: len(MARKED)})
    for (fields, title), event in zip(MARKED, shown, strict=True):
        text, room = fields.get("description", ""), fields.get("location") == "Room 4"
        assert event.title == title
        assert event.location == ("Room 4" if room else event.link)
        assert event.own_text.removesuffix("\n\n") == text.removesuffix("\n\n")
        assert event.text.startswith(text)
        assert home.meetings()[str(event.link)]["topic"] == title
    assert len({event.link for event in shown}) == len(MARKED)
    assert "Secret" not in home.daemon.log.read_text()


def test_what_may_not_have_a_link_is_left_alone_and_says_why(home: Household):
    with home.spending() as spent:
        ids = [home.add(CEM, **fields) for fields, _ in UNMARKED]
        before = [home.seen(CEM, event_id).raw for event_id in ids]
    waiting = home.waiting()
    assert [waiting.get(event_id, {}).get("code") for event_id in ids] == [c for _, c in UNMARKED]
    assert all(line["reason"] and line["remedy"] for line in waiting.values())
    assert [home.seen(CEM, event_id).raw for event_id in ids] == before
    assert spent == Counter()


def test_guests_see_the_link_and_only_the_organisers_copy_is_worked_on(home: Household):
    guests = [{"email": home.email(BO)}, {"email": "guest@partner.example"}]
    with home.spending() as spent:
        event = home.add(ANA, summary="Plan #zoom", attendees=guests)
        mine = home.linked(ANA, event)
    theirs = home.seen(BO, event)
    assert spent == Counter({ZOOM["create"]: 1, PATCH: 1})
    assert (theirs.title, theirs.location, theirs.text) == ("Plan", mine.link, mine.text)
    assert "syncd" in mine.raw["extendedProperties"]["private"]
    assert "extendedProperties" not in theirs.raw
    assert home.mails(event) == [("guest@partner.example", "updated")]
    meeting = home.meetings()[str(mine.link)]
    assert meeting["settings"]["meeting_invitees"] == sorted(guests, key=lambda g: g["email"])


def test_a_meet_is_replaced_by_one_write(home: Household):
    wanted = google_event(
        location="zoom",
        attendees=[{"email": "guest@partner.example"}],
        conferenceData={"createRequest": {"requestId": "one"}},
    )
    base = home.sandbox.address["google"]["api_base"]
    url = f"{base}calendars/primary/events?conferenceDataVersion=1&sendUpdates=none"
    token = home.sandbox.people[BO]["google"]["token"]
    event = home.sandbox.call("POST", url, wanted, token=token)["id"]
    shown = home.linked(BO, event)
    assert not {"hangoutLink", "conferenceData"} & shown.raw.keys()
    assert home.mails(event) == [("guest@partner.example", "updated")]


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"summary": "New & <b>"}, {"topic": "New & <b>"}),
    ({"start": at("11:00"), "end": at("11:30")}, {"start_time": at("11:00")["dateTime"]}),
    ({"end": at("10:15")}, {"duration": 75}),
    (
        {
            zone: at(when, zone="Asia/Tokyo")
            for zone, when in (("start", "09:00"), ("end", "09:30"))
        },
        {"timezone": "Asia/Tokyo"},
    ),
]


def test_the_meeting_follows_each_change_with_one_update_and_no_write(home: Household):
    events = [home.add(ANA, description="#zoom") for _ in CHANGES]
    guest, other = home.add(ANA, description="#zoom"), home.add(ANA, description="#zoom")
    before = home.all_linked((ANA, event) for event in [*events, guest])
    text = home.linked(ANA, other).text
    with home.spending() as spent:
        for event, (fields, _) in zip(events, CHANGES, strict=True):
            home.edit(ANA, event, **fields)
        home.edit(ANA, other, description=f"First\n{text.replace('Passcode', 'PIN')}\nLast")
        home.edit(ANA, other, reminders={"useDefault": False}, colorId="3")
        room = {"email": "room@resource.example", "resource": True}
        home.edit(ANA, guest, attendees=[{"email": "g@partner.example"}, room])
    assert spent == Counter({ZOOM["update"]: len(CHANGES) + 1})
    after = [home.seen(ANA, event) for event in [*events, guest]]
    assert [event.link for event in after] == [event.link for event in before]
    meetings = home.meetings()
    for shown, (_, wanted) in zip(after[:-1], CHANGES, strict=True):
        assert wanted.items() <= meetings[str(shown.link)].items()
    invited = meetings[str(after[-1].link)]["settings"]["meeting_invitees"]
    assert invited == [{"email": "g@partner.example"}]
    assert "PIN" in home.seen(ANA, other).text


@dataclass(frozen=True)
class Afterwards:
    """Marks, links or whole events were taken away, and the hold-off is over."""

    events: dict[str, str]
    linked: dict[str, Shown]
    spent: Counter[str]


_FULL = {
    "untagged": {"description": "Agenda\r\n#zoom <b>&amp;</b>"},
    "refused": {"location": "zoom", "description": "Notes"},
    "roomy": {"summary": "Talk #zoom", "location": "Room 4"},
    "beside": {"location": "zoom"},
    "bare": {"location": "zoom", "description": "Kept"},
    "bare, still tagged": {"description": "please #zoom"},
    "regretted": {"location": "zoom", "description": "Kept"},
    "deleted": {"location": "zoom", "description": "Kept"},
}


@pytest.fixture(scope="module")
def after(home: Household) -> Afterwards:
    """Let people take links away in every way, all at once: each has to wait for the hold-off."""
    events = {name: home.add(ANA, **fields) for name, fields in _FULL.items()}
    linked = {name: home.linked(ANA, event) for name, event in events.items()}
    text = {name: shown.text for name, shown in linked.items()}

    def edit(name: str, **fields: Any) -> None:
        home.edit(ANA, events[name], **fields)

    with home.spending() as spent:
        edit("regretted", location="", description="Kept")
        edit("untagged", description=text["untagged"].replace("#zoom", ""))
        edit("refused", description=f"#nozoom {text['refused']}\nlast")
        edit("roomy", summary="Talk #nozoom", description=f"Hi\n{text['roomy']}")
        edit("beside", summary="#nolink", location=f"{linked['beside'].link}; Room 7")
        edit("bare", location="", description="Kept")
        edit("bare, still tagged", location="", description="please #zoom")
        home.delete(ANA, events["deleted"])
        home.told("removal held off", events["regretted"])
        edit("regretted", location="zoom")
        home.gone(shown.link for name, shown in linked.items() if name != "regretted")
    return Afterwards(events, linked, spent)


def test_unmarked_events_become_what_they_were_and_lose_their_meetings(
    home: Household, after: Afterwards
):
    assert after.spent == Counter({PATCH: 5, ZOOM["delete"]: len(_FULL) - 1})
    now = {name: home.seen(ANA, event) for name, event in after.events.items()}
    assert {name: (s.location, s.text) for name, s in now.items() if s.link is None} == {
        "untagged": ("", "Agenda\r\n <b>&amp;</b>"),
        "refused": ("", "#nozoom Notes\nlast"),
        "roomy": ("Room 4", "Hi\n"),
        "beside": ("Room 7", ""),
        "bare": ("", "Kept"),
        "bare, still tagged": ("", "please #zoom"),
    }


def test_marked_again_within_the_hold_off_the_same_link_comes_back(
    home: Household, after: Afterwards
):
    link = home.linked(ANA, after.events["regretted"]).link
    assert link == after.linked["regretted"].link


def test_a_link_taken_out_stays_out_until_the_event_is_marked_anew(
    home: Household, after: Afterwards
):
    event = after.events["bare, still tagged"]
    with home.spending() as spent:
        home.edit(ANA, event, summary="Another title")
    assert spent == Counter()
    assert home.states()[event] == "declined"
    home.edit(ANA, event, location="zoom")
    assert home.linked(ANA, event).link != after.linked["bare, still tagged"].link


def test_an_event_brought_back_from_the_bin_gets_a_link_that_lives(
    home: Household, after: Afterwards
):
    event = after.events["deleted"]
    home.edit(ANA, event, status="confirmed")
    back = home.linked(ANA, event)
    assert back.link != after.linked["deleted"].link
    assert back.text.startswith("Kept\n\n")
    assert back.text.count("/j/") == 1


def test_every_copy_gets_a_meeting_of_its_own_and_the_original_stays(home: Household):
    event = home.add(CEM, location="zoom", description="Copied")
    tagged = home.add(CEM, description="Copied #zoom")
    originals = home.all_linked([(CEM, event), (CEM, tagged)])
    fields = ("summary", "location", "description")
    first, second = ({name: o.raw[name] for name in fields} for o in originals)
    with home.spending() as spent:
        copies = [
            home.add(CEM, **first),
            home.add(CEM, **first, extendedProperties=originals[0].raw["extendedProperties"]),
            home.add(CEM, **second),
        ]
        taken = {original.link for original in originals}
        shown = [home.linked(CEM, copy, other_than=taken) for copy in copies]
    assert spent == Counter({ZOOM["create"]: 3, PATCH: 3})
    assert len({s.link for s in shown} | taken) == 5
    assert all(s.text.count("/j/") == 1 and s.location == s.link for s in shown)
    assert [home.seen(CEM, e).raw for e in (event, tagged)] == [o.raw for o in originals]


def test_settings_of_a_person_and_wishes_of_an_event_shape_the_meeting(home: Household):
    hers = home.linked(DANA, home.add(DANA, location="zoom"))
    wished = home.linked(ANA, home.add(ANA, summary="Talk #zoom:wait:auth"))
    plain = home.linked(ANA, home.add(ANA, location="zoom"))
    names = ("waiting_room", "join_before_host", "meeting_authentication")
    settings = [home.meetings()[str(e.link)]["settings"] for e in (hers, wished, plain)]
    assert [tuple(s[name] for name in names) for s in settings] == [
        (True, False, False),
        (True, False, True),
        (False, True, False),
    ]
    assert "Phone" not in hers.text
    assert plain.text.count("Phone") == 3


def test_an_unknown_host_is_told_and_mended_by_the_configuration(home: Household):
    event = home.add(EVA, location="zoom")
    home.told("event postponed", event)
    line = home.waiting()[event]
    assert line["code"] == "zoom_host_unknown"
    assert NOBODY in line["reason"]
    assert line["remedy"]
    assert home.seen(EVA, event).location == "zoom"
    home.sandbox.set(NOBODY, home.email(EVA))
    home.daemon.signal(signal.SIGHUP)
    shown = home.linked(EVA, event)
    assert home.meetings()[str(shown.link)]["host_email"] == home.email(EVA)
    until("it waits no more", lambda: event not in home.waiting() or None)


def test_at_rest_nothing_is_written(home: Household):
    with home.spending() as spent:
        pass
    assert spent == Counter()

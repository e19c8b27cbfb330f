"""What people with an Outlook calendar are promised, by the real daemon: every way in, and every way out."""

import html
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
    FIRST_LINE,
    Household,
    Shown,
    household,
)
from tests.acceptance.marks_in_outlook import MARKED, ROOM, UNMARKED, at, markup

PATCH = "microsoft PATCH /users/{user-id}/events/{event-id}"
ZOOM = {
    "create": "zoom POST /users/{userId}/meetings",
    "update": "zoom PATCH /meetings/{meetingId}",
    "delete": "zoom DELETE /meetings/{meetingId}",
}
GUEST = "guest@partner.example"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Household]:
    with household(tmp_path_factory.mktemp("outlook"), "outlook") as made:
        yield made


def invited(*addresses: str) -> list[dict[str, Any]]:
    return [{"type": "required", "emailAddress": {"address": address}} for address in addresses]


def rooms(shown: Shown) -> list[tuple[str, str | None]]:
    return [
        (place["displayName"], place.get("locationEmailAddress"))
        for place in shown.raw["locations"]
    ]


def inner(text: str) -> str:
    """Give what stands in the body, without the head and tail that Exchange writes."""
    return text.partition("<body>")[2].partition("</body>")[0].strip()


def test_every_mark_brings_one_link_and_leaves_every_letter_of_the_text(home: Household):
    with home.spending() as spent:
        events = [(i % 3, home.add(i % 3, **fields)) for i, (fields, _, _) in enumerate(MARKED)]
        shown = home.all_linked(events)
    assert spent == Counter({ZOOM["create"]: len(MARKED), PATCH: len(MARKED)})
    for (fields, title, text), event in zip(MARKED, shown, strict=True):
        assert event.title == title
        assert rooms(event) == (
            [("Room 4", "room4@example.com")] if "locations" in fields else [(event.link, None)]
        )
        assert inner(event.text).startswith(text)
        assert html.escape(str(event.link)) in event.text
        assert inner(event.own_text).replace("<div></div>", "").strip() == text
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
    draft = next(i for i, (fields, _) in zip(ids, UNMARKED, strict=True) if "isDraft" in fields)
    home.edit(CEM, draft, isDraft=False)
    assert home.linked(CEM, draft).title == ""


def test_a_connected_guest_sees_the_link_and_makes_no_second_meeting(home: Household):
    with home.spending() as spent:
        event = home.add(ANA, subject="Plan #zoom", attendees=invited(home.email(BO), GUEST))
        mine = home.linked(ANA, event)
        mailbox = home.sandbox.state()["microsoft"]["calendars"]
        (theirs,) = (
            e
            for calendar in mailbox.values()
            if calendar["owner"] == home.email(BO)
            for e in calendar["events"]
            if e["iCalUId"] == mine.raw["iCalUId"]
        )
        home.edit(BO, theirs["id"], categories=["Zoom"])
    seen = home.seen(BO, theirs["id"])
    assert spent == Counter({ZOOM["create"]: 1, PATCH: 1})
    assert (seen.title, seen.location, seen.text) == ("Plan", mine.link, mine.text)
    mails = Counter(home.mails(event))
    assert mails == Counter(
        {(to, why): 1 for to in (home.email(BO), GUEST) for why in ("invited", "updated")}
    )
    settings = home.meetings()[str(mine.link)]["settings"]
    assert settings["meeting_invitees"] == [{"email": home.email(BO)}, {"email": GUEST}]


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"subject": "New & <b>"}, {"topic": "New & <b>"}),
    ({"start": at("11:00"), "end": at("11:30")}, {"start_time": f"{at('11:00')['dateTime']}Z"}),
    ({"end": at("10:15")}, {"duration": 75}),
    (
        {
            "start": at("09:00", zone="Tokyo Standard Time"),
            "end": at("09:30", zone="Tokyo Standard Time"),
        },
        {"timezone": "Asia/Tokyo", "start_time": f"{at('00:00')['dateTime']}Z"},
    ),
]


def test_the_meeting_follows_each_change_with_one_update_and_no_write(home: Household):
    events = [home.add(ANA, categories=["Zoom"]) for _ in CHANGES]
    guest, moved = home.add(ANA, categories=["Zoom"]), home.add(ANA, categories=["Zoom"])
    before = home.all_linked((ANA, event) for event in [*events, guest, moved])
    with home.spending() as spent:
        for event, (fields, _) in zip(events, CHANGES, strict=True):
            home.edit(ANA, event, **fields)
        home.edit(ANA, guest, attendees=invited(GUEST))
        _move(home, ANA, moved, "Team")
    assert spent == Counter({ZOOM["update"]: len(CHANGES) + 1})
    after = [home.seen(ANA, event) for event in [*events, guest, moved]]
    assert [event.link for event in after] == [event.link for event in before]
    meetings = home.meetings()
    for shown, (_, wanted) in zip(after, CHANGES, strict=False):
        assert wanted.items() <= meetings[str(shown.link)].items()
    assert meetings[str(after[-2].link)]["settings"]["meeting_invitees"] == [{"email": GUEST}]


def _move(home: Household, person: int, event_id: str, calendar: str) -> None:
    wanted = {"mailbox": home.email(person), "event": event_id, "calendar": calendar}
    home.sandbox.call("POST", f"{home.sandbox.address['base']}/microsoft/_knobs", {"move": wanted})


@dataclass(frozen=True)
class Afterwards:
    """Marks, links or whole events were taken away, and the hold-off is over."""

    events: dict[str, str]
    linked: dict[str, Shown]
    spent: Counter[str]
    mails: dict[str, list[tuple[str, str]]]


_FULL: dict[str, dict[str, Any]] = {
    "untagged": {"categories": ["Zoom"], "attendees": invited(GUEST)},
    "refused": {"location": {"displayName": "zoom"}, "body": markup("<b>x</b>")},
    "roomy": {"subject": "Talk #zoom", "locations": [ROOM]},
    "beside": {"location": {"displayName": "zoom"}},
    "bare": {"categories": ["Zoom"]},
    "regretted": {"categories": ["Zoom"]},
    "deleted": {"categories": ["Zoom"]},
    "cancelled": {"categories": ["Zoom"], "attendees": invited(GUEST)},
}


@pytest.fixture(scope="module")
def after(home: Household) -> Afterwards:
    """Let people take links away in every way, all at once: each has to wait for the hold-off."""
    events = {name: home.add(DANA, **fields) for name, fields in _FULL.items()}
    linked = {name: home.linked(DANA, event) for name, event in events.items()}

    def edit(name: str, **fields: Any) -> None:
        home.edit(DANA, events[name], **fields)

    with home.spending() as spent:
        edit("regretted", categories=[])
        edit("untagged", categories=[])
        edit("refused", body=markup(linked["refused"].text.replace("<b>x", "<b>#nozoom x")))
        edit("roomy", subject="Talk #nozoom")
        edit("beside", subject="#nolink", locations=[*linked["beside"].raw["locations"], ROOM])
        edit("bare", location={"displayName": ""}, body=markup("<p>Agenda</p>"))
        home.delete(DANA, events["deleted"])
        home.cancel(DANA, events["cancelled"])
        home.told("removal held off", events["regretted"])
        edit("regretted", categories=["Zoom"])
        home.gone(shown.link for name, shown in linked.items() if name != "regretted")
    return Afterwards(events, linked, spent, {n: home.mails(e) for n, e in events.items()})


def test_unmarked_events_become_what_they_were_and_lose_their_meetings(
    home: Household, after: Afterwards
):
    assert after.spent == Counter({PATCH: 4, ZOOM["delete"]: len(_FULL) - 1})
    left = {name: e for name, e in after.events.items() if name not in ("deleted", "cancelled")}
    now = {name: home.seen(DANA, event) for name, event in left.items()}
    room = [("Room 4", "room4@example.com")]
    assert {n: (rooms(s), inner(s.text)) for n, s in now.items() if s.link is None} == {
        "untagged": ([], "<p>Agenda</p>"),
        "refused": ([], "<b>#nozoom x</b>"),
        "roomy": (room, "<p>Agenda</p>"),
        "beside": (room, "<p>Agenda</p>"),
        "bare": ([], "<p>Agenda</p>"),
    }
    assert after.mails["untagged"] == [(GUEST, "invited"), (GUEST, "updated"), (GUEST, "updated")]
    assert after.mails["cancelled"] == [
        (GUEST, "invited"),
        (GUEST, "updated"),
        (GUEST, "cancelled"),
    ]


def test_marked_again_within_the_hold_off_nothing_has_changed(home: Household, after: Afterwards):
    shown = home.linked(DANA, after.events["regretted"])
    assert shown.link == after.linked["regretted"].link
    assert shown.text == after.linked["regretted"].text


def test_a_link_taken_out_stays_out_until_the_event_is_marked_anew(
    home: Household, after: Afterwards
):
    event = after.events["bare"]
    with home.spending() as spent:
        home.edit(DANA, event, subject="Another title")
    assert spent == Counter()
    assert home.states()[event] == "declined"
    home.edit(DANA, event, subject="Another title #zoom")
    assert home.linked(DANA, event).link != after.linked["bare"].link


def test_every_copy_gets_a_meeting_of_its_own_and_the_original_stays(home: Household):
    events = [home.add(CEM, location={"displayName": "zoom"}), home.add(CEM, categories=["Zoom"])]
    originals = home.all_linked((CEM, event) for event in events)
    fields = ("subject", "location", "body", "categories")
    with home.spending() as spent:
        copies = [home.add(CEM, **{name: o.raw[name] for name in fields}) for o in originals]
        taken = {original.link for original in originals}
        shown = [home.linked(CEM, copy, other_than=taken) for copy in copies]
    assert spent == Counter({ZOOM["create"]: 2, PATCH: 2})
    assert len({s.link for s in shown} | taken) == 4
    assert all(s.location == s.link and s.text.count(FIRST_LINE) == 1 for s in shown)
    assert [home.seen(CEM, event).raw for event in events] == [o.raw for o in originals]


def test_at_rest_nothing_is_written(home: Household):
    with home.spending() as spent:
        pass
    assert spent == Counter()

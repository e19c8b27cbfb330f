"""The form of a new event: nothing typed is lost, and each mistake is told where it is."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.conference import ConferenceKind
from syncd.web.door import Refused
from syncd.web.event_form import FIELDS, LONGEST, checked
from tests.fakes.web_door import ANA
from tests.fakes.web_stage import WebStage

GOOD = {
    "calendar": f"google:{ANA}/primary",
    "title": "Design review",
    "start": "2026-12-01T10:00",
    "end": "2026-12-01T10:45",
    "zone": "Europe/Berlin",
    "guests": "Bo@example.com, cy@example.com\nbo@example.com",
    "description": "Read\n the draft.",
    "kind": "zoom",
}


def test_a_good_form_is_read():
    form, errors = checked(GOOD)
    assert errors == {}
    assert form is not None
    assert form.guests == ("bo@example.com", "cy@example.com")
    assert form.start == datetime.fromisoformat("2026-12-01T10:00")
    assert form.kind is ConferenceKind.ZOOM


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "a\nb"}, "title"),
        ({"title": "x" * 256}, "title"),
        ({"calendar": ""}, "calendar"),
        ({"calendar": "yahoo:x/y"}, "calendar"),
        ({"start": ""}, "start"),
        ({"start": "2026-02-30T10:00"}, "start"),
        ({"start": "2026-12-01"}, "start"),
        ({"start": "2026-12-01T10:00+01:00"}, "start"),
        ({"start": "0001-01-01T10:00"}, "start"),
        ({"end": "tomorrow"}, "end"),
        ({"end": "2026-12-01T10:00"}, "end"),
        ({"end": "2026-12-01T09:00"}, "end"),
        ({"end": "2026-12-02T10:01"}, "end"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"zone": "../etc/passwd"}, "zone"),
        ({"guests": "bo"}, "guests"),
        ({"guests": "bo@x@example.com"}, "guests"),
        ({"guests": "<bo@example.com>"}, "guests"),
        ({"guests": " ".join(f"p{n}@example.com" for n in range(201))}, "guests"),
        ({"description": "x" * 8001}, "description"),
        ({"kind": "skype"}, "kind"),
    ],
)
async def test_a_mistake_is_told_at_its_field_and_nothing_is_lost(changes, field):
    stage = WebStage()
    values = GOOD | changes
    answer = await stage.browser(ANA).post("/new-event", **values, key="k1")
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert len(re.findall(r'id="\w+-error"', answer.text)) == 1
    assert "Read\n the draft." in answer.text or field == "description"
    assert 'name="key" value="k1"' in answer.text
    assert "new_event" not in {call[0] for call in stage.door.calls}


@pytest.mark.parametrize(
    ("start", "end", "is_good"),
    [
        ("2026-10-24T12:00", "2026-10-25T11:00", True),
        ("2026-10-24T12:00", "2026-10-25T12:00", False),
        ("2026-03-28T12:00", "2026-03-29T12:00", True),
    ],
)
def test_a_night_in_which_clocks_change_is_measured_as_it_is(start, end, is_good):
    form, errors = checked(GOOD | {"start": start, "end": end})
    assert (form is not None) is is_good
    assert set(errors) == (set() if is_good else {"end"})


async def test_saving_makes_the_event_and_shows_its_week():
    stage = WebStage()
    answer = await stage.browser(ANA).post("/new-event", **GOOD, key="k1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/calendar?date=2026-12-01&done=event_made"
    name, person, form, key = stage.door.calls[-1]
    assert (name, person, key) == ("new_event", ANA, "k1")
    assert form.description == "Read\n the draft."


async def test_every_form_has_a_key_of_its_own_and_the_same_one_twice_when_sent_twice():
    stage = WebStage()
    browser = stage.browser(ANA)
    keys = set()
    for _ in range(3):
        keys |= set(
            re.findall(r'name="key" value="([^"]+)"', (await browser.get("/new-event")).text)
        )
    assert len(keys) == 3
    await browser.post("/new-event", **GOOD, key="same")
    await browser.post("/new-event", **GOOD, key="same")
    assert [call[-1] for call in stage.door.calls if call[0] == "new_event"] == ["same", "same"]


async def test_the_calendar_of_somebody_else_is_not_there():
    stage = WebStage()
    values = GOOD | {"calendar": "google:bo@example.com/primary"}
    answer = await stage.browser(ANA).post("/new-event", **values)
    assert answer.status_code == 404
    assert "new_event" not in {call[0] for call in stage.door.calls}


@pytest.mark.parametrize(("field", "place"), [("kind", "kind-error"), ("", 'role="alert"')])
async def test_a_refusal_of_the_provider_keeps_what_was_typed(field, place):
    stage = WebStage()
    stage.door.fail["new_event"] = Refused("Zoom is not connected.", remedy="Connect.", field=field)
    answer = await stage.browser(ANA).post("/new-event", **GOOD)
    assert answer.status_code == 422
    assert "Zoom is not connected. Connect." in answer.text
    assert place in answer.text
    assert 'value="Design review"' in answer.text


@given(st.fixed_dictionaries({name: st.text(max_size=60) for name in FIELDS}))
def test_no_form_raises(values):
    form, errors = checked(values)
    assert (form is None) == bool(errors)


@given(
    st.datetimes(
        min_value=datetime.fromisoformat("1972-01-01"),
        max_value=datetime.fromisoformat("2900-01-01"),
    ),
    st.integers(min_value=-3000, max_value=3000),
)
def test_what_is_taken_is_longer_than_nothing_and_at_most_a_day(start, minutes):
    end = start + timedelta(minutes=minutes)
    written = {"start": f"{start:%Y-%m-%dT%H:%M}", "end": f"{end:%Y-%m-%dT%H:%M}"}
    form, _ = checked(GOOD | {"zone": "UTC"} | written)
    assert (form is not None) == (timedelta(0) < timedelta(minutes=minutes) <= LONGEST)

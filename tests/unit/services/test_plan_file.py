"""A plan file is read strictly; whatever else is given is refused in words."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.ids import CalendarKey, EventRef, Provider
from syncd.services.apply.plan_file import MOST_BYTES, PlanRefused, read_plan

INSTANCE = "abcdefghij"
ANA = CalendarKey(Provider.GOOGLE, "ana@example.com", "primary")


def action(**changes: Any) -> dict[str, Any]:
    plain = {
        "kind": "create_meeting",
        "calendar": str(ANA),
        "event": "ev1",
        "reason": "a word in the location: 'zoom'",
        "mails": 2,
        "after": None,
        "belongs_to": "ev1",
        "version": '"1"',
        "plan": "0" * 64,
    }
    return {name: value for name, value in {**plain, **changes}.items() if value is not ...}


def plan(*actions: Any, **changes: Any) -> dict[str, Any]:
    plain = {"format": 1, "instance": INSTANCE, "made_at": "now", "actions": list(actions)}
    return {name: value for name, value in {**plain, **changes}.items() if value is not ...}


def read(content: object) -> Any:
    return read_plan(json.dumps(content).encode(), instance=INSTANCE)


def test_the_actions_of_an_event_are_one_order():
    second = action(kind="write_link", mails=3)
    other = action(event="ev2", belongs_to="ev2", version="")
    first, last = read(plan(action(), other, second))
    ref = EventRef(ANA, "ev1")
    assert (first.ref, first.version, first.digest) == (ref, '"1"', "0" * 64)
    assert first.writes == ((ref, "create_meeting"), (ref, "write_link"))
    assert first.shown == ((action()["reason"], 2), (action()["reason"], 3))
    assert (last.ref.event_id, last.version) == ("ev2", "")


def test_the_writes_of_an_occurrence_are_of_its_series():
    (order,) = read(plan(action(), action(event="ev1_2026", kind="write_link")))
    assert order.writes[1] == (EventRef(ANA, "ev1_2026"), "write_link")


def test_a_plan_without_actions_orders_nothing():
    assert read(plan()) == ()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ([], "not an object"),
        (plan(format=2), "`format` is not 1"),
        (plan(format=True), "`format` is not 1"),
        (plan(format=...), "`format` is not 1"),
        (plan(instance="zzz"), "another installation"),
        (plan(instance=...), "another installation"),
        (plan(actions={}), "`actions` is not a list"),
        (plan(actions=...), "`actions` is not a list"),
        (plan(aktions=[]), "'aktions'"),
        (plan(action(), 3), r"`actions\[1\]` is not an object"),
        (plan(action(), action(event=5)), r"`actions\[1\]\.event` is not a text"),
        (plan(action(event="")), "event` is not a text"),
        (plan(action(event="a\0b")), "event` is not a text"),
        (plan(action(event="\ud800")), "event` is not a text"),
        (plan(action(belongs_to=...)), "belongs_to` is not a text"),
        (plan(action(version=None)), "version` is not a text"),
        (plan(action(reason=None)), "reason` is not a text"),
        (plan(action(mails=-1)), "mails` is not a number"),
        (plan(action(mails=True)), "mails` is not a number"),
        (plan(action(mails="2")), "mails` is not a number"),
        (plan(action(plan="0" * 63)), "plan` is not a digest"),
        (plan(action(plan="0" * 64 + "\n")), "plan` is not a digest"),
        (plan(action(calendar="primary")), "is no calendar"),
        (plan(action(calendar="yahoo:ana/primary")), "yahoo"),
        (plan(action(note="x")), "'note'"),
        (plan(action(), action(version='"2"')), "not of one plan"),
        (plan(action(), action(plan="1" * 64)), "not of one plan"),
    ],
)
def test_what_is_wrong_is_said(content: object, why: str):
    with pytest.raises(PlanRefused, match=why):
        read(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"format": ' + b"9" * 10_000 + b"}",
        b'{"format": 1, "format": 1}',
        b" " * (MOST_BYTES + 1),
    ],
)
def test_what_is_no_plan_at_all_is_refused(content: bytes):
    with pytest.raises(PlanRefused):
        read_plan(content, instance=INSTANCE)


@given(st.binary(max_size=200))
def test_garbage_never_raises_otherwise(content: bytes):
    with pytest.raises(PlanRefused):
        read_plan(content, instance=INSTANCE)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.data())
def test_any_value_in_any_place_is_read_or_refused(data: st.DataObject):
    made = action()
    name = data.draw(st.sampled_from([*made, "format", "instance", "actions", "made_at"]))
    value = data.draw(ANYTHING)
    content = plan({**made, name: value}) if name in made else plan(made, **{name: value})
    with suppress(PlanRefused):
        assert len(read(content)) <= 1

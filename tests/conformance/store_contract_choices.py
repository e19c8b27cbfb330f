"""What every store promises of choices and abilities."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from syncd.core.conference import ConferenceKind
from syncd.core.ids import AccountKey, EventKey, Provider
from syncd.ports.rows import AbilityRow, ChoiceRow
from syncd.ports.store import Store
from tests.conformance.store_cases import (
    ANA,
    BEN,
    NOW,
    at,
    binding,
    configured,
    in_turn,
    key,
    ref,
    saved,
)

GOOGLE = AccountKey(Provider.GOOGLE, "ana@example.com")


def choice(name: str, **changes: Any) -> ChoiceRow:
    made = ChoiceRow(key=key(name), ref=ref(name), kind=ConferenceKind.ZOOM, chosen_at=NOW)
    return replace(made, **changes)


async def chosen(store: Store, *rows: ChoiceRow) -> None:
    await store.run(in_turn(*(lambda tx, row=row: tx.choices.set(row) for row in rows)))


@pytest.mark.parametrize("kind", list(ConferenceKind))
async def test_a_choice_comes_back_as_it_was_made(store: Store, kind: ConferenceKind):
    await chosen(store, choice("standup", kind=kind))

    assert await store.run(lambda tx: tx.choices.get(key("standup"))) == choice(
        "standup", kind=kind
    )
    assert await store.run(lambda tx: tx.choices.get(key("retro"))) is None


async def test_a_second_choice_replaces_the_first(store: Store):
    later = choice("standup", kind=ConferenceKind.NONE, chosen_at=at(5), ref=ref("moved", BEN))
    await chosen(store, choice("standup"), later)

    assert await store.run(lambda tx: tx.choices.get(key("standup"))) == later
    assert await store.run(lambda tx: tx.choices.in_calendar(ANA)) == []


async def test_an_occurrence_is_chosen_apart_from_its_series(store: Store):
    once = replace(key("standup"), original_start=NOW)
    await chosen(store, choice("standup", key=once))

    assert await store.run(lambda tx: tx.choices.get(once)) == choice("standup", key=once)
    assert await store.run(lambda tx: tx.choices.get(key("standup"))) is None


async def test_the_choices_of_a_calendar_come_oldest_first(store: Store):
    rows = [choice("b"), choice("a", chosen_at=at(1)), choice("c", chosen_at=at(2))]
    elsewhere = choice("d", ref=ref("d", BEN))
    await chosen(store, *reversed(rows), elsewhere)

    assert await store.run(lambda tx: tx.choices.in_calendar(ANA)) == rows
    assert await store.run(lambda tx: tx.choices.in_calendar(BEN)) == [elsewhere]


async def test_one_choice_is_forgotten_and_no_other(store: Store):
    await chosen(store, choice("standup"), choice("retro"))

    await store.run(lambda tx: tx.choices.forget(key("standup")))
    await store.run(lambda tx: tx.choices.forget(key("standup")))

    assert await store.run(lambda tx: tx.choices.in_calendar(ANA)) == [choice("retro")]


async def test_old_choices_are_forgotten_unless_their_event_is_bound(store: Store):
    bound, fresh = choice("bound"), choice("fresh", chosen_at=at(1))
    await saved(store, binding("bound"))
    await chosen(store, bound, choice("old", chosen_at=at(1) - timedelta(microseconds=1)), fresh)

    await store.run(lambda tx: tx.choices.forget_older(at(1)))

    assert await store.run(lambda tx: tx.choices.in_calendar(ANA)) == [bound, fresh]


async def test_a_choice_needs_time_zones(store: Store):
    naive = NOW.replace(tzinfo=None)
    for wrong in (
        choice("standup", chosen_at=naive),
        choice("standup", key=EventKey(Provider.GOOGLE, "uid", naive)),
    ):
        with pytest.raises(ValueError, match=r"time ?zone"):
            await chosen(store, wrong)


async def test_an_ability_comes_back_as_it_was_put_and_is_replaced(store: Store):
    refused = AbilityRow(account=GOOGLE, name="conference_data", able=False, tried_at=NOW)
    taken = replace(refused, able=True, tried_at=at(60))
    assert await store.run(lambda tx: tx.abilities.get(GOOGLE, "conference_data")) is None

    await store.run(lambda tx: tx.abilities.put(refused))
    assert await store.run(lambda tx: tx.abilities.get(GOOGLE, "conference_data")) == refused

    await store.run(lambda tx: tx.abilities.put(taken))
    assert await store.run(lambda tx: tx.abilities.get(GOOGLE, "conference_data")) == taken


async def test_an_ability_belongs_to_one_account_and_one_name(store: Store):
    row = AbilityRow(account=GOOGLE, name="conference_data", able=True, tried_at=NOW)
    await store.run(lambda tx: tx.abilities.put(row))

    other = replace(GOOGLE, address="ben@example.com")
    assert await store.run(lambda tx: tx.abilities.get(other, "conference_data")) is None
    assert await store.run(lambda tx: tx.abilities.get(GOOGLE, "invitation")) is None


@pytest.mark.parametrize("kind", list(ConferenceKind))
async def test_a_binding_keeps_what_it_is_bound_to(store: Store, kind: ConferenceKind):
    await saved(store, binding("standup", conference=kind))

    found = await store.run(lambda tx: tx.bindings.by_key(key("standup")))

    assert found == binding("standup", conference=kind)


async def test_a_calendar_keeps_when_it_was_first_read(store: Store):
    await configured(store, ANA)
    row = await store.run(lambda tx: tx.calendars.get(ANA))
    assert row is not None
    assert row.first_read is None

    read = replace(row, first_read=at(1))
    await store.run(lambda tx: tx.calendars.save(read))

    assert await store.run(lambda tx: tx.calendars.get(ANA)) == read

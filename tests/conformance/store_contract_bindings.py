"""What every store promises of bindings and of the journal.

Shows I4 and I9 of `config/promises.md`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from syncd.core.binding import BindingState, IntentKind, Outcome
from syncd.core.conference import ConferenceKind
from syncd.core.ids import EventKey, Provider
from syncd.ports.store import Store
from tests.conformance.store_cases import (
    ANA,
    BEN,
    NOW,
    at,
    binding,
    in_turn,
    intent,
    key,
    ref,
    saved,
)

MARKER = "syncd:abcdefghij:" + "b" * 26


async def test_a_binding_comes_back_as_it_was_saved(store: Store):
    full = binding(
        "standup",
        key=EventKey(Provider.GOOGLE, "uid\nwith a line", at(60)),
        state=BindingState.REMOVING,
        meeting_id=98_765_432_101,
        join_url="https://zoom.us/j/98765432101",
        spec_digest="ab" * 32,
        version='"3"',
        changed_at=at(-3),
        flag_taken=True,
        wishes=("auth", "wait"),
        flags_seen=("category:zoom", "title_tag:#zoom"),
        removal_since=at(-1),
        conference=ConferenceKind.GOOGLE_MEET,
        retired_meeting_id=98_765_432_100,
        retired_url="https://zoom.us/j/98765432100",
        retired_at=at(-2),
        failed_at=at(-4),
        repeats=True,
        inexact="Zoom has no yearly meetings.",
    )
    await saved(store, full)

    assert await store.run(lambda tx: tx.bindings.by_key(full.key)) == full
    assert await store.run(lambda tx: tx.bindings.by_ref(full.ref)) == full
    assert await store.run(lambda tx: tx.bindings.all()) == [full]


async def test_a_bare_binding_comes_back_as_it_was_saved(store: Store):
    await saved(store, binding("standup"))

    assert await store.run(lambda tx: tx.bindings.by_key(key("standup"))) == binding("standup")


async def test_unknown_bindings_are_none(store: Store):
    assert await store.run(lambda tx: tx.bindings.by_key(key("standup"))) is None
    assert await store.run(lambda tx: tx.bindings.by_ref(ref("standup"))) is None


async def test_an_occurrence_is_found_by_its_original_start_in_any_zone(store: Store):
    occurrence = EventKey(Provider.GOOGLE, "series@example.com", at(60))
    await saved(store, binding("one", key=occurrence))
    berlin = timezone(timedelta(hours=1))
    same = replace(occurrence, original_start=at(60).astimezone(berlin))

    found = await store.run(lambda tx: tx.bindings.by_key(same))

    assert found == binding("one", key=occurrence)
    other = replace(occurrence, original_start=None)
    assert await store.run(lambda tx: tx.bindings.by_key(other)) is None


async def test_saving_by_id_follows_an_event_to_another_calendar(store: Store):
    await saved(store, binding("standup"))
    moved = binding("standup", ref=ref("other id", BEN), state=BindingState.LINKED)

    await saved(store, moved)

    assert await store.run(lambda tx: tx.bindings.by_ref(ref("standup"))) is None
    assert await store.run(lambda tx: tx.bindings.by_ref(ref("other id", BEN))) == moved
    assert await store.run(lambda tx: tx.bindings.all()) == [moved]


async def test_an_event_has_one_binding(store: Store):
    await saved(store, binding("first"))

    with pytest.raises(ValueError, match="another binding has this event"):
        await saved(store, binding("second", key=key("first")))

    assert await store.run(lambda tx: tx.bindings.all()) == [binding("first")]


async def test_a_meeting_has_one_binding(store: Store):
    first = binding("first", meeting_id=1)
    await saved(store, first, binding("second"))

    with pytest.raises(ValueError, match="or this meeting"):
        await saved(store, binding("second", meeting_id=1))

    found = await store.run(lambda tx: tx.bindings.all())
    assert found == [first, binding("second")]


async def test_bindings_of_a_calendar_and_all_come_by_their_start(store: Store):
    late, soon = binding("a", starts_at=at(90)), binding("b", starts_at=at(5))
    there = binding("c", ref=ref("c", BEN), starts_at=at(30))
    await saved(store, late, soon, there)

    assert await store.run(lambda tx: tx.bindings.in_calendar(ANA)) == [soon, late]
    assert await store.run(lambda tx: tx.bindings.in_calendar(BEN)) == [there]
    assert await store.run(lambda tx: tx.bindings.all()) == [soon, there, late]


async def test_an_intent_is_open_until_it_is_closed(store: Store):
    await saved(store, binding("standup"))
    full = intent("standup", kind=IntentKind.DELETE, meeting_id=98_765_432_101, epoch=2**40)
    await store.run(lambda tx: tx.journal.open(full))

    assert await store.run(lambda tx: tx.journal.open_for("standup")) == full
    await store.run(lambda tx: tx.journal.close(full.id, Outcome.DONE, now=at(1)))
    assert await store.run(lambda tx: tx.journal.open_for("standup")) is None
    assert await store.run(lambda tx: tx.journal.all_open()) == []


async def test_a_binding_and_its_first_intent_may_be_written_in_either_order(store: Store):
    await store.run(
        in_turn(
            lambda tx: tx.journal.open(intent("standup")),
            lambda tx: tx.bindings.save(binding("standup")),
        )
    )

    assert await store.run(lambda tx: tx.journal.open_for("standup")) == intent("standup")


async def test_an_intent_without_a_binding_is_not_committed(store: Store):
    with pytest.raises(ValueError, match="refuses"):
        await store.run(lambda tx: tx.journal.open(intent("standup")))

    assert await store.run(lambda tx: tx.journal.all_open()) == []


async def test_one_intent_is_open_per_binding(store: Store):
    await saved(store, binding("standup"))
    await store.run(lambda tx: tx.journal.open(intent("standup")))
    second = intent("standup", id="another")

    with pytest.raises(ValueError, match="has an open intent"):
        await store.run(lambda tx: tx.journal.open(second))
    await store.run(lambda tx: tx.journal.close("intent of standup", Outcome.NOT_DONE, now=NOW))
    await store.run(lambda tx: tx.journal.open(second))

    assert await store.run(lambda tx: tx.journal.all_open()) == [second]


@pytest.mark.parametrize("outcome", list(Outcome))
async def test_an_intent_is_closed_once(store: Store, outcome: Outcome):
    await saved(store, binding("standup"))
    await store.run(lambda tx: tx.journal.open(intent("standup")))
    await store.run(lambda tx: tx.journal.close("intent of standup", outcome, now=NOW))

    with pytest.raises(ValueError, match="is not open"):
        await store.run(lambda tx: tx.journal.close("intent of standup", outcome, now=NOW))


async def test_an_unknown_intent_cannot_be_closed(store: Store):
    with pytest.raises(ValueError, match="is not open"):
        await store.run(lambda tx: tx.journal.close("nothing", Outcome.DONE, now=NOW))


async def test_open_intents_come_oldest_first(store: Store):
    await saved(store, binding("a"), binding("b"), binding("c"))
    young, old, middle = (
        intent("a", opened_at=at(3)),
        intent("b", opened_at=at(1)),
        intent("c", opened_at=at(2)),
    )
    await store.run(in_turn(*(lambda tx, i=i: tx.journal.open(i) for i in (young, old, middle))))

    assert await store.run(lambda tx: tx.journal.all_open()) == [old, middle, young]


async def test_a_binding_with_an_open_intent_cannot_be_deleted(store: Store):
    await saved(store, binding("standup"))
    await store.run(lambda tx: tx.journal.open(intent("standup")))

    with pytest.raises(ValueError, match="has an open intent"):
        await store.run(lambda tx: tx.bindings.delete("standup"))

    assert await store.run(lambda tx: tx.bindings.all()) == [binding("standup")]


async def test_a_binding_goes_with_its_closed_intents_and_no_others(store: Store):
    await saved(store, binding("standup"), binding("other"))
    await store.run(lambda tx: tx.journal.open(intent("standup")))
    await store.run(lambda tx: tx.journal.open(intent("other")))
    await store.run(lambda tx: tx.journal.close("intent of standup", Outcome.DONE, now=NOW))

    await store.run(lambda tx: tx.bindings.delete("standup"))

    assert await store.run(lambda tx: tx.bindings.all()) == [binding("other")]
    assert await store.run(lambda tx: tx.journal.all_open()) == [intent("other")]
    # The id of its intent is free again: the row is gone.
    await saved(store, binding("standup"))
    await store.run(lambda tx: tx.journal.open(intent("standup")))


async def test_a_marker_stands_for_its_event_for_ever(store: Store):
    occurrence = EventKey(Provider.MICROSOFT, "uid", at(60))
    await store.run(lambda tx: tx.journal.issue_marker(MARKER, occurrence, now=NOW))
    await store.run(lambda tx: tx.journal.issue_marker(MARKER, occurrence, now=at(1)))

    assert await store.run(lambda tx: tx.journal.marker_key(MARKER)) == occurrence


async def test_a_marker_never_issued_stands_for_nothing(store: Store):
    assert await store.run(lambda tx: tx.journal.marker_key(MARKER)) is None


async def test_an_accounts_living_links_and_removals_are_counted(store: Store):
    await saved(
        store,
        binding("linked", meeting_id=1001),
        binding("going", meeting_id=1002, removal_since=NOW),
        binding("kept", meeting_id=1003, state=BindingState.RELEASED, removal_since=NOW),
        binding("unmade"),
    )

    assert await store.run(lambda tx: tx.bindings.count(ANA.account)) == (2, 1)
    assert await store.run(lambda tx: tx.bindings.count(BEN.account)) == (0, 0)


async def test_an_occurrence_that_shows_the_link_of_its_series_is_counted_by_itself(store: Store):
    sharing = BindingState.SHARING
    await saved(
        store,
        binding("series", meeting_id=1001, state=BindingState.LINKED),
        binding("shows", state=sharing, join_url="https://zoom.example/j/1001"),
        binding("going", state=sharing, join_url="https://zoom.example/j/1001", removal_since=NOW),
        binding("free", state=sharing, removal_since=NOW),
    )

    assert await store.run(lambda tx: tx.bindings.count(ANA.account)) == (3, 1)


async def test_a_meet_is_a_link_that_lives_until_it_is_declined(store: Store):
    meet = ConferenceKind.GOOGLE_MEET
    await saved(
        store,
        binding("meet", conference=meet, state=BindingState.LINKED),
        binding("going", conference=meet, state=BindingState.REMOVING, removal_since=NOW),
        binding("declined", conference=meet, state=BindingState.DECLINED),
    )

    assert await store.run(lambda tx: tx.bindings.count(ANA.account)) == (2, 1)


async def test_what_a_host_does_at_a_time_is_found(store: Store):
    busy = [
        binding("early", starts_at=at(0), ends_at=at(61), meeting_id=1),
        binding("inside", starts_at=at(65), ends_at=at(70), meeting_id=2, host="bo@example.com"),
        binding("late", starts_at=at(89), ends_at=at(200), state=BindingState.REMOVING),
    ]
    others = [
        binding("before", starts_at=at(0), ends_at=at(60)),
        binding("after", starts_at=at(90), ends_at=at(99)),
        binding("declined", state=BindingState.DECLINED),
        binding("released", state=BindingState.RELEASED),
        binding("another", host="eva@example.com"),
    ]
    await saved(store, *busy, *others)
    hosts = ("ana@example.com", "bo@example.com")

    found = await store.run(lambda tx: tx.bindings.hosted_by(hosts, begin=at(60), end=at(90)))
    assert list(found) == busy
    nobody = await store.run(lambda tx: tx.bindings.hosted_by((), begin=at(0), end=at(90)))
    assert list(nobody) == []

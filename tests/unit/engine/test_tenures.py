"""What a process has met in a calendar counts for as long as no other daemon has had it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from syncd.core.ids import EventRef
from syncd.engine import tenures
from syncd.engine.tenures import Tenures
from syncd.ports.rows import Lease
from tests.fakes.stage import ANA, BO

FIRST, SECOND, THIRD = (EventRef(ANA, name) for name in ("first", "second", "third"))


@pytest.fixture
def mine() -> Tenures:
    made = Tenures()
    made.begin(lease(4))
    made.meet(FIRST)
    return made


def lease(epoch: int) -> Lease:
    return Lease(ANA, "me", epoch, datetime(2026, 12, 1, tzinfo=UTC))


def test_only_what_was_met_is_known(mine: Tenures):
    assert mine.has_met(FIRST)
    assert not mine.has_met(SECOND)
    assert not mine.has_met(EventRef(BO, "first"))


@pytest.mark.parametrize("epochs", [(4,), (5,), (5, 6, 7)])
def test_leases_in_a_row_are_one_tenure(mine: Tenures, epochs):
    for epoch in epochs:
        mine.begin(lease(epoch))
    assert mine.has_met(FIRST)


@pytest.mark.parametrize("epoch", [6, 40, 3, 0], ids=["another's", "many", "restored", "wiped"])
def test_a_lease_of_another_in_between_ends_it(mine: Tenures, epoch):
    mine.begin(lease(epoch))
    assert not mine.has_met(FIRST)
    mine.meet(FIRST)
    mine.begin(lease(epoch + 1))
    assert mine.has_met(FIRST)


def test_what_was_met_is_remembered_for_so_many_events_alone(mine: Tenures, monkeypatch):
    monkeypatch.setattr(tenures, "_REMEMBERED", 2)
    mine.meet(SECOND)
    mine.meet(FIRST)
    mine.meet(THIRD)
    assert [mine.has_met(one) for one in (FIRST, SECOND, THIRD)] == [True, False, True]

"""Whatever is done to the rows of the audit log, the first that is wrong is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.audit import START, Head, chained, following, verify
from syncd.ports.connections import AuditEntry, AuditRow

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
FIELDS = ["who", "what", "about", "old", "new", "request_id"]
lengths = st.integers(1, 12)


def log(length: int, *, after: Head | None = None) -> tuple[list[AuditRow], Head]:
    rows, head = [], after or Head()
    for number in range(length):
        entry = AuditEntry(
            at=NOW + timedelta(minutes=number), who="ana", what=f"thing.{number}", about="event"
        )
        head = following(head, entry)
        rows.append(AuditRow(number=head.number, entry=entry, hash=head.hash))
    return rows, head


def forged(rows: Sequence[AuditRow]) -> list[AuditRow]:
    """Number and chain rows anew, as somebody would who knows how it is done."""
    head, made = Head(), []
    for row in rows:
        head = following(head, row.entry)
        made.append(replace(row, number=head.number, hash=head.hash))
    return made


def test_an_empty_log_is_whole():
    assert verify([], head=Head()) is None


@given(lengths)
def test_a_log_that_nobody_touched_is_whole(length: int):
    rows, head = log(length)

    assert verify(rows, head=head) is None


@given(lengths, st.data(), st.sampled_from(FIELDS))
def test_an_edited_row_is_named(length: int, data: st.DataObject, field: str):
    rows, head = log(length)
    place = data.draw(st.integers(0, length - 1))
    text = data.draw(st.text().filter(lambda text: text != getattr(rows[place].entry, field)))
    edited = {field: text}
    rows[place] = replace(rows[place], entry=replace(rows[place].entry, **edited))  # type: ignore[arg-type]

    assert verify(rows, head=head) == place + 1


@given(lengths, st.data())
def test_a_row_of_another_time_is_named(length: int, data: st.DataObject):
    rows, head = log(length)
    place = data.draw(st.integers(0, length - 1))
    later = rows[place].entry.at + timedelta(microseconds=1)
    rows[place] = replace(rows[place], entry=replace(rows[place].entry, at=later))

    assert verify(rows, head=head) == place + 1


@given(lengths, st.data())
def test_deleted_rows_are_named(length: int, data: st.DataObject):
    rows, head = log(length)
    begin = data.draw(st.integers(0, length - 1))
    end = data.draw(st.integers(begin + 1, length))

    assert verify(rows[:begin] + rows[end:], head=head) == begin + 1


@given(st.integers(2, 12), st.data())
def test_exchanged_rows_are_named(length: int, data: st.DataObject):
    rows, head = log(length)
    one, two = sorted(data.draw(st.sets(st.integers(0, length - 1), min_size=2, max_size=2)))
    rows[one], rows[two] = (
        replace(rows[one], entry=rows[two].entry, hash=rows[two].hash),
        replace(rows[two], entry=rows[one].entry, hash=rows[one].hash),
    )

    assert verify(rows, head=head) == one + 1


@given(lengths, st.data())
def test_a_log_that_was_forged_with_good_hashes_is_noticed(length: int, data: st.DataObject):
    rows, head = log(length)
    place = data.draw(st.integers(0, length - 1))
    rows[place] = replace(rows[place], entry=replace(rows[place].entry, who="eve"))

    assert verify(forged(rows), head=head) == length
    assert verify(forged(rows[:place] + rows[place + 1 :]), head=head) == length
    assert verify(forged([*rows, rows[-1]]), head=head) == length + 1


def test_rows_without_an_end_are_noticed():
    rows, _ = log(3)

    assert verify(rows, head=Head()) == 1


@pytest.mark.parametrize(
    ("one", "two"), [(["a", "b"], ["ab", ""]), (["a,b"], ["a", "b"]), (['"', ""], ["", '"'])]
)
def test_no_two_rows_have_the_same_text_before_the_hash(one: list[str], two: list[str]):
    assert chained(START, one) != chained(START, two)


def test_the_zone_of_a_time_changes_nothing():
    entry = AuditEntry(at=NOW, who="ana", what="thing", about="event")
    berlin = replace(entry, at=NOW.astimezone(timezone(timedelta(hours=1))))

    assert following(Head(), entry) == following(Head(), berlin)

"""What every store promises of consents under way, browsers, the audit log and the halt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from syncd.core.audit import Head, verify
from syncd.core.ids import Provider
from syncd.ports.connections import AuditEntry, AuditRow, FlowRow, HaltRow, SessionRow
from syncd.ports.oauth import Purpose
from syncd.ports.store import Store, Tx
from tests.conformance.store_account_cases import entry, flow
from tests.conformance.store_cases import NOW, at, in_turn


async def _put(store: Store, *rows: FlowRow) -> None:
    await store.run(in_turn(*(lambda tx, row=row: tx.flows.put(row) for row in rows)))


async def _taken(store: Store, state: str, *, now=NOW) -> FlowRow | None:
    return await store.run(lambda tx: tx.flows.take(state, now=now))


async def test_a_consent_under_way_is_taken_once(store: Store):
    await _put(store, flow("one"), flow("two", purpose=Purpose.SIGN_IN, person="", session=""))

    assert await _taken(store, "one") == flow("one")
    assert await _taken(store, "one") is None
    assert await _taken(store, "two") is not None


@pytest.mark.parametrize("state", ["", "On", "one ", "ONE", "\ud800", "one\0", "a" * 100_000])
async def test_an_unknown_state_takes_nothing(store: Store, state: str):
    await _put(store, flow("one"))

    assert await _taken(store, state) is None
    assert await _taken(store, "one") is not None


async def test_a_consent_that_took_too_long_is_gone(store: Store):
    await _put(store, flow("one"))

    assert await _taken(store, "one", now=at(10)) is None
    assert await _taken(store, "one") is None


async def test_a_state_is_put_once(store: Store):
    await _put(store, flow("one"))

    with pytest.raises(ValueError, match="refuses"):
        await _put(store, flow("one"))


async def test_expired_consents_are_forgotten(store: Store):
    await _put(store, flow("old", expires_at=NOW), flow("new", expires_at=at(1)))

    await store.run(lambda tx: tx.flows.forget(now=NOW))

    assert await _taken(store, "old", now=at(-1)) is None
    assert await _taken(store, "new") is not None


def browser(name: str, **changes: Any) -> SessionRow:
    made = SessionRow(
        id=name, person="ana@example.com", provider=Provider.GOOGLE, begun_at=NOW, seen_at=NOW
    )
    return replace(made, **changes)


async def _opened(store: Store, *rows: SessionRow) -> None:
    await store.run(in_turn(*(lambda tx, row=row: tx.sessions.save(row) for row in rows)))


async def _names(store: Store) -> list[str]:
    return [row.id for row in await store.run(lambda tx: tx.sessions.all())]


async def test_a_session_comes_back_as_it_was_saved_and_is_replaced(store: Store):
    fresh = browser("a", person="", provider=None)
    await _opened(store, fresh)
    assert await store.run(lambda tx: tx.sessions.get("a")) == fresh

    await _opened(store, browser("a", seen_at=at(1)))

    assert await store.run(lambda tx: tx.sessions.all()) == [browser("a", seen_at=at(1))]
    assert await store.run(lambda tx: tx.sessions.get("b")) is None


async def test_sessions_come_newest_first(store: Store):
    await _opened(store, browser("a"), browser("b", begun_at=at(1)), browser("c", begun_at=at(-1)))

    assert await _names(store) == ["b", "a", "c"]


async def test_sessions_end_one_by_one_by_person_and_all(store: Store):
    ben = {"person": "ben@example.com"}
    await _opened(store, *map(browser, "abc"), browser("d", **ben), browser("e", **ben))

    await store.run(lambda tx: tx.sessions.end("a"))
    await store.run(lambda tx: tx.sessions.end("a"))
    assert await _names(store) == ["b", "c", "d", "e"]
    assert await store.run(lambda tx: tx.sessions.end_all(person="ana@example.com")) == 2
    assert await _names(store) == ["d", "e"]
    assert await store.run(lambda tx: tx.sessions.end_all(person="")) == 0
    assert await store.run(lambda tx: tx.sessions.end_all()) == 2
    assert await _names(store) == []


async def test_sessions_are_forgotten_when_idle_or_old(store: Store):
    await _opened(
        store,
        browser("idle", seen_at=at(-31)),
        browser("old", begun_at=at(-721)),
        browser("good", seen_at=at(-30), begun_at=at(-720)),
    )

    forgotten = await store.run(
        lambda tx: tx.sessions.forget(seen_before=at(-30), begun_before=at(-720))
    )

    assert forgotten == 2
    assert await _names(store) == ["good"]


async def _told(store: Store, *entries: AuditEntry) -> None:
    await store.run(in_turn(*(lambda tx, one=one: tx.audit.add(one) for one in entries)))


async def _log(store: Store) -> tuple[list[AuditRow], Head]:
    return await store.run(lambda tx: (list(tx.audit.since(0, limit=1000)), tx.audit.head()))


async def test_the_audit_log_is_numbered_chained_and_whole(store: Store):
    assert await _log(store) == ([], Head())
    entries = [entry(f"thing.{number}", old="a", new="b") for number in range(5)]

    await _told(store, *entries[:3])
    await _told(store, *entries[3:])

    rows, head = await _log(store)
    assert [row.entry for row in rows] == entries
    assert [row.number for row in rows] == [1, 2, 3, 4, 5]
    assert head == Head(5, rows[-1].hash)
    assert verify(rows, head=head) is None


async def test_the_audit_log_is_read_in_parts(store: Store):
    await _told(store, *(entry(f"thing.{number}") for number in range(5)))

    def numbers(rows) -> list[int]:
        return [row.number for row in rows]

    assert numbers(await store.run(lambda tx: tx.audit.since(1, limit=2))) == [2, 3]
    assert numbers(await store.run(lambda tx: tx.audit.since(5, limit=2))) == []
    assert numbers(await store.run(lambda tx: tx.audit.newest(limit=2))) == [5, 4]


async def test_what_is_undone_leaves_no_gap_in_the_audit_log(store: Store):
    def fail(_tx: Tx) -> None:
        raise LookupError("thrown by the work")

    await _told(store, entry("one"))
    with pytest.raises(LookupError):
        await store.run(in_turn(lambda tx: tx.audit.add(entry("undone")), fail))
    await _told(store, entry("two"))

    rows, head = await _log(store)
    assert [row.entry.what for row in rows] == ["one", "two"]
    assert verify(rows, head=head) is None


@pytest.mark.parametrize("text", ["half \ud800", "nul \0", "x" * 100_000, "\n\x1b[0m\u2028", ""])
async def test_any_text_can_stand_in_the_audit_log(store: Store, text: str):
    await _told(store, entry(text, who=text, about=text, old=text, new=text, request_id=text))

    rows, head = await _log(store)
    assert len(rows[0].entry.new) == min(len(text), 1000)
    assert verify(rows, head=head) is None


async def test_an_audit_entry_needs_a_zone(store: Store):
    with pytest.raises(ValueError, match="time zone"):
        await _told(store, entry(at=NOW.replace(tzinfo=None)))


async def test_the_halt_is_set_and_ended(store: Store):
    assert await store.run(lambda tx: tx.halt.get()) is None

    stopped, again = HaltRow(since=NOW, who="admin"), HaltRow(since=at(1), who="ana@example.com")
    await store.run(lambda tx: tx.halt.set(stopped))
    assert await store.run(lambda tx: tx.halt.get()) == stopped
    await store.run(lambda tx: tx.halt.set(again))
    assert await store.run(lambda tx: tx.halt.get()) == again
    await store.run(lambda tx: tx.halt.set(None))
    assert await store.run(lambda tx: tx.halt.get()) is None

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from syncd.adapters.microsoft import delta
from syncd.adapters.microsoft.delta import Cursor, Window, change_in
from syncd.adapters.microsoft.translate import event_in
from syncd.ports.calendar import Changed, Gone, Partial, Unreadable
from tests.unit.adapters.microsoft_items import ANA, OUT, at, item

NOW = datetime(2026, 12, 1, 9, 30, 15, 999, tzinfo=UTC)
HORIZON = timedelta(days=60)


def window(now: datetime = NOW, horizon: timedelta = HORIZON) -> Window:
    return Window.around(now, horizon=horizon)


def test_a_window_reaches_from_yesterday_to_the_horizon():
    query = "startDateTime=2026-11-30T09:30:15Z&endDateTime=2027-01-30T09:30:15Z"
    assert window().query() == query


@pytest.mark.parametrize(
    ("later", "horizon", "behind"),
    [
        (timedelta(0), HORIZON, False),
        (timedelta(days=1), HORIZON, False),
        (timedelta(days=1, seconds=1), HORIZON, True),
        (timedelta(0), HORIZON + timedelta(days=30), True),
        (timedelta(0), HORIZON - timedelta(days=30), False),
        (-timedelta(days=3), HORIZON, False),
    ],
)
def test_a_window_is_behind_when_a_new_one_reaches_a_day_further(later, horizon, behind):
    assert window().is_behind(window(NOW + later, horizon)) is behind


def test_a_cursor_is_read_as_it_was_written():
    cursor = Cursor("https://graph.example/v1.0/x?$deltatoken=a", window())
    assert Cursor.parse(str(cursor)) == cursor
    assert "\n" not in str(cursor)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"from":1,"to":2,"link":"x"}',
        '{"from":"2026-12-01","to":"2026-12-02","link":"x"}',
        '{"from":"2026-12-01T00:00:00Z","to":"2026-12-02T00:00:00Z","link":null}',
        '{"from":"2026-12-01T00:00:00Z","to":"later","link":"x"}',
        '{"from":"2026-12-01T00:00:00Z","to":"2026-12-02T00:00:00Z"}',
    ],
)
def test_another_text_is_no_cursor(written):
    with pytest.raises(ValueError):  # noqa: PT011 - any of them is caught as one
        Cursor.parse(written)


@pytest.mark.parametrize("kind", ["singleInstance", "seriesMaster"])
def test_a_whole_item_is_a_change(kind):
    whole = item(type=kind)
    listed = change_in(whole, calendar=ANA)
    assert listed == Changed(event_in(whole, calendar=ANA))
    assert isinstance(listed, Changed)
    assert not listed.event.mark_shown


def test_an_exception_is_a_change():
    whole = item(type="exception", originalStart="2026-12-02T11:00:00Z", seriesMasterId="m")
    assert isinstance(change_in(whole, calendar=ANA), Changed)


def test_a_stub_names_its_series():
    stub = {
        "@odata.type": "#microsoft.graph.event",
        "@odata.etag": 'W/"v1"',
        "id": "occ1",
        "seriesMasterId": "master",
        "type": "occurrence",
        "start": at("2026-12-02T11:00:00.0000000"),
        "end": at("2026-12-02T12:00:00.0000000"),
    }
    assert change_in(stub, calendar=ANA) == Partial("occ1", "master")


@pytest.mark.parametrize("reason", [{"reason": "deleted"}, {"reason": "changed"}, None])
def test_a_removed_item_is_gone(reason):
    assert change_in({"id": "ev1", "@removed": reason}, calendar=ANA) == Gone("ev1")


@pytest.mark.parametrize("field", ["subject", "iCalUId", "body", "type", "isOrganizer"])
def test_an_item_too_thin_to_judge_is_partial(field):
    assert change_in(item(**{field: OUT}), calendar=ANA) == Partial("ev1", "")


@pytest.mark.parametrize("odd", [None, "ev1", [], {}, {"id": ""}, {"id": 7}])
def test_an_item_without_an_id_is_unreadable(odd):
    assert change_in(odd, calendar=ANA) == Unreadable("", "an item without an id")


def test_a_mistake_of_ours_about_one_event_is_its_own_trouble(monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(delta, "event_in", broken)
    told = change_in(item(), calendar=ANA)
    assert told == Unreadable("ev1", "syncd failed at it: ZeroDivisionError")

"""Series with fixed times: their dates, and changes of one date."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.sandbox.zoom_stage import Stage, refusal, starting


async def a_series(
    stage: Stage, rule: dict[str, Any], start: str = "2026-12-02T10:00:00", **more: Any
) -> Any:
    return await stage.create(
        type=8, start_time=start, timezone="Europe/Berlin", recurrence=rule, duration=30, **more
    )


def days(series: Any) -> list[str]:
    return [one["start_time"][:10] for one in series["occurrences"]]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"type": 1, "end_times": 3}, ["2026-12-02", "2026-12-03", "2026-12-04"]),
        ({"type": 1, "repeat_interval": 9, "end_times": 2}, ["2026-12-02", "2026-12-11"]),
        ({"type": 1}, ["2026-12-02"]),
        (
            {"type": 2, "weekly_days": "2,4", "end_times": 3},
            ["2026-12-02", "2026-12-07", "2026-12-09"],
        ),
        (
            {"type": 2, "weekly_days": "1,7", "repeat_interval": 2, "end_times": 3},
            ["2026-12-05", "2026-12-13", "2026-12-19"],
        ),
        ({"type": 2, "end_times": 1}, ["2026-12-06"]),
        (
            {"type": 3, "monthly_day": 31, "end_times": 3},
            ["2026-12-31", "2027-01-31", "2027-03-31"],
        ),
        ({"type": 3, "end_times": 1}, ["2027-01-01"]),
        (
            {"type": 3, "monthly_week": -1, "monthly_week_day": 6, "end_times": 2},
            ["2026-12-25", "2027-01-29"],
        ),
        (
            {"type": 3, "monthly_week": 2, "monthly_week_day": 2, "end_times": 2},
            ["2026-12-14", "2027-01-11"],
        ),
        (
            {"type": 1, "end_date_time": "2026-12-04T09:00:00Z"},
            ["2026-12-02", "2026-12-03", "2026-12-04"],
        ),
        (
            {"type": 1, "end_date_time": "2026-12-04T08:59:59Z"},
            ["2026-12-02", "2026-12-03"],
        ),
    ],
)
async def test_the_rule_gives_the_dates(rule, expected):
    assert days(await a_series(Stage(), rule)) == expected


@pytest.mark.parametrize(
    "rule",
    [{"type": 1, "end_times": 0}, {"type": 1, "end_date_time": "2030-01-01T00:00:00Z"}],
)
async def test_a_series_has_sixty_dates_at_most(rule):
    assert len(days(await a_series(Stage(), rule))) == 60


async def test_a_series_keeps_its_local_time_over_the_change_of_the_clocks():
    rule = {"type": 3, "monthly_day": 20, "end_times": 5}
    series = await a_series(Stage(), rule)
    assert [one["start_time"][11:16] for one in series["occurrences"]] == ["09:00"] * 4 + ["08:00"]


async def test_an_occurrence_is_named_by_its_start_in_milliseconds():
    series = await a_series(Stage(), {"type": 1, "end_times": 1})
    assert series["occurrences"] == [
        {
            "occurrence_id": "1796202000000",
            "start_time": "2026-12-02T09:00:00Z",
            "duration": 30,
            "status": "available",
        }
    ]


async def test_past_dates_are_shown_on_request():
    stage = Stage()
    series = await a_series(stage, {"type": 1, "end_times": 3})
    stage.world.advance(86400 + 1)
    path = f"/meetings/{series['id']}"
    assert days(await stage.get(path)) == ["2026-12-03", "2026-12-04"]
    assert days(await stage.get(f"{path}?show_previous_occurrences=true")) == days(series)


async def test_one_date_moves_alone():
    stage = Stage()
    series = await a_series(stage, {"type": 1, "end_times": 3}, agenda="All")
    second = series["occurrences"][1]["occurrence_id"]
    one = await stage.change(
        series,
        f"?occurrence_id={second}",
        start_time=starting(days=10),
        duration=90,
        agenda="This one",
        topic="Not for one",
        settings={"waiting_room": True, "auto_recording": "cloud", "use_pmi": True},
    )
    after = await stage.get(f"/meetings/{series['id']}")
    assert (after["topic"], after["agenda"]) == (series["topic"], "All")
    assert after["settings"] == series["settings"]
    assert [one["start_time"] for one in after["occurrences"]] == [
        "2026-12-02T09:00:00Z",
        starting(days=10),
        "2026-12-04T09:00:00Z",
    ]
    assert (one["start_time"], one["duration"]) == (starting(days=10), 90)
    assert (one["agenda"], one["settings"]["waiting_room"]) == ("This one", True)
    assert (one["settings"]["auto_recording"], one["settings"]["use_pmi"]) == ("cloud", False)


async def test_one_date_does_not_move_into_the_past():
    stage = Stage()
    series = await a_series(stage, {"type": 1, "end_times": 1})
    query = f"?occurrence_id={series['occurrences'][0]['occurrence_id']}"
    after = await stage.change(series, query, start_time=starting(days=-1))
    assert after["occurrences"] == series["occurrences"]


async def test_one_date_is_cancelled_and_the_others_stay():
    stage = Stage()
    series = await a_series(stage, {"type": 1, "end_times": 3})
    path = f"/meetings/{series['id']}"
    first = series["occurrences"][0]["occurrence_id"]
    assert (await stage.call("DELETE", f"{path}?occurrence_id={first}")).status_code == 204
    states = [one["status"] for one in (await stage.get(path))["occurrences"]]
    assert states == ["deleted", "available", "available"]
    again = await stage.call("DELETE", f"{path}?occurrence_id={first}")
    assert refusal(again) == (400, 300)
    assert stage.zoom.snapshot()["deleted"] == []


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PATCH", {}), ("DELETE", None)])
async def test_an_unknown_date_is_refused(method, body):
    stage = Stage()
    series = await a_series(stage, {"type": 1, "end_times": 1})
    answer = await stage.call(method, f"/meetings/{series['id']}?occurrence_id=1", json=body)
    assert refusal(answer) == (400, 300)


async def test_a_past_start_moves_the_whole_series_to_now():
    series = await a_series(Stage(), {"type": 1, "end_times": 2}, start=starting(days=-1))
    assert [one["start_time"] for one in series["occurrences"]] == [starting(), starting(days=1)]


async def test_a_series_lives_a_year_beyond_its_last_date():
    stage = Stage()
    series = await a_series(stage, {"type": 1, "end_times": 3}, start=starting(days=1))
    stage.world.advance((3 + 365) * 86400 - 1)
    await stage.get(f"/meetings/{series['id']}")
    stage.world.advance(1)
    answer = await stage.call("GET", f"/meetings/{series['id']}")
    assert refusal(answer) == (404, 3001)

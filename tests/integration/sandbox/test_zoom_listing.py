"""A host's list: types, the half year, pages, and what a row lacks."""

from __future__ import annotations

import pytest

from tests.integration.sandbox.zoom_stage import Stage, refusal, starting


async def topics(stage: Stage, query: str = "") -> list[str]:
    return [row["topic"] for row in (await stage.listed(query))["meetings"]]


async def filled() -> Stage:
    """Give a stage with meetings near and far; the clock stands a day after they were made."""
    stage = Stage()
    await stage.create(topic="past", start_time=starting(hours=1))
    await stage.create(topic="soon", start_time=starting(days=2))
    await stage.create(topic="far", start_time=starting(days=250))
    await stage.create(topic="open", type=3)
    await stage.create(
        topic="series",
        type=8,
        start_time=starting(hours=2),
        timezone="UTC",
        recurrence={"type": 1, "end_times": 3},
    )
    await stage.create(topic="instant", type=1)
    stage.world.advance(86400)
    return stage


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("scheduled", ["past", "series", "soon", "far", "open"]),
        ("live", []),
        ("upcoming", ["series", "soon", "open"]),
        ("upcoming_meetings", ["series", "soon", "open"]),
        ("previous_meetings", ["past", "series"]),
    ],
)
async def test_each_type_lists_its_meetings_and_instant_ones_are_in_none(kind, expected):
    assert await topics(await filled(), f"?type={kind}") == expected


async def test_the_usual_type_is_scheduled():
    stage = await filled()
    assert await topics(stage) == await topics(stage, "?type=scheduled")


async def test_a_series_shows_its_next_or_its_last_date():
    stage = await filled()
    shown = {}
    for kind in ("scheduled", "upcoming", "previous_meetings"):
        rows = (await stage.listed(f"?type={kind}"))["meetings"]
        shown[kind] = next(row["start_time"] for row in rows if row["topic"] == "series")
    assert shown == {
        "scheduled": starting(hours=2),
        "upcoming": starting(days=1, hours=2),
        "previous_meetings": starting(hours=2),
    }


async def test_running_meetings_are_live_and_upcoming():
    stage = await filled()
    rows = (await stage.listed())["meetings"]
    stage.zoom.live.add(next(row["id"] for row in rows if row["topic"] == "past"))
    assert await topics(stage, "?type=live") == ["past"]
    assert await topics(stage, "?type=upcoming") == ["past", "series", "soon", "open"]


async def test_past_meetings_leave_the_list_when_their_ids_expire():
    stage = await filled()
    stage.world.advance(30 * 86400)
    assert await topics(stage) == ["series", "soon", "far", "open"]


async def test_dates_are_days_of_the_named_zone_both_included():
    stage = Stage()
    await stage.create(topic="late", start_time="2026-12-10T23:30:00Z")
    await stage.create(topic="open", type=3)
    assert await topics(stage, "?from=2026-12-10&to=2026-12-10") == ["late", "open"]
    assert await topics(stage, "?from=2026-12-11") == ["open"]
    assert await topics(stage, "?from=2026-12-11&timezone=Europe/Berlin") == ["late", "open"]


async def test_a_row_has_no_secrets_and_the_agenda_is_cut():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1), agenda="a" * 250 + "b")
    (row,) = (await stage.listed())["meetings"]
    names = {"uuid", "id", "host_id", "topic", "type", "start_time", "duration", "timezone"}
    names |= {"created_at", "join_url", "agenda"}
    assert row == {**{name: made[name] for name in names}, "agenda": "a" * 250}


async def test_a_list_holds_the_own_meetings_of_its_host():
    stage = await filled()
    assert (await stage.listed(token=stage.bo.zoom_token))["meetings"] == []
    token = await stage.account_token()
    assert (await stage.listed(token=token, user=stage.ana.zoom_id))["total_records"] == 5


async def test_pages_follow_one_another_by_token():
    stage = await filled()
    pages = [await stage.listed("?page_size=2")]
    while token := pages[-1]["next_page_token"]:
        pages.append(await stage.listed(f"?page_size=2&next_page_token={token}"))
    assert [(page["page_number"], len(page["meetings"])) for page in pages] == [
        (1, 2),
        (2, 2),
        (3, 1),
    ]
    assert {(page["page_count"], page["total_records"]) for page in pages} == {(3, 5)}
    seen = [row["topic"] for page in pages for row in page["meetings"]]
    assert seen == await topics(stage)


async def test_pages_can_be_asked_for_by_number():
    stage = await filled()
    assert await topics(stage, "?page_size=2&page_number=2") == ["soon", "far"]
    assert await topics(stage, "?page_size=2&page_number=9") == []


@pytest.mark.parametrize(
    ("later", "query"),
    [
        (900, "page_size=2"),
        (0, "page_size=3"),
        (0, "page_size=2&type=upcoming"),
    ],
)
async def test_a_page_token_lives_15_minutes_and_answers_its_own_question(later, query):
    stage = await filled()
    token = (await stage.listed("?page_size=2"))["next_page_token"]
    stage.world.advance(later)
    answer = await stage.call("GET", f"/users/me/meetings?{query}&next_page_token={token}")
    assert refusal(answer) == (400, 300)
    assert answer.json()["message"] == "The next page token is invalid or expired."


async def test_a_page_holds_thirty_rows_unless_told_otherwise():
    stage = Stage()
    for number in range(31):
        await stage.create(start_time=starting(days=1, minutes=number))
    page = await stage.listed()
    assert (len(page["meetings"]), page["page_size"], page["page_count"]) == (30, 30, 2)
    assert len((await stage.listed("?page_size=300"))["meetings"]) == 31

"""Series as people make and change them, in either calendar."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.behaviour.world import Play


def daily(play: Play, count: int, *, first: datetime | None = None) -> dict[str, Any]:
    """Give the provider's own fields of an event that takes place every day, so many times."""
    if play.app_name == "google":
        return {"recurrence": [f"RRULE:FREQ=DAILY;COUNT={count}"]}
    day = first or play.clock.now() + timedelta(days=1)
    span = {"type": "numbered", "startDate": f"{day:%Y-%m-%d}", "numberOfOccurrences": count}
    return {"recurrence": {"pattern": {"type": "daily", "interval": 1}, "range": span}}


async def occurrences(play: Play, series_id: str) -> list[dict[str, Any]]:
    """Give the occurrences of a series in order, as the API gives them."""
    window = "startDateTime=2026-01-01T00:00:00Z&endDateTime=2027-12-31T00:00:00Z&$top=50"
    query = "" if play.app_name == "google" else f"?{window}"
    found = await play.of().write("GET", f"/{series_id}/instances{query}", None)
    several: list[dict[str, Any]] = found["items" if play.app_name == "google" else "value"]
    return several


async def nth(play: Play, series_id: str, number: int) -> str:
    """Give the id of one occurrence, counted from 0."""
    event_id: str = (await occurrences(play, series_id))[number]["id"]
    return event_id


async def shorten(play: Play, series_id: str, count: int, *, first: datetime) -> None:
    """Let a series end after so many occurrences, as an edit of "this and following" does."""
    await play.edit(series_id, **daily(play, count, first=first))

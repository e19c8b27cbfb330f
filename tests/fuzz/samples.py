"""Good input to begin with: what the stand-ins of the sandbox say, and what files and headers hold."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from syncd.config.example import example_yaml
from syncd.core.event import Body, BodyFormat
from syncd.core.linkblock import merge
from tests.behaviour.world import ANA, Play
from tests.factories import info
from tests.fuzz.wire import GRAPH
from tests.unit.core.test_block_invitation import ZOOM as INVITATION

_HTML = "<html><head><style>p{}</style></head><body><p>Agenda &amp; cake</p></body></html>"
_WEEKLY_AT_GOOGLE = ["RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=8", "EXDATE:20261207T100000Z"]
_WEEKLY_IN_OUTLOOK = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["wednesday"]},
    "range": {"type": "endDate", "startDate": "2026-12-02", "endDate": "2027-02-03"},
}
_CONFIG = """\
version: 1
rules:
  - {name: a, calendars: [google:primary], attendees_min: 1, title_regex: "^(a|b)+$", provider: zoom}
people:
  - {email: a@b.example, calendars: [google:primary], zoom: {pool: [a@b.example]}}
zoom: {sweep: 1h, meeting: {alternative_hosts: off, series: fixed_time}}
"""


@cache
def documents() -> Mapping[str, list[Any]]:
    """Give good documents for each target that takes JSON, as the stand-ins write them."""
    return asyncio.run(_recorded())


@cache
def texts() -> Mapping[str, list[str]]:
    """Give good texts for each of the other targets."""
    return {
        "block_html": [_HTML, merge(Body(_HTML, BodyFormat.HTML), info()).text, INVITATION],
        "block_text": ["Agenda", merge(Body("Agenda", BodyFormat.TEXT), info()).text, INVITATION],
        "recurrence": [
            "Europe/Berlin\n" + "\n".join(_WEEKLY_AT_GOOGLE),
            "UTC\nRRULE:FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU,-1FR;UNTIL=20270601T090000Z;WKST=SU",
            "America/New_York\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=10\nRDATE;TZID=UTC:20270101",
            "\nRRULE:FREQ=DAILY;BYSETPOS=1,-1;BYYEARDAY=1,-366;BYWEEKNO=53",
        ],
        "waits": ["120", "1.5", "Tue, 01 Dec 2026 09:00:20 GMT", "2026-12-01T09:01:00Z"],
        "zones": ["Europe/Berlin", "W. Europe Standard Time", "tzone://Microsoft/Utc", "Etc/GMT+5"],
        "config": [example_yaml(), _CONFIG],
    }


def seeds(target: str) -> list[bytes]:
    """Give the good inputs of one target as the bytes it takes."""
    if target in texts():
        return [text.encode() for text in texts()[target]]
    return [json.dumps(document).encode() for document in documents()[target]]


async def _recorded() -> Mapping[str, list[Any]]:
    google, listed, zoom = await _google()
    outlook, instances = await _outlook()
    page = {"accessRole": "owner", "timeZone": "Europe/Berlin", "items": google}
    answers = dict.fromkeys(("event", "patched", "created"), google[0])
    round_ = {"value": outlook, "@odata.deltaLink": f"{GRAPH}/v1.0/delta?$deltatoken=1"}
    theirs = dict.fromkeys(("event", "patched"), outlook[0])
    return {
        "google_event": google,
        "microsoft_event": outlook,
        "google_calendar": [
            {
                "pages": [{**page, "nextPageToken": "p2"}, {**page, "nextSyncToken": "s"}],
                **answers,
                "instances": {"items": listed},
                "calendarList": {"items": [{"id": ANA, "primary": True, "accessRole": "owner"}]},
            },
            {
                "pages": [{**page, "nextSyncToken": "s"}],
                "event": google[1],
                "patched": {"$status": 412, "$headers": {"retry-after": "1"}, "$body": _refusal()},
            },
        ],
        "microsoft_calendar": [
            {
                "pages": [{**round_, "@odata.nextLink": f"{GRAPH}/v1.0/next"}, round_],
                **theirs,
                "instances": {"value": instances},
                "calendars": {"value": [{"id": "c", "name": "Ana", "isDefaultCalendar": True}]},
                "calendar": {"allowedOnlineMeetingProviders": ["teamsForBusiness"]},
            },
            {
                "pages": [round_],
                "event": outlook[1],
                "patched": {"$status": 403, "$body": _refusal()},
            },
        ],
        "zoom": [zoom],
        "webhook": [
            {"event": "meeting.updated", "payload": {"object": {"id": 93000000001}}},
            {"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}},
            {"event": "app_deauthorized", "payload": {"account_id": "a", "user_id": "u"}},
        ],
    }


def _refusal() -> dict[str, Any]:
    return {"error": {"code": "ErrorAccessDenied", "message": "no", "errors": [{"reason": "x"}]}}


async def _google() -> tuple[list[Any], list[Any], dict[str, Any]]:
    play = Play("google")
    await play.begin()
    await play.linked(text="Agenda")
    await play.add(title="Talk #zoom", text="Agenda <b>x</b>")
    series = await play.add(location="zoom", recurrence=_WEEKLY_AT_GOOGLE)
    await play.settle(10)
    listed = (await play.of().write("GET", f"/{series}/instances", None))["items"]
    zoom = await _zoom(play)
    items = await play.of().all()
    await play.close()
    return items, listed, zoom


async def _outlook() -> tuple[list[Any], list[Any]]:
    play = Play("outlook")
    await play.begin()
    await play.linked(text=_HTML)
    await play.add(title="Talk #zoom", text="plain")
    series = await play.add(location="zoom", text=_HTML, recurrence=_WEEKLY_IN_OUTLOOK)
    await play.settle(10)
    window = "startDateTime=2026-12-01T00:00:00Z&endDateTime=2027-01-01T00:00:00Z"
    listed = (await play.of().write("GET", f"/{series}/instances?{window}", None))["value"]
    items = await play.of().all()
    await play.close()
    return items, listed


async def _zoom(play: Play) -> dict[str, Any]:
    page = await play.at_zoom("GET", "/users/me/meetings?type=scheduled")
    made = page["meetings"][0]["id"]
    meeting = await play.at_zoom("GET", f"/meetings/{made}")
    return {
        "pages": [{**page, "next_page_token": "t"}, page],
        "meeting": meeting,
        "created": meeting,
        "user": await play.at_zoom("GET", "/users/me"),
        "invitation": {"invitation": INVITATION},
        "access_token": "abc",
        "expires_in": 3600,
        "scope": "meeting:read:meeting",
    }

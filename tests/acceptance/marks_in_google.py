"""What people write into events in Google Calendar: marks that count, and what only looks like one."""

from __future__ import annotations

import time
from typing import Any

from tests.acceptance.household import (
    FIRST_LINE,
    LAST_LINE,
)

ANOTHERS_LINK = "https://us05web.zoom.us/j/99999999999?pwd=x.1"


def at(time_of_day: str, *, days: int = 1, zone: str = "Europe/Berlin") -> dict[str, str]:
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + days * 86_400))
    return {"dateTime": f"{day}T{time_of_day}:00Z", "timeZone": zone}


MARKED: list[tuple[dict[str, Any], str]] = [
    ({"location": "zoom"}, "Review"),
    ({"location": "  ZOOM "}, "Review"),
    ({"location": "@zoom"}, "Review"),
    ({"location": "Zoom Meeting"}, "Review"),
    ({"summary": "Talk #zoom"}, "Talk"),
    ({"summary": "Talk @Zoom with Bo", "location": "Room 4"}, "Talk with Bo"),
    ({"description": "a\n#zoom\nb"}, "Review"),
    ({"description": "<p>Hi</p><ul><li>#zoom</li></ul>&nbsp;x &amp; y"}, "Review"),
    ({"description": "a\r\nb #zoom\r\n\r\n"}, "Review"),
    (
        {"description": "\N{PARTY POPPER} #zoom \u200d &lt;b&gt;", "summary": "\N{PARTY POPPER}"},
        "\N{PARTY POPPER}",
    ),
    ({"description": "x" * 7990 + " #zoom"}, "Review"),
    ({"description": "x" * 8180 + " #zoom"}, "Review"),
    ({"summary": "Secret #zoom", "visibility": "private"}, "Secret"),
]


UNMARKED: list[tuple[dict[str, Any], str | None]] = [
    ({"location": "zoom room"}, None),
    ({"description": "see https://x.example/#zoom, me@zoom.us, @zoom.us"}, None),
    ({"summary": "#zoomies"}, None),
    ({"summary": "#zoom #nozoom", "location": "zoom"}, None),
    ({"description": "#NoLink, please", "location": "zoom"}, None),
    ({"summary": "#zoom", "start": at("09:00", days=-9), "end": at("10:00", days=-9)}, None),
    ({"description": f"{FIRST_LINE}\n{ANOTHERS_LINK}\n{LAST_LINE}"}, None),
    ({"summary": "#zoom:frob"}, "unknown_wish"),
    ({"summary": "#zoom", "description": "https://zoom.us/j/123456789"}, "foreign_link"),
    ({"location": "zoom", "description": "https://acme.webex.com/meet/bo"}, "foreign_link"),
    (
        {"summary": "#zoom", "start": {"date": "2099-01-01"}, "end": {"date": "2099-01-02"}},
        "all_day",
    ),
    (
        {"summary": "#zoom", "start": at("09:00", days=300), "end": at("10:00", days=300)},
        "beyond_horizon",
    ),
    ({"summary": "#zoom", "end": at("10:00", days=3)}, "too_long"),
    ({"description": "x" * 8150 + " #zoom", "location": "Room"}, "no_room"),
    (
        {
            "summary": "#zoom",
            "eventType": "outOfOffice",
            "outOfOfficeProperties": {"autoDeclineMode": "declineNone"},
        },
        "special_event",
    ),
    ({"summary": "#zoom", "eventType": "focusTime", "focusTimeProperties": {}}, "special_event"),
]

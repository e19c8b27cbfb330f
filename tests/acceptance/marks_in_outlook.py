"""What people write into events in Outlook: marks that count, and what only looks like one."""

from __future__ import annotations

import time
from typing import Any

from tests.acceptance.household import (
    FIRST_LINE,
    LAST_LINE,
)

ANOTHERS_LINK = "https://us05web.zoom.us/j/99999999999?pwd=x.1"

ROOM = {
    "displayName": "Room 4",
    "locationEmailAddress": "room4@example.com",
    "locationType": "conferenceRoom",
}


def at(time_of_day: str, *, days: int = 1, zone: str = "UTC") -> dict[str, str]:
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + days * 86_400))
    return {"dateTime": f"{day}T{time_of_day}:00", "timeZone": zone}


def markup(content: str) -> dict[str, str]:
    return {"contentType": "html", "content": content}


MARKED: list[tuple[dict[str, Any], str, str]] = [
    ({"categories": ["Red", "ZOOM"]}, "Review", "<p>Agenda</p>"),
    ({"location": {"displayName": "zoom"}}, "Review", "<p>Agenda</p>"),
    ({"subject": "Talk #zoom", "locations": [ROOM]}, "Talk", "<p>Agenda</p>"),
    (
        {
            "body": markup(
                "<div><b>Hi</b> &amp; &lt;x&gt; #zoom \N{PARTY POPPER}</div>\r\n<p>end</p>"
            )
        },
        "Review",
        "<div><b>Hi</b> &amp; &lt;x&gt; #zoom \N{PARTY POPPER}</div>\r\n<p>end</p>",
    ),
    (
        {"body": {"contentType": "text", "content": "Hi\r\n#zoom <b> & x"}},
        "Review",
        "Hi<br>\r\n#zoom &lt;b&gt; &amp; x",
    ),
    ({"body": markup(""), "categories": ["Zoom"]}, "Review", ""),
    ({"body": markup(f"<p>{'x' * 8190} #zoom</p>")}, "Review", f"<p>{'x' * 8190} #zoom</p>"),
    (
        {"subject": "Secret", "sensitivity": "private", "categories": ["Zoom"]},
        "Secret",
        "<p>Agenda</p>",
    ),
]


UNMARKED: list[tuple[dict[str, Any], str | None]] = [
    ({"categories": ["Zoomed"]}, None),
    ({"categories": ["Zoom"], "body": markup("<p>no thanks, #nozoom</p>")}, None),
    ({"locations": [ROOM, {"displayName": "zoom"}]}, None),
    ({"body": markup(f"<div>{FIRST_LINE}<br>{ANOTHERS_LINK}<br>{LAST_LINE}</div>")}, None),
    ({"subject": "#zoom", "start": at("09:00", days=-9), "end": at("10:00", days=-9)}, None),
    ({"subject": "#zoom", "isDraft": True}, "draft"),
    (
        {"subject": "#zoom", "isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"},
        "teams_untouchable",
    ),
    (
        {
            "categories": ["Zoom"],
            "body": markup('<a href="https://teams.microsoft.com/l/meetup-join/19">x</a>'),
        },
        "foreign_link",
    ),
    (
        {
            "subject": "#zoom",
            "isAllDay": True,
            "start": at("00:00"),
            "end": at("00:00", days=2),
        },
        "all_day",
    ),
    ({"subject": "#zoom", "end": at("09:30", days=3)}, "too_long"),
    ({"body": markup("<p>#zoom:wait:frob</p>")}, "unknown_wish"),
]

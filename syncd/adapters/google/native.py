"""The conference Google keeps in an event beside its location and text, read and asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from syncd.adapters.google.reading import section, sections, text
from syncd.core.event import NativeConference, NativeKind

_MEET = "hangoutsMeet"
_TEAMS = re.compile(
    r"https?://(?:[a-z0-9-]+\.)*teams\.(?:microsoft|live)\.(?:com|us)/", re.IGNORECASE
)


def native_conference(item: Mapping[str, Any]) -> NativeConference | None:
    """Read conferenceData and hangoutLink; a Meet that is still being made counts as one."""
    data, link = section(item, "conferenceData"), text(item, "hangoutLink")
    if not data and not link:
        return None
    url = link or _entry(data)
    if link or _solution(data) == _MEET:
        pending = not url and _status(data) == "pending"
        return NativeConference(NativeKind.GOOGLE_MEET, url, pending=pending)
    if _failed(data):
        return None
    kind = NativeKind.TEAMS if _TEAMS.match(url) else NativeKind.OTHER
    return NativeConference(kind, url)


def meet_request(request_id: str) -> dict[str, Any]:
    """Write the conferenceData that asks for a Meet (Google Calendar API, "Create events").

    Google makes it after its answer. It reads over an id that is the same as the last one's.
    """
    key = {"type": _MEET}
    return {"createRequest": {"requestId": request_id, "conferenceSolutionKey": key}}


def _solution(data: Mapping[str, Any]) -> str:
    """Name the kind of conference: of the one there is, or of the one that was asked for."""
    solution = section(data, "conferenceSolution")
    if solution:
        return text(section(solution, "key"), "type")
    if _failed(data):
        return ""
    return text(section(section(data, "createRequest"), "conferenceSolutionKey"), "type")


def _failed(data: Mapping[str, Any]) -> bool:
    """A failed createRequest stays in the event without a solution."""
    return not data.get("conferenceSolution") and _status(data) == "failure"


def _status(data: Mapping[str, Any]) -> str:
    return text(section(section(data, "createRequest"), "status"), "statusCode")


def _entry(data: Mapping[str, Any]) -> str:
    entries = {text(e, "entryPointType"): text(e, "uri") for e in sections(data, "entryPoints")}
    return entries.get("video") or entries.get("more") or ""

"""What a test in another process may turn: not of Google, hence below `/_knobs`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from syncd.sandbox.fakes.google.conference import ConferenceMode, MeetOutcome
from syncd.sandbox.fakes.google.core import Core


def knob_routes(core: Core) -> list[Route]:
    """Give `POST /_knobs`, which takes one or more settings and actions as one JSON object."""
    return [Route("/_knobs", KnobBoard(core).post, methods=["POST"], name="POST /_knobs")]


class KnobBoard:
    """Turns knobs by name.

    `conference_mode`: accept, reject400 or strip · `meet_outcome`: success, failure or pending ·
    `meet_allowed`, `empty_pages`: flags · `suspended`: list of addresses · `expire_sync_tokens`:
    true.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._turns: Mapping[str, Callable[[Any], None]] = {
            "conference_mode": self._set_conference_mode,
            "meet_outcome": self._set_meet_outcome,
            "meet_allowed": self._set_meet_allowed,
            "empty_pages": self._set_empty_pages,
            "suspended": self._set_suspended,
            "expire_sync_tokens": self._expire,
        }

    async def post(self, request: Request) -> Response:
        """Turn what the body names; answer 400 with the reason when a name is unknown."""
        try:
            self._turn(json.loads(await request.body()))
        except (ValueError, TypeError, KeyError) as problem:
            return JSONResponse({"error": str(problem)}, status_code=400)
        return JSONResponse({"ok": True})

    def _turn(self, settings: Any) -> None:
        if not isinstance(settings, dict):
            raise TypeError("the body must be an object")
        if unknown := settings.keys() - self._turns.keys():
            raise KeyError(f"no knob named {', '.join(sorted(unknown))}")
        for name, value in settings.items():
            self._turns[name](value)

    def _set_conference_mode(self, value: ConferenceMode) -> None:
        self._core.knobs.conference_mode = _one_of(value, ConferenceMode)

    def _set_meet_outcome(self, value: MeetOutcome) -> None:
        self._core.knobs.meet_outcome = _one_of(value, MeetOutcome)

    def _set_meet_allowed(self, value: bool) -> None:
        self._core.knobs.meet_allowed = bool(value)

    def _set_empty_pages(self, value: bool) -> None:
        self._core.knobs.empty_pages = bool(value)

    def _set_suspended(self, value: list[str]) -> None:
        self._core.knobs.suspended = set(value)

    def _expire(self, value: bool) -> None:
        if value:
            self._core.tokens.expire_all()


def _one_of(value: Any, words: Any) -> Any:
    known = get_args(words)
    if value not in known:
        raise ValueError(f"{value!r} is none of {', '.join(known)}")
    return value

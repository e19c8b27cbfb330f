"""What a test in another process may turn at a provider: not of its API, hence below `/_knobs`.

The knobs of all three are told in `control`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Turns = Mapping[str, Callable[[Any], None]]
"""What each knob does with the value it is given; ValueError, TypeError or KeyError refuses it."""


def knob_routes(turns: Turns, *, refusal: type[Exception] = ValueError) -> list[Route]:
    """Give `POST /_knobs`; `refusal` is what the provider's own code raises beside the usual."""
    board = _Board(turns, refusal)
    return [Route("/_knobs", board.post, methods=["POST"], name="POST /_knobs")]


def one_of(value: Any, words: tuple[Any, ...]) -> Any:
    """Give the value when it is one of the words. Raises ValueError."""
    if value not in words:
        raise ValueError(f"{value!r} is none of {', '.join(str(word) for word in words)}")
    return value


@dataclass(frozen=True)
class _Board:
    turns: Turns
    refusal: type[Exception]

    async def post(self, request: Request) -> Response:
        """Turn what the body names; answer 400 with the reason when a name is unknown."""
        try:
            self._turn(json.loads(await request.body()))
        except (ValueError, TypeError, KeyError, self.refusal) as problem:
            return JSONResponse({"error": str(problem)}, status_code=400)
        return JSONResponse({"ok": True})

    def _turn(self, settings: Any) -> None:
        if not isinstance(settings, dict):
            raise TypeError("the body must be an object")
        if unknown := settings.keys() - self.turns.keys():
            raise KeyError(f"no knob named {', '.join(sorted(unknown))}")
        for name, value in settings.items():
            self.turns[name](value)

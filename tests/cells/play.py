"""One cell played: the real call, the fault, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from syncd.ports.errors import (
    AuthLost,
    CursorExpired,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    Permanent,
    ProviderError,
    RateLimited,
    Stale,
    Transient,
)
from syncd.ports.oauth import ConsentRefused
from tests.cells.faults import Fault, Struck
from tests.cells.lines import below_msal
from tests.cells.stage import OURS, SECRETS, Act, Row, Stage
from tests.cells.timing import LeapLoop, run

LETTERS: dict[type[Exception], str] = {
    Transient: "T",
    RateLimited: "R",
    AuthLost: "A",
    Forbidden: "F",
    NotFound: "N",
    Stale: "V",
    CursorExpired: "C",
    OutcomeUnknown: "U",
    Permanent: "P",
    ConsentRefused: "Z",
}
DONE = "S"


@dataclass(frozen=True)
class Outcome:
    """What a call came to. `tried` are the requests made for it, `sent` those that left."""

    letter: str
    code: str
    tried: int
    sent: int
    seconds: float
    retry_after: float | None
    drawn: int
    """The bytes that were taken of all bad answers."""
    strayed: frozenset[str]
    """Hosts that were reached and are none of the configured ones."""
    recovers: bool = False
    """Whether the same call, by the same objects, succeeds once the fault is over."""


def played(row: Row, fault: Fault, *, times: int = 1_000_000) -> Outcome:
    """Make the call while its next requests are struck, and once more when all is well."""
    return run(lambda loop: _play(row, fault, times, loop))


async def _play(row: Row, fault: Fault, times: int, loop: LeapLoop) -> Outcome:
    stage = Stage(loop)
    with below_msal(stage.wire, loop):
        act = await row.made(stage)
        stage.wire.arm(row.target, Struck(row, fault), times=times)
        outcome = await _came_to(act, stage)
        stage.wire.disarm()
        loop.leap(24 * 3600)
        after = await _came_to(act, stage)
    return replace(outcome, recovers=after.letter == DONE, strayed=after.strayed)


async def _came_to(act: Act, stage: Stage) -> Outcome:
    wire, began = stage.wire, stage.clock.monotonic()
    letter, code, retry_after = DONE, "", None
    try:
        await act()
    except (ProviderError, ConsentRefused) as error:
        letter, code = LETTERS[type(error)], error.code
        wait = getattr(error, "retry_after", None)
        retry_after = None if wait is None else wait.total_seconds()
        _check_words(error)
    return Outcome(
        letter=letter,
        code=code,
        tried=len(wire.tried),
        sent=len(wire.sent),
        seconds=stage.clock.monotonic() - began,
        retry_after=retry_after,
        drawn=wire.drawn,
        strayed=frozenset(wire.hosts - OURS),
    )


def _check_words(error: ProviderError | ConsentRefused) -> None:
    """See that an error tells a person something, and nobody a secret."""
    assert error.message.endswith(".") or error.code, error
    assert "\n" not in error.message
    assert len(error.message) < 1000
    told = f"{error.message} {error.remedy} {error.code}"
    assert not any(secret in told for secret in SECRETS), told

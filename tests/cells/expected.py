"""The reaction that every cell must show: by rule, and the exceptions one by one.

The rules are those of the catalogue. What is certain not to have been done may be tried again; what
may have been done is never sent again blindly, but looked at; what is no answer is never believed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.cells.exceptions import other_count, other_letter
from tests.cells.faults import Family, Fault
from tests.cells.stage import Kind, Row, Tongue

DEADLINE = 10.0
"""Seconds that one sending may take, from connecting to the last byte."""
MOST_BYTES = 10 * 1024 * 1024
SHORT = 3.0
"""The longest wait in seconds that the transport itself waits out."""

_REPEATABLE = (Kind.READ, Kind.SET, Kind.SIGN_IN, Kind.EXTRA)
_WRITES = (Kind.WRITE, Kind.CREATE, Kind.INSERT)
_OAUTH = (Tongue.GOOGLE_OAUTH, Tongue.ENTRA, Tongue.ZOOM_OAUTH)
_APIS = (Tongue.GOOGLE, Tongue.GRAPH, Tongue.ZOOM)
_LONG_REST = 3600.0

# Refusals by an API: what they mean in Google's words, in Graph's to reads and writes, in Zoom's.
_REFUSED = {
    "400": ("P", "P", "P", "P"),
    "401": ("A", "A", "A", "A"),
    "403 not allowed": ("F", "F", "F", "F"),
    "403 rate": ("R", "", "", ""),
    "403 quota": ("R", "F", "F", ""),
    "403 scope": ("A", "A", "A", "F"),
    "404": ("N", "N", "N", "N"),
    "409": ("V", "T", "V", "P"),
    "410": ("N", "T", "T", "P"),
    "412": ("V", "T", "V", "P"),
}
# Refusals by a token service: what they mean to a token, and to a code.
_NO_TOKEN = {"400": ("A", "Z"), "401": ("A", "Z"), "403 not allowed": ("A", "Z"), "404": ("A", "Z")}


@dataclass(frozen=True)
class Reaction:
    """What is to be seen. Counts are exact, `seconds` is the most it may take."""

    letter: str
    tried: int
    sent: int
    seconds: float
    least: float
    """Seconds that it must have waited, told to."""
    retry_after: float | None


def expected(row: Row, fault: Fault) -> Reaction:
    """Say what becomes of a call whose every sending meets this fault."""
    letter = _letter(row, fault)
    tried = other_count(row, fault) or _tries(row, fault, letter)
    sent = 0 if fault.family is Family.UNSENT else tried
    is_short = fault.family is Family.TOLD and fault.wait is not None and fault.wait <= SHORT
    waits = (tried - 1) * (fault.wait or 0) if is_short and row.tongue is not Tongue.ENTRA else 0
    return Reaction(
        letter=letter,
        tried=tried,
        sent=sent,
        seconds=tried * (2 * DEADLINE + SHORT) + waits,
        least=0.9 * waits,
        retry_after=_retry_after(row, fault) if letter == "R" else None,
    )


def _letter(row: Row, fault: Fault) -> str:
    if (other := other_letter(row, fault)) is not None:
        return other
    if row.kind is Kind.EXTRA:
        return "S"
    if fault.family in _SAME:
        return _SAME[fault.family]
    return _BY_CALL[fault.family](row, fault)


def _refused(row: Row, fault: Fault) -> str:
    if row.tongue in _OAUTH:
        return _NO_TOKEN[fault.name][row.kind is Kind.CODE]
    google, read, write, zoom = _REFUSED[fault.name]
    match row.tongue:
        case Tongue.GOOGLE:
            return "C" if fault.name == "410" and row.lists else google
        case Tongue.GRAPH:
            return write if row.kind in _WRITES else read
        case _:
            return zoom


def _failed(row: Row, fault: Fault) -> str:
    if row.tongue is Tongue.GRAPH and fault.name.startswith("503"):
        return "R"
    return "U" if row.kind in _WRITES else "T"


def _lost(row: Row, _fault: Fault) -> str:
    if row.kind is Kind.CODE:
        return "Z"
    return "U" if row.kind in _WRITES else "T"


def _garbled(row: Row, fault: Fault) -> str:
    if not row.needs and row.kind in (Kind.SET, Kind.SIGN_IN):
        # Nothing is read of it, but that it is the provider's own word.
        return "S" if fault.name in ("no object", "wrong types") else "T"
    if row.kind in _WRITES:
        return "U"
    if row.kind is Kind.CODE and row.tongue is Tongue.ENTRA:
        return "Z"
    of_event = row.kind is Kind.READ and "iCalUI" in "".join(row.needs)
    return "P" if of_event and fault.name in ("wrong types", "missing id") else "T"


def _redirected(row: Row, _fault: Fault) -> str:
    if row.kind in _WRITES:
        return "U"
    if row.kind is Kind.CODE:
        return "T" if row.tongue is Tongue.GOOGLE_OAUTH else "Z"
    # Only where the admin wrote the address is it the admin's to mend.
    of_people = row.tongue in (Tongue.GOOGLE_OAUTH, Tongue.ENTRA)
    return "T" if of_people and row.name != "token (service account)" else "P"


_SAME = {Family.TOLD: "R", Family.UNSENT: "T", Family.ODD: "S"}
_BY_CALL: dict[Family, Callable[[Row, Fault], str]] = {
    Family.REFUSED: _refused,
    Family.FAILED: _failed,
    Family.LOST: _lost,
    Family.TOO_LARGE: _lost,
    Family.GARBLED: _garbled,
    Family.REDIRECTED: _redirected,
}


def _tries(row: Row, fault: Fault, letter: str) -> int:
    if row.tongue is Tongue.ENTRA or fault.name == "page loop":
        return 1 if row.tongue is Tongue.ENTRA else 2
    if fault.family is Family.UNSENT:
        return 4
    if _is_repeated(row, fault):
        return 3
    if fault.family is Family.TOLD and fault.wait is not None and fault.wait <= SHORT:
        return 4
    if fault.name == "401" and row.tongue in _APIS:
        return 2
    # Asked for under a key, it tells by asking again what became of it.
    return 2 if row.kind is Kind.INSERT and letter == "U" else 1


def _is_repeated(row: Row, fault: Fault) -> bool:
    if row.kind not in _REPEATABLE or row.name == "events.patch (tidying)":
        return False
    is_failing = fault.family is Family.FAILED and fault.wait is None
    return fault.family is Family.LOST or is_failing


def _retry_after(row: Row, fault: Fault) -> float | None:
    if fault.name == "403 quota":
        return _LONG_REST
    if row.tongue in (Tongue.ZOOM, Tongue.ZOOM_OAUTH):
        return fault.wait or 1.0
    return fault.wait

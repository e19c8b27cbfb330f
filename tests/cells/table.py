"""The table of all cells: one letter for each, and a reason for each gap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.cells.calls import MISSING, ROWS
from tests.cells.exceptions import OTHERWISE
from tests.cells.expected import expected
from tests.cells.faults import FAULTS

LEGEND = {
    "S": "success, or nothing is lost by it",
    "T": "Transient: it had no effect or may be repeated; again later",
    "R": "RateLimited: rests as long as it was told",
    "A": "AuthLost: the account's owner is told; asked no more than twice an hour",
    "F": "Forbidden: this event or calendar may not be touched",
    "N": "NotFound: it is gone, for certain",
    "V": "Stale: somebody changed it; looked at again",
    "C": "CursorExpired: the whole calendar is read again",
    "U": "OutcomeUnknown: it may have happened; looked for, never repeated blindly",
    "P": "Permanent: refused; waits for a change",
    "Z": "ConsentRefused: the person before the page is told",
}
_WIDTH = 38


def text() -> str:
    """Write all of it, as Markdown."""
    return "\n".join([*_figures(), "", *_grid(), "", *_legends(), "", *_gaps(), "", *_others(), ""])


def count() -> int:
    """Count the cells that are played."""
    return sum(not fault.why_not(row) for row in ROWS for fault in FAULTS)


def _figures() -> Iterator[str]:
    mine = [row for row in ROWS if row.catalogue]
    filled = sum(not fault.why_not(row) for row in mine for fault in FAULTS)
    yield f"- {count()} cells: {len(ROWS)} calls of the product by {len(FAULTS)} faults."
    yield (
        f"- {filled} of them are of the {len(mine)} calls of the fault catalogue that the product"
        " makes; the others are of calls beside those."
    )
    yield (
        f"- {len(MISSING)} calls of the catalogue are not made, so {len(MISSING) * len(FAULTS)}"
        " cells of it stay empty (reasons below)."
    )


def _grid() -> Iterator[str]:
    numbers = range(1, len(FAULTS) + 1)
    yield "```"
    yield " " * _WIDTH + "".join(str(n // 10) if n >= 10 else " " for n in numbers)
    yield " " * _WIDTH + "".join(str(n % 10) for n in numbers)
    for row in ROWS:
        cells = ("." if fault.why_not(row) else expected(row, fault).letter for fault in FAULTS)
        yield f"{row!s:<{_WIDTH}}" + "".join(cells)
    yield "```"


def _legends() -> Iterator[str]:
    yield "| letter | reaction |"
    yield "|---|---|"
    yield from (f"| {letter} | {meaning} |" for letter, meaning in LEGEND.items())
    yield "| . | no such cell |"
    yield ""
    yield "| column | fault | family |"
    yield "|---|---|---|"
    for number, fault in enumerate(FAULTS, start=1):
        yield f"| {number} | {fault} | {fault.family.value} |"


def _gaps() -> Iterator[str]:
    why = Counter(fault.why_not(row) for row in ROWS for fault in FAULTS)
    yield "| cells that do not exist | because |"
    yield "|---|---|"
    for reason, number in sorted(why.items()):
        if reason:
            yield f"| {number} | {reason} |"
    for call, reason in MISSING.items():
        yield f"| {len(FAULTS)} | {call}: {reason} |"


def _others() -> Iterator[str]:
    yield "| calls | faults | otherwise than by rule, because |"
    yield "|---|---|---|"
    for one in OTHERWISE:
        yield f"| {', '.join(one.rows)} | {', '.join(one.faults)} | {one.why} |"

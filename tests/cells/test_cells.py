"""Every cell: what the real call comes to, how often it is sent, and what it leaves behind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cells import table
from tests.cells.calls import MISSING, ROWS
from tests.cells.exceptions import OTHERWISE
from tests.cells.expected import MOST_BYTES, expected
from tests.cells.faults import FAULTS, Family, Fault
from tests.cells.play import played
from tests.cells.stage import Row

CELLS = [(row, fault) for row in ROWS for fault in FAULTS if not fault.why_not(row)]

# One call of each kind and each way of asking.
SAMPLES = [
    row
    for row in ROWS
    if str(row)
    in {
        "Google token (service account)",
        "Google events.list sync",
        "Google events.patch",
        "Google events.insert",
        "Microsoft token (application)",
        "Microsoft event",
        "Microsoft event PATCH",
        "Zoom meeting POST",
        "Zoom meeting PATCH",
    }
]


@pytest.mark.parametrize(("row", "fault"), CELLS, ids=[f"{r} - {f}" for r, f in CELLS])
def test_a_bad_answer_has_the_reaction_it_must_have(row: Row, fault: Fault):
    is_, must = played(row, fault), expected(row, fault)
    assert (is_.letter, is_.tried, is_.sent) == (must.letter, must.tried, must.sent), is_.code
    assert must.least <= is_.seconds <= must.seconds
    if must.letter == "R":
        assert is_.retry_after == (must.retry_after and pytest.approx(must.retry_after, rel=0.1))
    assert is_.drawn <= 1.2 * MOST_BYTES * is_.sent
    assert not is_.strayed
    assert is_.recovers


@pytest.mark.parametrize("row", SAMPLES, ids=str)
def test_one_bad_answer_is_healed_where_the_call_may_be_sent_again(row: Row):
    for fault in FAULTS:
        # A page that comes once more is no loop.
        if fault.why_not(row) or (fault.name != "page loop" and expected(row, fault).tried == 1):
            continue
        once = played(row, fault, times=1)
        assert (once.letter, once.tried) == ("S", 2), fault
        if fault.family is Family.TOLD:
            assert once.seconds >= 0.9 * (fault.wait or 0)


def test_there_are_more_cells_than_the_catalogue_asks_for():
    assert len(CELLS) == table.count()
    assert len(CELLS) >= 750
    assert len({str(row) for row in ROWS}) == len(ROWS)
    # The catalogue says 29, and names so many.
    assert len({row.catalogue for row in ROWS if row.catalogue} | set(MISSING)) == 31


def test_every_exception_is_one_to_a_cell():
    cells = {(str(row), str(fault)) for row, fault in CELLS}
    named = [(row, fault) for one in OTHERWISE for row in one.rows for fault in one.faults]
    assert set(named) <= cells
    assert len(named) == len(set(named))


def test_every_operation_of_the_product_has_its_row():
    """New calls to a provider must not come without their cells."""
    written = Path("syncd/adapters").resolve()
    sources = "\n".join(path.read_text() for path in written.rglob("*.py"))
    operations = set(re.findall(r'operation="([A-Z]+ [^"]+)"', sources))
    assert operations <= KNOWN, operations - KNOWN
    googles = set(re.findall(r'"(calendar\.[\w.]+)": "', sources))
    assert len(googles) == 6, googles


KNOWN = {
    "DELETE /meetings/{meetingId}",
    "GET /meetings/{meetingId}",
    "GET /meetings/{meetingId}/invitation",
    "GET /userinfo",
    "GET /users/{userId}",
    "GET /users/{userId}/meetings",
    "PATCH /meetings/{meetingId}",
    "POST /token",
    "POST /users/{userId}/meetings",
    "POST notify.webhook",
}


def test_the_table_in_the_readme_is_current():
    readme = (Path(__file__).parent / "README.md").read_text()
    assert readme.endswith(table.text()), "write it anew: python -m tests.cells"

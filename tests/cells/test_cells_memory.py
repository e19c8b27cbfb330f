"""An answer of 100 MB is never held, packed or not."""

from __future__ import annotations

import tracemalloc

import pytest

from tests.cells.calls import ROWS
from tests.cells.expected import MOST_BYTES
from tests.cells.faults import FAULTS
from tests.cells.play import played

_ROWS = {str(row): row for row in ROWS}
_FAULTS = {fault.name: fault for fault in FAULTS}


@pytest.mark.parametrize("fault", ["100 MB", "gzip bomb"])
@pytest.mark.parametrize(
    "row", ["Google events.list full", "Microsoft token (application)", "Zoom meeting POST"]
)
def test_no_more_is_held_than_a_few_times_the_cap(row: str, fault: str):
    played(_ROWS[row], _FAULTS[fault])
    tracemalloc.start()
    try:
        played(_ROWS[row], _FAULTS[fault])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * MOST_BYTES

"""When a person is asked before much is removed."""

import pytest

from syncd.core.guard import is_too_much


@pytest.mark.parametrize(
    ("removals", "links", "asked"),
    [
        (0, 0, False),
        (20, 20, False),
        (21, 21, True),
        (21, 200, True),
        (21, 210, False),
        (100, 1000, False),
        (101, 1000, True),
    ],
)
def test_many_removals_among_few_links_are_too_much(removals, links, asked):
    assert is_too_much(removals=removals, links=links) is asked

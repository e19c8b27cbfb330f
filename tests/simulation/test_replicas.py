"""Lives drawn from seeds, on two and three daemons over one database.

Shows K19, K28, I6, L1 and L3 of `config/promises.md`.
"""

import pytest

from tests.simulation.campaign import seeds

_TOGETHER = 50


@pytest.mark.parametrize("first", range(5000, 5200, _TOGETHER))
def test_two_daemons_keep_every_promise(first):
    tally = seeds(first, _TOGETHER, replicas=2, workers=1)
    assert [(one.name, one.violations) for one in tally.failed] == []
    assert tally.lives >= 2 * _TOGETHER


@pytest.mark.parametrize("first", range(7000, 7100, _TOGETHER))
def test_three_daemons_keep_every_promise(first):
    tally = seeds(first, _TOGETHER, replicas=3, workers=1)
    assert [(one.name, one.violations) for one in tally.failed] == []
    assert tally.lives >= 3 * _TOGETHER

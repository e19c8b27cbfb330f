"""The simulation has teeth: each broken rule is seen to be broken, by a life that is whole without."""

import pytest

from tests.simulation.mutants import MUTANTS, hunt, script_of
from tests.simulation.run import play

_RESERVE = 20
_FIRST = {
    "no hold-off": 8,
}
"""The first seed that catches it, where that is not the very first."""


def test_there_are_enough_of_them():
    assert len(MUTANTS) >= 24


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_caught_and_a_healthy_daemon_is_not(name):
    found = hunt(name, _RESERVE, first=_FIRST.get(name, 0))
    assert found.seed is not None
    assert found.violations
    assert play(script_of(MUTANTS[name], found.seed)).violations == []

"""The simulation has teeth: each broken rule is seen to be broken, by a life that is whole without."""

import pytest

from tests.simulation.mutants import MUTANTS, hunt, script_of
from tests.simulation.run import play

# The first seed that catches it, where that is none of the very first.
_FIRST = {
    "shared refresh": 42,
    "no hold-off": 8,
    "missed once": 12,
    "replaced by itself": 6,
    "absence means delete": 4,
    "unclear change believed": 12,
    "unclear deletion believed": 3,
}
_RESERVE = 20


def test_there_are_enough_of_them():
    assert len(MUTANTS) >= 24


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_caught_and_a_healthy_daemon_is_not(name):
    found = hunt(name, _RESERVE, first=_FIRST.get(name, 0))
    assert found.seed is not None
    assert play(script_of(MUTANTS[name], found.seed)).violations == []

"""Every effect of every story in Google Calendar, struck by every kind of fault.

Shows K0 to K18 and K23 of `config/promises.md`.
"""

import pytest

from tests.simulation.scenarios import scenarios
from tests.simulation.singles import singles, strike_all

_STORIES = [name for name in scenarios() if name.endswith("google")]


@pytest.mark.parametrize("story", _STORIES)
def test_no_single_fault_breaks_a_promise(story):
    cases = list(singles(story))
    assert len({(case.replicas, case.strikes[0].at) for case in cases}) > 20
    tally = strike_all(cases, workers=1)
    assert [(one.name, one.violations) for one in tally.failed] == []
    assert tally.runs == len(cases)

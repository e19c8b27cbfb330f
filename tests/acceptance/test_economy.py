"""How few calls the main job takes: counted by the sandbox, which is the witness.

Shows I11 of `config/promises.md`.
"""

from collections import Counter
from pathlib import Path

import pytest

from tests.acceptance.processes import Sandbox, google_event, outlook_event, syncd

_LISTINGS = ("GET /calendars/{calendarId}/events", "calendarView/delta")


def _calls(sandbox: Sandbox) -> Counter[str]:
    requests = sandbox.state()["requests"]
    return Counter(
        {
            f"{provider} {operation}": count
            for provider, operations in requests.items()
            for operation, count in operations.items()
            if not operation.endswith("events") or operation.startswith("POST")
            if not any(listing in operation for listing in _LISTINGS[1:])
        }
    )


@pytest.fixture
def crowd(tmp_path: Path):
    made = Sandbox(tmp_path / "sandbox", people=5)
    made.set('interval: "2s"', 'interval: "1s"')
    yield made
    made.stop()


def test_a_hundred_links_on_ten_calendars_cost_three_calls_each_and_none_at_rest(crowd: Sandbox):
    marked = 0
    for person in range(5):
        for _ in range(10):
            crowd.google(person, "POST", body=google_event(location="zoom"))
            crowd.outlook(person, "POST", body=outlook_event(categories=["Zoom"]))
            marked += 2
    before = _calls(crowd)
    syncd("sync", "--config", str(crowd.config))
    spent = _calls(crowd) - before
    tokens = sum(count for name, count in spent.items() if "token" in name or "openid" in name)
    assert len(crowd.meetings()) == marked == 100
    # Whether an account takes Google's button for Zoom is found out once, by a write it refuses.
    tries = 5
    assert sum(spent.values()) - tokens <= 3 * marked + tries, spent
    writes = {name: count for name, count in spent.items() if " PATCH " in name}
    assert sum(writes.values()) == marked + tries, writes

    at_rest = _calls(crowd)
    syncd("sync", "--config", str(crowd.config))
    syncd("sync", "--config", str(crowd.config))
    assert {
        name for name in _calls(crowd) - at_rest if "token" not in name and "openid" not in name
    } == set()

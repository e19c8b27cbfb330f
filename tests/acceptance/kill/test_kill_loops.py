"""Killed at any instant, on both databases: no meeting twice, no dead link, none that nobody knows.

`python -m tests.acceptance.kill` goes on for as long as it is told to, and replays a seed.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.acceptance.kill.campaign import Campaign, parts
from tests.acceptance.kill.strikes import calls_that_can_be_struck
from tests.acceptance.kill.tally import Tally

# A seed with two daemons would take half a minute more; those stand in a file of their own.
SEED = 1
# Both take about as long: a life on a server is a slower one.
KILLS = {"sqlite": 60, "postgresql": 42}


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def told(folder: Path, database: str) -> Tally:
    began = time.monotonic()
    campaign = Campaign(folder / database, database=database, say=say)
    tally = campaign.run(kills=KILLS[database], seed=SEED)
    say(tally.told(database=database, seed=SEED, seconds=time.monotonic() - began))
    return tally


def test_killed_again_and_again_every_marked_event_has_exactly_one_meeting(tmp_path: Path):
    """Kill daemons at drawn moments and calls while people mark, move, unmark and delete events."""
    with ThreadPoolExecutor(len(KILLS)) as pool:
        done = pool.map(lambda database: told(tmp_path, database), KILLS)
        tallies = dict(zip(KILLS, done, strict=True))
    assert [violation for tally in tallies.values() for violation in tally.violations] == []
    assert sum(tally.kills for tally in tallies.values()) >= 100
    for database, tally in tallies.items():
        assert tally.looks > tally.kills, "every death was looked at, and the end"
        assert tally.meetings["links"] == tally.meetings["living"] > 0
        calls = calls_that_can_be_struck(database)
        assert any(tally.kinds[f"at the k-th {call}"] for call in calls) or not calls


def test_kills_are_divided_into_rounds_that_keep_all_lanes_busy():
    assert [part.kills for part in parts(250, seed=1, lanes=2)] == [100, 100, 50]
    assert [part.kills for part in parts(60, seed=1, lanes=2)] == [30, 30]
    assert [part.seed for part in parts(201, seed=7, lanes=1)] == [7, 8, 9]

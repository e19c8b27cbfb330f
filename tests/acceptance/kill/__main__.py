"""Kills by command: `python -m tests.acceptance.kill --kills 1000 [--database postgresql] [--seed N]`.

Prints what was counted. It ends with 1 on a violation, and says how to have it again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.acceptance.kill.campaign import ROUND, Campaign
from tests.acceptance.processes import compiled


def main() -> int:
    """Run it; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=ROUND)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lanes", type=int, default=2, help="rounds at a time")
    parser.add_argument("--folder", type=Path, help="an empty one, kept with logs and databases")
    asked = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="syncd-kill-") as name:
        folder = asked.folder or Path(name)
        with compiled(folder / "bytecode"):
            campaign = Campaign(folder, database=asked.database, say=_say)
            tally = campaign.run(kills=asked.kills, seed=asked.seed, lanes=asked.lanes)
    seconds = time.monotonic() - began
    _say(tally.told(database=asked.database, seed=asked.seed, seconds=seconds))
    return int(bool(tally.violations))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

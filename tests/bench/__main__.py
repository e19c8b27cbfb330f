"""All benches, one after the other: `python -m tests.bench` prints one JSON document.

It ends with 1 when something did not work; slowness alone is never a failure.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.bench.figures import show


def main() -> int:
    names = sorted(file.stem for file in Path(__file__).parent.glob("bench_*.py"))
    found = {name.removeprefix("bench_"): _run(name) for name in names}
    show(found)
    return int(any("failed" in one for one in found.values()))


def _run(name: str) -> dict[str, Any]:
    """Run one bench in a process of its own, and read what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.bench.{name}"], stdout=subprocess.PIPE, check=False
    )
    if done.returncode != 0:
        return {"failed": done.returncode}
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    sys.exit(main())

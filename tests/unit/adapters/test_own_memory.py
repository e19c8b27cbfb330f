"""The memory of the daemon is its own: asked of a process that has begun to be one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_BEGUN = """
import ctypes, resource, sys
from pathlib import Path
from syncd.config.errors import ConfigError

GET_DUMPABLE = 3
library = ctypes.CDLL(None)
assert library.prctl(GET_DUMPABLE, 0, 0, 0, 0) == 1
if {runs}:
    from syncd.bootstrap.running import run
    try:
        run(Path({config!r}))
    except ConfigError:
        pass
print(library.prctl(GET_DUMPABLE, 0, 0, 0, 0), *resource.getrlimit(resource.RLIMIT_CORE))
"""


@pytest.mark.parametrize(("runs", "is_open"), [(True, False), (False, True)])
def test_the_daemon_shuts_its_memory_before_it_reads_a_secret(
    tmp_path: Path, *, runs: bool, is_open: bool
):
    text = _BEGUN.format(runs=runs, config=str(tmp_path / "nowhere.yaml"))
    said = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, check=True, timeout=60
    ).stdout.split()
    assert (said[0] == "1") is is_open
    if runs:
        assert said == ["0", "0", "0"]

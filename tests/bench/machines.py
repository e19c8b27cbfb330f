"""Small machines out of one large one: processes that get no more than a part of a core each.

By the CPU controller of cgroups, so it needs root on Linux. A process that is stopped in the middle of
a transaction lets others wait, so the period is short; it is longer than the 5 ms after which threads of
Python hand over to each other.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PERIOD = 20_000
"""In microseconds; the kernel takes no less than 1,000."""
_FIRST = Path("/sys/fs/cgroup/cpu")
_SECOND = Path("/sys/fs/cgroup")


class NoSuchControl(Exception):
    """This machine does not let us limit the CPU of a process."""


@contextmanager
def small_machine(process: int, *, cores: float) -> Iterator[None]:
    """Let a process use so much of a core while the block runs; NoSuchControl where that cannot be."""
    group = _group(f"bench-{os.getpid()}-{process}")
    try:
        _limit(group, cores)
        (group / "cgroup.procs").write_text(str(process))
        yield
        (group.parent / "cgroup.procs").write_text(str(process))
    finally:
        group.rmdir()


def _group(name: str) -> Path:
    parent = _FIRST if (_FIRST / "cgroup.procs").exists() else _SECOND
    group = parent / name
    try:
        group.mkdir()
    except OSError as error:
        raise NoSuchControl(f"{parent}: {error.strerror}") from error
    return group


def _limit(group: Path, cores: float) -> None:
    quota = int(cores * _PERIOD)
    if (group / "cpu.cfs_quota_us").exists():
        (group / "cpu.cfs_period_us").write_text(str(_PERIOD))
        (group / "cpu.cfs_quota_us").write_text(str(quota))
    elif (group / "cpu.max").exists():
        (group / "cpu.max").write_text(f"{quota} {_PERIOD}")
    else:
        raise NoSuchControl(f"{group.parent}: it has no control of the CPU")

"""Ways in which a disk fails under a daemon at work, each undone when its block ends."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.acceptance.kill.lives import Life
from tests.acceptance.kill.strikes import can_trace

_ROOM = "6m"
_CHUNK = b"\0" * 65536


class NotHere(Exception):
    """This machine, or this user of it, cannot let a disk fail in this way."""


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a small disk on a folder; gives whether that was allowed."""
    folder.mkdir(mode=0o700)
    words = ("mount", "-t", "tmpfs", "-o", f"size={_ROOM},mode=0700", "syncd-test", str(folder))
    try:
        is_mounted = subprocess.run(words, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        is_mounted = False
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(("umount", "--lazy", str(folder)), check=True)


@contextmanager
def no_longer_files(life: Life, database: Path) -> Iterator[None]:
    """Let no file of the daemon grow: what a full disk is to it, for every user everywhere."""
    log = database.with_name(f"{database.name}-wal").stat().st_size
    limit = (log, resource.RLIM_INFINITY)
    former = resource.prlimit(life.pid, resource.RLIMIT_FSIZE, limit)
    try:
        yield
    finally:
        if life.code is None:
            resource.prlimit(life.pid, resource.RLIMIT_FSIZE, former)


@contextmanager
def full(_life: Life, database: Path) -> Iterator[None]:
    """Fill the disk that the database is on, to the last byte."""
    if not os.path.ismount(database.parent):
        raise NotHere
    filler = database.with_name("filler")
    try:
        with filler.open("wb", buffering=0) as file:
            while True:
                try:
                    if file.write(_CHUNK) < len(_CHUNK):
                        break
                except OSError:
                    break
        yield
    finally:
        filler.unlink()


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Let a folder take no writes while nobody uses it: its disk, where one is mounted there."""
    is_disk = os.path.ismount(folder)
    if is_disk:
        subprocess.run(("mount", "-o", "remount,ro", str(folder)), check=True)
    else:
        folder.chmod(0o500)
    try:
        yield
    finally:
        if is_disk:
            subprocess.run(("mount", "-o", "remount,rw", str(folder)), check=True)
        else:
            folder.chmod(0o700)


@contextmanager
def failing(life: Life, _database: Path, *, call: str, error: str, when: str) -> Iterator[None]:
    """Let calls of one kind end with an error, see `Tracer`."""
    if not can_trace():
        raise NotHere
    life.trace(call, f"error={error}", when=when)
    try:
        yield
    finally:
        life.untrace()

"""One daemon per database."""

from __future__ import annotations

import fcntl
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from syncd.ports.store import StoreError
from syncd.store.lock import DaemonLock

TAKE = """
import sys
from pathlib import Path
from syncd.store.lock import DaemonLock
lock = DaemonLock(Path(sys.argv[1]))
lock.acquire()
print("taken", flush=True)
sys.stdin.read()
"""


def test_the_lock_holds_the_process_id_in_a_private_file(tmp_path: Path):
    with DaemonLock(tmp_path / "syncd.db") as lock:
        assert lock.path == tmp_path / "syncd.db.lock"
        assert lock.path.read_text() == f"{os.getpid()}\n"
        assert stat.S_IMODE(lock.path.stat().st_mode) == 0o600


def test_a_second_taker_is_told_who_has_it(tmp_path: Path):
    with DaemonLock(tmp_path / "syncd.db"), pytest.raises(StoreError) as caught:
        DaemonLock(tmp_path / "syncd.db").acquire()

    assert str(caught.value) == f"syncd (process {os.getpid()}) already works on this database"


def test_a_holder_without_a_number_is_another_syncd(tmp_path: Path):
    with DaemonLock(tmp_path / "syncd.db") as lock:
        lock.path.write_text("")
        with pytest.raises(StoreError, match=r"^another syncd already works"):
            DaemonLock(tmp_path / "syncd.db").acquire()


def test_a_released_lock_can_be_taken_again(tmp_path: Path):
    lock = DaemonLock(tmp_path / "syncd.db")
    lock.acquire()
    lock.release()
    lock.release()

    with DaemonLock(tmp_path / "syncd.db") as other:
        assert other.path.read_text() == f"{os.getpid()}\n"


def test_databases_are_locked_one_by_one(tmp_path: Path):
    with DaemonLock(tmp_path / "one.db"), DaemonLock(tmp_path / "two.db") as two:
        assert two.path.exists()


def test_a_lock_in_no_folder_is_refused(tmp_path: Path):
    with pytest.raises(StoreError, match="there is no folder"):
        DaemonLock(tmp_path / "missing" / "folder" / "syncd.db").acquire()


def test_a_folder_without_locks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(_descriptor: int, _operation: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(StoreError, match="cannot be locked: No locks available"):
        DaemonLock(tmp_path / "syncd.db").acquire()


def test_the_lock_ends_with_its_process(tmp_path: Path):
    database = tmp_path / "syncd.db"
    holder = subprocess.Popen(
        [sys.executable, "-c", TAKE, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    with holder:
        assert holder.stdout.readline() == b"taken\n"
        with pytest.raises(StoreError, match=rf"syncd \(process {holder.pid}\)"):
            DaemonLock(database).acquire()
        holder.kill()

    with DaemonLock(database) as lock:
        assert lock.path.read_text() == f"{os.getpid()}\n"

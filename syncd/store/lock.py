"""The lock that keeps a second daemon away from the same database."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from syncd.ports.store import StoreError
from syncd.store.private import make_folder


class DaemonLock:
    """An exclusive lock beside a database file: `FILE.lock` (0600), which holds our process id.

    The kernel ends it with the process, so a file that stays behind locks nothing.
    """

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(f"{database.name}.lock")
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock at once; StoreError names the process that has it."""
        descriptor = self._open()
        try:
            self._lock(descriptor)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back; nothing happens without it. The file stays, for the next taker."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> int:
        make_folder(self.path.parent)
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            os.fchmod(descriptor, 0o600)
        except OSError as error:
            raise StoreError(f"the lock {self.path} cannot be made: {error.strerror}") from error
        return descriptor

    def _lock(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
            who = f"syncd (process {holder})" if holder else "another syncd"
            raise StoreError(f"{who} already works on this database") from None
        except OSError as error:
            raise StoreError(f"{self.path} cannot be locked: {error.strerror}") from error

    def __enter__(self) -> DaemonLock:
        """Take it for a `with` block."""
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give it back."""
        self.release()

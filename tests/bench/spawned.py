"""Processes under measurement: the daemon with a clock on every record, and what it costs."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Condition, Thread
from time import perf_counter
from typing import Any

from tests.acceptance.processes import PATIENCE, Sandbox, command, compiled

_POLLS = ("GET /calendars/{calendarId}/events", "GET /users/{user-id}/calendarView/delta")
_TOKENS = ("token", "openid")


class Watched:
    """`syncd run` as a process, with the moment at which each record of its log came."""

    def __init__(self, config: Path) -> None:
        self.began = perf_counter()
        self.process = subprocess.Popen(
            command("run", "--config", str(config)), stderr=subprocess.PIPE, text=True
        )
        self._seen: list[tuple[float, dict[str, Any]]] = []
        self._has_ended = False
        self._news = Condition()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            moment = perf_counter()
            with self._news:
                self._seen.append((moment, _record(line)))
                self._news.notify_all()
        with self._news:
            self._has_ended = True
            self._news.notify_all()

    def moment(self, message: str, *, count: int = 1, **fields: str) -> float:
        """Wait for the record of this message (and fields) for the `count`-th time; when it came."""

        def found() -> list[float]:
            return [
                moment
                for moment, record in self._seen
                if record["message"] == message and fields.items() <= record.items()
            ]

        with self._news:
            self._news.wait_for(lambda: len(found()) >= count or self._has_ended, PATIENCE)
            if len(found()) < count:
                last = [record for _, record in self._seen[-3:]]
                raise RuntimeError(f"{message!r} {fields} was not logged; the last records: {last}")
            return found()[count - 1]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)
        self._reader.join()
        assert self.process.stderr is not None
        self.process.stderr.close()

    def moments(self, message: str) -> list[float]:
        """Give when each record of this message came so far."""
        with self._news:
            return [moment for moment, record in self._seen if record["message"] == message]

    def cpu_seconds(self) -> float:
        """User and system time so far."""
        return cpu_seconds(self.process.pid)

    def resident_mb(self) -> float:
        return resident_mb(Path(f"/proc/{self.process.pid}/status").read_text())


def cpu_seconds(*processes: int) -> float:
    """User and system time of running processes so far, all together."""
    texts = [Path(f"/proc/{process}/stat").read_text() for process in processes]
    fields = [text.rpartition(")")[2].split() for text in texts]
    return sum(int(each[11]) + int(each[12]) for each in fields) / os.sysconf("SC_CLK_TCK")


def resident_mb(status: str) -> float:
    """Read MB of memory in use from the text of /proc/PID/status."""
    (kilobytes,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return int(kilobytes) / 1000


def _record(line: str) -> dict[str, Any]:
    """Read one line of the log; that of a traceback, as when the start fails, stands for itself."""
    read: dict[str, Any] = json.loads(line) if line.startswith("{") else {"message": line}
    return read


@contextmanager
def watched(config: Path) -> Iterator[Watched]:
    daemon = Watched(config)
    try:
        yield daemon
    finally:
        daemon.stop()


@contextmanager
def crowd(*, people: int, interval: str = "2s", latency: int = 0) -> Iterator[Sandbox]:
    """A sandbox of so many people, each with both calendars, polled at this interval."""
    with TemporaryDirectory() as folder, compiled(Path(folder) / "bytecode"):
        sandbox = Sandbox(Path(folder) / "sandbox", people=people, latency=latency)
        try:
            if interval != "2s":
                sandbox.set('interval: "2s"', f'interval: "{interval}"')
            yield sandbox
        finally:
            sandbox.stop()


def calls(sandbox: Sandbox) -> Counter[str]:
    """Count the requests for work so far, neither polls nor tokens; the sandbox is the witness."""
    return Counter(
        {
            name: count
            for name, count in _requests(sandbox).items()
            if name not in _POLLS and not any(word in name for word in _TOKENS)
        }
    )


def polls(sandbox: Sandbox) -> int:
    """Count the requests for changes so far, of all calendars together."""
    return sum(_requests(sandbox)[name] for name in _POLLS)


def writes(counted: Counter[str]) -> int:
    return sum(count for name, count in counted.items() if not name.startswith("GET "))


def _requests(sandbox: Sandbox) -> Counter[str]:
    total: Counter[str] = Counter()
    for operations in sandbox.state()["requests"].values():
        total.update(operations)
    return total

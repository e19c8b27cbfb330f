"""Real processes: the sandbox and the daemon as an admin starts them, and people who use calendars."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

T = TypeVar("T")

# Far above what anything takes on a loaded machine; no test rests on it.
PATIENCE = 120.0


def bytecode(folders: pytest.TempPathFactory) -> Path:
    """Give the folder for compiled modules that all workers of a run share."""
    base = folders.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "bytecode"


@contextmanager
def compiled(folder: Path) -> Iterator[None]:
    """Let processes keep compiled modules, as an installation has them; beside the sources if they may."""
    if not sys.dont_write_bytecode:
        yield
        return
    former = dict(os.environ)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(former)


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "syncd", *words]


def syncd(*words: str, code: int = 0) -> str:
    """Run one command to its end, see its exit code, and give what it printed."""
    done = subprocess.run(
        command(*words), capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return done.stdout if code == 0 else done.stdout + done.stderr


def until(what: str, look: Callable[[], T | None]) -> T:
    """Look until there is something to see, and give it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if (seen := look()) is not None:
            return seen
        time.sleep(0.05)
    raise AssertionError(f"never seen: {what}")


class Sandbox:
    """The sandbox as a process of its own."""

    def __init__(
        self, directory: Path, *, people: int = 2, latency: int = 0, log: Path | None = None
    ) -> None:
        self.directory = directory
        # Of whoever hangs up in the middle of a request it tells at length.
        self._told = None if log is None else log.open("ab")
        self.process = subprocess.Popen(
            command(
                "sandbox",
                "--dir",
                str(directory),
                "--people",
                str(people),
                "--latency",
                str(latency),
            ),
            stdout=subprocess.PIPE,
            stderr=self._told,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        self.address: dict[str, Any] = json.loads(Path(line).read_text())
        self.config = Path(self.address["config_file"])
        self._trust = ssl.create_default_context(cafile=self.address["ca_file"])

    @property
    def people(self) -> list[dict[str, Any]]:
        people: list[dict[str, Any]] = self.address["people"]
        return people

    def call(
        self, method: str, url: str, body: object = None, *, token: str = ""
    ) -> dict[str, Any]:
        """Send one request as a person would, or to the sandbox's control."""
        headers = {"Content-Type": "application/json", "Prefer": 'IdType="ImmutableId"'}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data=data, method=method, headers=headers)
        with urllib.request.urlopen(request, context=self._trust, timeout=30) as answer:
            content = answer.read()
        return json.loads(content) if content else {}

    def state(self) -> dict[str, Any]:
        return self.call("GET", self.address["control"] + "/state")

    def fault(self, **fault: Any) -> None:
        self.call("POST", self.address["control"] + "/faults", fault)

    def meetings(self) -> list[dict[str, Any]]:
        living: list[dict[str, Any]] = self.state()["zoom"]["meetings"]
        return living

    def google(
        self, person: int, method: str, event_id: str = "", body: object = None
    ) -> dict[str, Any]:
        base = self.address["google"]["api_base"]
        url = f"{base}calendars/primary/events" + (f"/{event_id}" if event_id else "")
        return self.call(method, url, body, token=self.people[person]["google"]["token"])

    def outlook(
        self, person: int, method: str, event_id: str = "", body: object = None
    ) -> dict[str, Any]:
        url = f"{self.address['microsoft']['api_base']}/me/events"
        url += f"/{event_id}" if event_id else ""
        return self.call(method, url, body, token=self.people[person]["microsoft"]["token"])

    def set(self, old: str, new: str) -> None:
        """Edit the configuration."""
        text = self.config.read_text()
        assert old in text
        self.config.write_text(text.replace(old, new))

    def stop(self) -> None:
        _stop(self.process)
        if self._told is not None:
            self._told.close()


class Daemon:
    """`syncd run` as a process; its log goes to a file."""

    def __init__(self, config: Path) -> None:
        self.log = config.parent / "daemon.log"
        with self.log.open("ab") as log:
            # An earlier life may have written there that it was ready.
            self._began_at = log.tell()
            self.process = subprocess.Popen(
                command("run", "--config", str(config)), stderr=log, stdout=log
            )

    def ready(self) -> Daemon:
        until("the daemon is ready", self._is_ready)
        return self

    def _is_ready(self) -> bool | None:
        assert self.process.poll() is None, self.log.read_text()
        return any(one["message"] == "ready" for one in self.records(self._began_at)) or None

    def records(self, since: int = 0) -> list[dict[str, Any]]:
        """Read the log from a byte on; a last line that is still being written is left out."""
        lines = self.log.read_bytes()[since:].decode().split("\n")[:-1]
        return [json.loads(line) for line in lines]

    def messages(self) -> list[str]:
        return [record["message"] for record in self.records()]

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.process.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.process.wait(PATIENCE)

    def stop(self) -> int:
        _stop(self.process)
        return self.process.returncode


def _stop(process: subprocess.Popen[Any]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout is not None:
        process.stdout.close()


def google_event(**fields: Any) -> dict[str, Any]:
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86_400))
    return {
        "summary": "Review",
        "start": {"dateTime": f"{day}T09:00:00Z", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": f"{day}T09:30:00Z", "timeZone": "Europe/Berlin"},
        **fields,
    }


def outlook_event(**fields: Any) -> dict[str, Any]:
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86_400))
    return {
        "subject": "Review",
        "body": {"contentType": "html", "content": "<p>Agenda</p>"},
        "start": {"dateTime": f"{day}T09:00:00", "timeZone": "UTC"},
        "end": {"dateTime": f"{day}T09:30:00", "timeZone": "UTC"},
        **fields,
    }

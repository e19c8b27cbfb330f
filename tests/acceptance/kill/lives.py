"""Daemons that live a second: born by fork, watched, struck."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.acceptance.kill.strikes import Strike, Tracer, TracingRefused, continued, stopped
from tests.acceptance.processes import PATIENCE


class Life:
    """One daemon process. Its log is that of all lives before, from where it began."""

    def __init__(self, cradle: Cradle, pid: int, log: Path, began: int) -> None:
        self.pid = pid
        self._cradle = cradle
        self._log, self._began = log, began
        self._code: int | None = None
        self._tracer: Tracer | None = None

    @property
    def code(self) -> int | None:
        """How it ended, negative for a signal; None while it lives."""
        if self._code is None:
            self._code = self._cradle.ask(do="look", pid=self.pid)
        return self._code

    def said(self) -> str:
        """Give what it wrote into its log so far."""
        with self._log.open("rb") as log:
            log.seek(self._began)
            return log.read().decode()

    def records(self) -> list[dict[str, Any]]:
        """Give the records of its log; a last one that is still being written is left out."""
        return [json.loads(line) for line in self.said().split("\n")[:-1]]

    def messages(self) -> list[str]:
        """Give what it said, without the particulars."""
        return [record["message"] for record in self.records()]

    @property
    def has_begun(self) -> bool:
        """Whether it is the daemon by now, which lets nobody else read what it writes."""
        return "\nUmask:\t0077\n" in Path(f"/proc/{self.pid}/status").read_text()

    @property
    def is_ready(self) -> bool:
        """Whether it has said so."""
        return '"message": "ready"' in self.said()

    @property
    def effects(self) -> int:
        """How many effects it has told of."""
        return self.said().count('"logger": "syncd.engine.apply"')

    def send(self, number: signal.Signals) -> None:
        """Send a signal, to whoever still lives."""
        if self.code is None:
            os.kill(self.pid, number)

    def trace(self, call: str, what: str, *, when: str) -> None:
        """Let calls fail or kill, see `Tracer`; nothing happens to a life that has ended."""
        with suppress(TracingRefused):
            self._tracer = Tracer(self.pid, call, what, when=when)

    def untrace(self) -> None:
        """Let all its calls succeed again."""
        if self._tracer is not None:
            self._tracer.end()
            self._tracer = None

    def end(self, number: signal.Signals) -> int:
        """End it by a signal and give its exit code."""
        self.send(number)
        return self.ended()

    def ended(self) -> int:
        """Wait until it has ended, and give its exit code."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.code is not None:
                self.untrace()
                return self.code
            time.sleep(0.01)
        raise AssertionError(f"process {self.pid} does not end: {self.said()}")


class Cradle:
    """Where daemons come from; all that still live die with it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.kill.warm"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def start(self, config: Path, strike: Strike | None = None) -> Life:
        """Start a daemon; its log is `daemon.log` beside its configuration."""
        log = config.parent / "daemon.log"
        log.touch(mode=0o600)
        began = log.stat().st_size
        held = strike is not None and strike.call is not None and not strike.at_work
        pid = self.ask(do="start", config=str(config), log=str(log), held=held)
        life = Life(self, pid, log, began)
        if strike is not None and held:
            stopped(pid)
            struck(life, strike)
            continued(pid)
        return life

    def ask(self, **command: Any) -> Any:
        """Send one command of `warm` and give its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """End it, and whoever still lives."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()

    def __enter__(self) -> Cradle:
        """Close it when a `with` block ends."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()


def struck(life: Life, strike: Strike) -> None:
    """Let a call kill this life, from now on."""
    assert strike.call is not None
    life.trace(strike.call, "signal=KILL", when=str(strike.number))

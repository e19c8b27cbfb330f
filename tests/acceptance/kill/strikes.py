"""How a life ends: at a moment, or at the k-th call of one kind, as strace strikes it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.acceptance.processes import until

# Calls whose effect is durable or leaves the machine, and how many of them a short life makes.
CALLS = {"fdatasync": 10, "pwrite64": 50, "sendto": 20, "recvfrom": 40}

# Seconds; far above what it takes strace to detach.
_LETS_GO_WITHIN = 5.0


@dataclass(frozen=True, kw_only=True)
class Strike:
    """How one life is to end."""

    after: float
    """Seconds after which it ends if nothing else ended it."""
    at_work: bool = False
    """Whether seconds and calls are counted from when it is ready, not from its first step."""
    call: str | None = None
    """The call that kills it; None where only the moment does."""
    number: int = 0
    """Which call of that kind, counted by thread."""
    effects: int = 0
    """How many effects it is to tell of in its log before it ends; 0 where that does not matter."""
    is_half_done: bool = False
    """Whether it ends while its database tells of an effect without outcome."""
    is_asked: bool = False
    """Whether it is asked to end, by SIGTERM, instead of being killed."""
    frozen_for: float = 0.0
    """Seconds for which it is stopped, by SIGSTOP, in the middle."""

    @property
    def kind(self) -> str:
        """What the tally calls it, if it comes true."""
        if self.is_half_done:
            return "amid an effect"
        if self.effects:
            return "soon after an effect"
        return f"at the k-th {self.call}" if self.call else "at a moment"


def drawn(moments: random.Random, *, calls: Sequence[str]) -> Strike:
    """Draw how a life ends; `calls` are those that can be struck here."""
    at_work = moments.random() < 0.75
    after = moments.uniform(0.15, 1.1) if at_work else moments.uniform(0.0, 0.8)
    chance = moments.random()
    if chance < 0.06:
        return Strike(after=after, at_work=at_work, is_asked=True)
    if chance < 0.08:
        return Strike(after=after, at_work=True, frozen_for=moments.uniform(0.1, 0.5))
    if chance < 0.16:
        # Long enough for a hold-off to end; one in eight for a lost create to be given up.
        longest = 3.0 if moments.random() < 0.875 else 18.0
        return Strike(after=moments.uniform(1.0, longest), at_work=True)
    if moments.random() < 0.15:
        return Strike(after=after, at_work=at_work)
    kind = moments.choice((*CALLS, "effect", "half", "half"))
    if kind in calls:
        number = moments.randint(1, CALLS[kind])
        return Strike(after=0.9, call=kind, number=number, at_work=at_work)
    effects = moments.randint(1, 4) if kind == "effect" else 0
    return Strike(after=2.0, at_work=True, effects=effects, is_half_done=not effects)


def calls_that_can_be_struck(database: str) -> tuple[str, ...]:
    """Name the calls that can be struck on this machine; with a server it is the one that syncs."""
    if not can_trace():
        return ()
    return tuple(CALLS) if database == "sqlite" else ("sendto", "recvfrom")


@cache
def can_trace() -> bool:
    """Tell whether strace is here and may attach to a process."""
    if shutil.which("strace") is None:
        return False
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        tracer = Tracer(sleeper.pid, "fdatasync", "signal=KILL", when="1")
    except TracingRefused:
        return False
    else:
        tracer.end()
        return True
    finally:
        sleeper.kill()
        sleeper.wait()


class TracingRefused(Exception):
    """The process cannot be traced: it has ended, or nobody may."""


class Tracer:
    """Makes some calls of one kind fail or kill, in every thread of a process, until `end`.

    `what` and `when` are strace's own words, `error=EIO`, `3` or `3+`.
    """

    def __init__(self, pid: int, call: str, what: str, *, when: str) -> None:
        inject = f"inject={call}:{what}:when={when}"
        words = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject]
        self._process = subprocess.Popen(
            [*words, "-p", str(pid)], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        until("strace attaches", lambda: self._is_attached(pid))

    def _is_attached(self, pid: int) -> bool | None:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            status = "State:\tZ"
        if self._process.poll() is not None or "State:\tZ" in status:
            self.end()
            raise TracingRefused
        return None if "\nTracerPid:\t0\n" in status else True

    def end(self) -> None:
        """Let the process go, which lives on as if nothing had been."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(_LETS_GO_WITHIN)
        except subprocess.TimeoutExpired:
            # It may wait for ever for threads of a process that died while it attached.
            self._process.kill()
            self._process.wait()


def continued(pid: int) -> None:
    """Let a process go on that stopped itself or was stopped."""
    os.kill(pid, signal.SIGCONT)


def stopped(pid: int) -> None:
    """Wait until a process has stopped."""
    until("it has stopped", lambda: ") T" in Path(f"/proc/{pid}/stat").read_text() or None)

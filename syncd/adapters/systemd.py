"""sd_notify(3), for a unit of Type=notify; does nothing when no service manager listens."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Mapping
from datetime import timedelta

logger = logging.getLogger(__name__)


class Notifier:
    """Tells the service manager how the daemon is.

    A word that cannot be delivered is logged and not raised: the daemon is worth more than its
    report. `environment` is that of the process, `pid` its id.
    """

    def __init__(self, environment: Mapping[str, str], *, pid: int) -> None:
        self._address = _address(environment.get("NOTIFY_SOCKET", ""))
        self.watchdog_period = _watchdog_period(environment, pid)
        """How long `alive` may stay unsaid, after sd_watchdog_enabled(3); None: nobody listens."""

    def ready(self, status: str) -> None:
        """Say that the start, or a reload, is complete."""
        self._send("READY=1", _status(status))

    def reloading(self) -> None:
        """Say that the configuration is being read again; `ready` ends it."""
        # The protocol wants CLOCK_MONOTONIC, which stands still while the machine is suspended.
        moment = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        self._send("RELOADING=1", f"MONOTONIC_USEC={moment}")

    def stopping(self) -> None:
        """Say that the shutdown has begun."""
        self._send("STOPPING=1")

    def status(self, text: str) -> None:
        """Say what `systemctl status` is to show."""
        self._send(_status(text))

    def alive(self) -> None:
        """Feed the watchdog."""
        self._send("WATCHDOG=1")

    def _send(self, *words: str) -> None:
        if self._address is None:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
                channel.setblocking(False)
                channel.sendto("\n".join(words).encode(), self._address)
        except OSError as exc:
            logger.warning("the service manager cannot be told", extra={"error": str(exc)})


def _address(text: str) -> str | None:
    if text.startswith("@"):
        return "\0" + text[1:]
    return text if text.startswith("/") else None


def _status(text: str) -> str:
    # A line break would begin another word of the protocol.
    return "STATUS=" + " ".join(text.split())


def _watchdog_period(environment: Mapping[str, str], pid: int) -> timedelta | None:
    microseconds = environment.get("WATCHDOG_USEC", "")
    meant = environment.get("WATCHDOG_PID", str(pid)) == str(pid)
    if not (meant and microseconds.isdecimal() and int(microseconds) > 0):
        return None
    return timedelta(microseconds=int(microseconds))

"""The name by which a process holds leases."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Holder:
    """A process on a machine, in one of its lives: `machine:process:random`."""

    machine: str
    process: int
    life: str

    @classmethod
    def new(cls) -> Holder:
        """Name this process as no other was named, on any machine, nor itself in a former life.

        Containers may share a name, and each of them has a process 1.
        """
        return cls(socket.gethostname(), os.getpid(), secrets.token_hex(4))

    @classmethod
    def read(cls, text: str) -> Holder:
        """Read what `str` wrote."""
        machine, process, life = text.rsplit(":", 2)
        return cls(machine, int(process), life)

    def __str__(self) -> str:
        """Write it as it stands in the database."""
        return f"{self.machine}:{self.process}:{self.life}"

    def is_gone_from_here(self) -> bool:
        """Tell whether it was a process of this machine that runs no longer.

        Of a machine with the same name it may be taken for gone though it lives; so this may decide
        of nothing but paces.
        """
        if self.machine != socket.gethostname():
            return False
        if self.process == os.getpid():
            return True
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False

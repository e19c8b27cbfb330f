"""What the system lets others see of this process's memory, in which tokens are open while in use.

Source: prctl(2), PR_SET_DUMPABLE; ptrace(2), "Ptrace access mode checking"; setrlimit(2).
"""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import sys

log = logging.getLogger(__name__)

_SET_DUMPABLE = 4


def shut_to_others() -> None:
    """Let no other process of the same user read or trace this one, and write no core file.

    On systems other than Linux there is the core file only. What cannot be done is logged: a
    daemon that runs is worth more. Privileged users can still do both.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "linux":
        return
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        problem = os.strerror(ctypes.get_errno())
        log.warning("memory is open to the same user", extra={"problem": problem})

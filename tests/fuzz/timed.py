"""One run of a target, within its second."""

from __future__ import annotations

import logging
import time

from tests.fuzz.targets import TARGETS

MOST_BYTES = 64 * 1024
MOST_SECONDS = 1.0


class TooSlow(AssertionError):
    """An input of at most 64 kB that cost more than a second of the processor."""


def run(target: str, data: bytes) -> None:
    """Give an input to a target; raises what it raises, and `TooSlow`.

    Only the time of this process counts, so that a busy machine is no find.
    """
    data = data[:MOST_BYTES]
    # What is told of each input is nobody's to read, and costs more than the rest.
    logging.disable(logging.CRITICAL)
    began = time.process_time()
    try:
        TARGETS[target](data)
    finally:
        logging.disable(logging.NOTSET)
    if (spent := time.process_time() - began) > MOST_SECONDS:
        raise TooSlow(f"{target} took {spent:.1f} s for {len(data)} bytes")

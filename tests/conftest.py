"""What all tests share: the memory of what was read and collected is not looked through again."""

import gc

import pytest


def pytest_collection_finish(session: pytest.Session) -> None:
    """Keep fifteen thousand tests out of every search for garbage: they stay until the end anyway."""
    gc.collect()
    gc.freeze()

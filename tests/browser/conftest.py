"""A real browser, at the real pages of a real daemon beside the sandbox."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.acceptance.processes import bytecode, compiled
from tests.browser.site import Site

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session", autouse=True)
def _bytecode(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with compiled(bytecode(tmp_path_factory)):
        yield


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give Chromium, for one file only: while it is driven, no other loop can run in this process."""
    path = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    assert path, "these tests need Chromium: apt-get install --no-install-recommends chromium"
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=path, chromium_sandbox=False)
        yield made
        made.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a sandbox of three people and a daemon whose pages they use, for all tests of a file."""
    made = Site(Path(tmp_path_factory.mktemp("site")))
    yield made
    made.stop()

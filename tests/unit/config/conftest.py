"""A folder with secrets in it, and configuration files written there."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from syncd.config.errors import ConfigError, Problem
from syncd.config.load import load

GOOD = """\
version: 1
state: {keys: {file: keys}}
zoom:
  account_id: abc
  client_id: def
  client_secret: {file: zoom}
google:
  service_account: {file: google}
people:
  - email: ana@example.com
    calendars: [google:primary]
"""

WriteConfig = Callable[[str], Path]
Problems = Callable[[Path], tuple[Problem, ...]]


@pytest.fixture
def good() -> str:
    """Return a small configuration that loads."""
    return GOOD


@pytest.fixture
def write(tmp_path: Path) -> WriteConfig:
    """Return a function that writes syncd.yaml beside the secrets that `good` refers to."""
    key = json.dumps({"client_email": "robot@example.com", "private_key": "pem"})
    for name, content in {"keys": "k1\n", "zoom": "zoom-secret\n", "google": key}.items():
        (tmp_path / name).write_text(content)
        (tmp_path / name).chmod(0o600)

    def write_text(text: str) -> Path:
        path = tmp_path / "syncd.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write_text


@pytest.fixture
def problems() -> Problems:
    """Return a function that loads a file, which must be refused, and returns the problems."""

    def problems_of(path: Path) -> tuple[Problem, ...]:
        with pytest.raises(ConfigError) as caught:
            load(path)
        return caught.value.problems

    return problems_of

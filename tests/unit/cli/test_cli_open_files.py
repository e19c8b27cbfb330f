"""Nothing starts on a database or a key file that other users can read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from syncd.bootstrap import running
from syncd.cli.main import cli
from syncd.config.errors import ConfigError
from syncd.ports.store import StoreError

CONFIG = """\
version: 1
state: {{keys: {{file: keys}}, database: "sqlite:///{folder}/syncd.db"}}
zoom:
  account_id: abc
  client_id: def
  client_secret: {{file: zoom}}
google:
  service_account: {{file: google}}
people:
  - email: ana@example.com
    calendars: [google:primary]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "zoom").write_text("secret")
    (tmp_path / "google").write_text('{"client_email": "r@example.com", "private_key": "pem"}')
    for name in ("zoom", "google"):
        (tmp_path / name).chmod(0o600)
    path = tmp_path / "syncd.yaml"
    path.write_text(CONFIG.format(folder=tmp_path))
    for command in (["keys", "new"], ["db", "upgrade"]):
        assert CliRunner().invoke(cli, [*command, "--config", str(path)]).exit_code == 0
    return path


@pytest.fixture
def umask() -> Iterator[int]:
    before = os.umask(0o022)
    yield 0o022
    os.umask(before)


@pytest.mark.parametrize("command", [["run"], ["sync"], ["status"], ["keys", "rotate"]])
def test_a_database_open_to_others_is_refused(config: Path, umask: int, command: list[str]):
    config.with_name("syncd.db").chmod(0o644)

    result = CliRunner().invoke(cli, [*command, "--config", str(config)])

    assert result.exit_code != 0
    assert isinstance(result.exception, StoreError)
    assert "open to other users (mode 0644); run: chmod 0600" in str(result.exception)


@pytest.mark.parametrize("command", [["run"], ["sync"], ["status"], ["keys", "rotate"]])
def test_a_key_file_open_to_others_is_refused(config: Path, umask: int, command: list[str]):
    config.with_name("keys").chmod(0o640)

    result = CliRunner().invoke(cli, [*command, "--config", str(config)])

    assert result.exit_code != 0
    assert isinstance(result.exception, ConfigError)
    assert "open to other users (mode 0640)" in result.exception.render()


def test_the_daemon_writes_for_its_own_user_alone(config: Path, umask: int):
    config.with_name("syncd.db").chmod(0o644)

    with pytest.raises(StoreError):
        running.run(config)

    assert os.umask(umask) == 0o077

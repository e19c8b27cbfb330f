"""`syncd keys rotate` as it is typed: the key file, the database, and what stands in its way."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from syncd.bootstrap import rotation
from syncd.cli.main import cli
from syncd.core.ids import AccountKey, Provider
from syncd.core.secret import Secret
from syncd.ports.connections import AuditEntry
from syncd.ports.store import StoreError
from syncd.store.keyfile import read_key_file
from syncd.store.lock import DaemonLock
from syncd.store.store import SqlStore
from tests.conformance.store_cases import at

ACCOUNT = AccountKey(Provider.ZOOM, "account")
CONFIG = """\
version: 1
state: {keys: %s, database: "sqlite:///%s/syncd.db"}
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

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "zoom").write_text("secret")
    (tmp_path / "google").write_text('{"client_email": "r@example.com", "private_key": "pem"}')
    for name in ("zoom", "google"):
        (tmp_path / name).chmod(0o600)
    configure(tmp_path, "{file: keys}")
    made = CliRunner().invoke(cli, ["keys", "new", "--config", str(tmp_path / "syncd.yaml")])
    assert made.exit_code == 0, made.output
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    def typed(*words: str) -> Result:
        return CliRunner().invoke(cli, [*words, "--config", str(folder / "syncd.yaml")])

    return typed


def configure(folder: Path, keys: str) -> None:
    (folder / "syncd.yaml").write_text(CONFIG % (keys, folder))


def keys(path: Path, name: str = "seal_keys") -> list[str]:
    return [key["id"] for key in json.loads(path.read_text())[name]]


def store(folder: Path) -> SqlStore:
    ring = read_key_file(folder / "keys").ring
    return SqlStore.open(f"sqlite:///{folder}/syncd.db", ring, inline=True)


async def put(folder: Path) -> None:
    with closing(store(folder)) as made:
        await made.run(lambda tx: tx.tokens.put(ACCOUNT, Secret("one"), expires_at=at(60)))


async def has_token(folder: Path) -> bool:
    with closing(store(folder)) as made:
        found = await made.run(lambda tx: tx.tokens.get(ACCOUNT))
    return found is not None and found.token == Secret("one")


async def audited(folder: Path) -> list[AuditEntry]:
    with closing(store(folder)) as made:
        return [row.entry for row in await made.run(lambda tx: tx.audit.since(0, limit=9))]


async def test_the_key_is_replaced_and_everything_sealed_with_it(folder: Path, run: Run):
    await put(folder)
    [former], markers = keys(folder / "keys"), keys(folder / "keys", "marker_keys")

    result = run("keys", "rotate", "--json")

    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    [new] = keys(folder / "keys")
    assert new != former
    assert (told["key"], told["resealed"], told["is_done"]) == (new, 1, True)
    assert keys(folder / "keys", "marker_keys") == markers
    assert stat.S_IMODE((folder / "keys").stat().st_mode) == 0o600
    assert await has_token(folder)
    checked = json.loads(run("db", "check", "--json").output)
    # The check value, the token, and the end of the audit log.
    assert checked["sealed"] == {new: 3}
    entries = await audited(folder)
    assert [(e.who, e.what, e.about, e.old, e.new) for e in entries] == [
        ("admin", "keys.rotated", "seal key", former, new)
    ]


async def test_people_read_what_was_done_and_what_is_next(folder: Path, run: Run):
    await put(folder)

    told = run("keys", "rotate").output

    assert f"{folder / 'keys'}: written." in told
    assert "Sealed anew" in told
    assert "Start syncd again." in told
    assert f"sealed with key {keys(folder / 'keys')[0]}: 3" in run("db", "check").output


async def test_without_a_database_only_the_file_changes(folder: Path, run: Run):
    before = keys(folder / "keys")

    assert run("keys", "rotate").exit_code == 0

    assert keys(folder / "keys") != before
    assert not (folder / "syncd.db").exists()


async def test_one_that_was_broken_off_goes_on_with_the_same_key(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
):
    await put(folder)
    [former] = keys(folder / "keys")
    with monkeypatch.context() as patch:
        patch.setattr(SqlStore, "reseal", _killed)
        with pytest.raises(KeyboardInterrupt):
            rotation.rotate_keys(folder / "syncd.yaml", None)
    [new, kept] = keys(folder / "keys")
    assert kept == former
    assert await has_token(folder)

    assert run("keys", "rotate").exit_code == 0

    assert keys(folder / "keys") == [new]
    assert await has_token(folder)


async def test_the_former_key_stays_while_something_is_sealed_with_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    await put(folder)
    monkeypatch.setattr(SqlStore, "reseal", lambda _store: 0)

    with pytest.raises(StoreError, match="still sealed with key"):
        rotation.rotate_keys(folder / "syncd.yaml", None)

    assert len(keys(folder / "keys")) == 2


async def test_the_daemon_is_in_the_way(folder: Path, run: Run):
    await put(folder)
    before = (folder / "keys").read_text()

    with DaemonLock(folder / "syncd.db"):
        for words in (("keys", "rotate"), ("keys", "rotate", "--marker")):
            result = run(*words)
            assert isinstance(result.exception, StoreError)
            assert "already works on this database" in str(result.exception)

    assert (folder / "keys").read_text() == before


async def test_keys_in_a_credential_take_two_runs(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
):
    await put(folder)
    configure(folder, "{credential: keys}")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    [former] = keys(folder / "keys")

    refused = run("keys", "rotate")
    first = run("keys", "rotate", "--out", str(folder / "both"))
    assert "give --out FILE" in str(refused.exception)
    assert "once more" in first.output
    assert keys(folder / "keys") == [former]
    [new, kept] = keys(folder / "both")
    assert kept == former

    (folder / "both").replace(folder / "keys")
    assert await has_token(folder)
    second = run("keys", "rotate", "--out", str(folder / "one"))
    assert second.exit_code == 0, second.output
    assert keys(folder / "one") == [new]
    assert stat.S_IMODE((folder / "one").stat().st_mode) == 0o600

    (folder / "one").replace(folder / "keys")
    assert await has_token(folder)


async def test_a_file_named_by_out_is_never_written_over(folder: Path, run: Run):
    (folder / "precious").write_text("precious")

    result = run("keys", "rotate", "--out", str(folder / "precious"))

    assert isinstance(result.exception, StoreError)
    assert (folder / "precious").read_text() == "precious"


async def test_a_new_marker_key_comes_before_the_others(folder: Path, run: Run):
    await put(folder)
    [former], seal = keys(folder / "keys", "marker_keys"), keys(folder / "keys")
    before = read_key_file(folder / "keys").marker_keys

    assert run("keys", "rotate", "--marker").exit_code == 0

    assert keys(folder / "keys", "marker_keys")[1:] == [former]
    assert read_key_file(folder / "keys").marker_keys[1:] == before
    assert [entry.about for entry in await audited(folder)] == ["marker key"]
    assert keys(folder / "keys") == seal


def _killed(_store: SqlStore) -> Any:
    raise KeyboardInterrupt


def test_a_key_file_is_replaced_whole_or_not_at_all(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
):
    before = (folder / "keys").read_text()
    (folder / ".keys.new").write_text("half of a file from one who was killed")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert isinstance(run("keys", "rotate").exception, OSError)

    assert (folder / "keys").read_text() == before
    assert not (folder / ".keys.new").exists()

"""The commands on a database and its keys, where the database is on a server."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from syncd.cli.main import cli
from syncd.core.secret import Secret
from syncd.ports.store import Tx
from syncd.store.keyfile import read_key_file
from syncd.store.migrate import HEAD
from syncd.store.store import SqlStore
from tests.conformance.store_cases import at
from tests.postgres import postgres, postgres_url  # noqa: F401 - fixtures
from tests.unit.cli.test_cli_keys_rotate import ACCOUNT, CONFIG, keys

SERVICE = '{"client_email": "r@example.com", "private_key": "pem"}'
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, postgres_url: str) -> Run:  # noqa: F811
    for name, content in {"zoom": "secret", "google": SERVICE}.items():
        (tmp_path / name).write_text(content)
        (tmp_path / name).chmod(0o600)
    text = CONFIG % ("{file: keys}", tmp_path)
    (tmp_path / "syncd.yaml").write_text(
        text.replace(f"sqlite:///{tmp_path}/syncd.db", postgres_url)
    )

    def typed(*words: str) -> Result:
        return CliRunner().invoke(cli, [*words, "--config", str(tmp_path / "syncd.yaml")])

    assert typed("keys", "new").exit_code == 0
    return typed


def store(folder: Path, url: str) -> SqlStore:
    return SqlStore.open(url, read_key_file((folder / "keys").read_text()).ring, inline=True)


def test_it_is_upgraded_and_checked_without_telling_where_it_is(run: Run, postgres_url: str):  # noqa: F811
    before, upgraded, again, after = (
        run(*words, "--json")
        for words in (("db", "check"), ("db", "upgrade"), ("db", "upgrade"), ("db", "check"))
    )

    assert [each.exit_code for each in (before, upgraded, again, after)] == [1, 0, 0, 0]
    assert "run `syncd db upgrade`" in before.output
    assert json.loads(after.output)["schema"] == HEAD
    where = postgres_url.partition("host=")[2]
    assert not [each for each in (before, upgraded, after) if where in each.output]


async def test_keys_are_rotated_when_no_daemon_runs_and_only_then(
    run: Run,
    tmp_path: Path,
    postgres_url: str,  # noqa: F811
):
    (former,) = keys(tmp_path / "keys")

    def work(tx: Tx) -> None:
        tx.tokens.put(ACCOUNT, Secret("one"), expires_at=at(60))
        tx.replicas.beat("somewhere:42:life", now=at(0))

    with closing(store(tmp_path, postgres_url)) as opened:
        await opened.run(work)
        refused = run("keys", "rotate")
        await opened.run(lambda tx: tx.replicas.leave("somewhere:42:life"))
    done = run("keys", "rotate")

    assert (refused.exit_code, done.exit_code) == (1, 0)
    assert "runs on this database (on somewhere); stop every daemon" in str(refused.exception)
    (new,) = keys(tmp_path / "keys")
    assert new != former
    with closing(store(tmp_path, postgres_url)) as opened:
        token = await opened.run(lambda tx: tx.tokens.get(ACCOUNT))
        assert set(opened.sealed_with()) == {new}
    assert token is not None
    assert token.token.reveal() == "one"

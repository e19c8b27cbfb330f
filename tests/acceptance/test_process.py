"""The daemon as a process: signals, reload, a second one, and what it writes where.

Shows I12 of `config/promises.md`.
"""

import json
import os
import re
import signal
import ssl
import stat
import subprocess
import urllib.request
from pathlib import Path

from tests.acceptance.processes import (
    PATIENCE,
    Daemon,
    Sandbox,
    command,
    google_event,
    syncd,
    until,
)


def test_sigterm_ends_it_cleanly(daemon: Daemon):
    assert daemon.stop() == 0
    assert daemon.messages()[-2:] == ["stopping", "stopped"]


def test_sighup_takes_a_good_configuration_and_refuses_a_bad_one(sandbox: Sandbox, daemon: Daemon):
    sandbox.set("people:", "peeple: []\npeople:")
    daemon.signal(signal.SIGHUP)
    until("the refusal", lambda: "configuration refused" in daemon.messages() or None)
    (refused,) = (r for r in daemon.records() if r["message"] == "configuration refused")
    assert refused["path"] == "peeple"
    assert refused["remedy"]
    sandbox.google(0, "POST", body=google_event(location="zoom"))
    until("a link by the former configuration", lambda: sandbox.meetings() or None)
    sandbox.set("peeple: []\n", "")
    sandbox.set('interval: "1s"', 'interval: "3s"')
    daemon.signal(signal.SIGHUP)
    until("the reload", lambda: "configuration read again" in daemon.messages() or None)
    until("ready again", lambda: daemon.messages().count("ready") > 1 or None)
    sandbox.google(0, "POST", body=google_event(location="zoom"))
    until("a second link", lambda: len(sandbox.meetings()) > 1 or None)


def test_a_second_daemon_on_the_same_database_refuses_to_start(sandbox: Sandbox, daemon: Daemon):
    said = syncd("run", "--config", str(sandbox.config), code=1)
    assert f"process {daemon.process.pid}" in said


def test_no_secret_and_no_title_is_written_to_the_log_or_the_database(
    sandbox: Sandbox, daemon: Daemon
):
    sandbox.google(0, "POST", body=google_event(summary="Takeover talks", location="zoom"))
    until("the link", lambda: "link written" in daemon.messages() or None)
    daemon.stop()
    directory = sandbox.directory
    secrets = [
        (directory / name).read_bytes()
        for name in ("zoom-client-secret", "microsoft-client-secret")
    ]
    secrets.append(
        json.loads((directory / "google-service-account.json").read_text())["private_key"].encode()
    )
    written = daemon.log.read_bytes()
    for path in directory.glob("syncd.db*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        written += path.read_bytes()
    assert b"Takeover talks" not in written
    assert not [secret for secret in secrets if secret.strip() in written]
    assert b'"access_token"' not in written


def test_a_bad_configuration_is_refused_with_78_and_every_problem(sandbox: Sandbox):
    sandbox.set('mode: "application"', 'mode: "aplication"')
    sandbox.set("hold_off", "holdoff")
    said = json.loads(syncd("config", "check", "--json", "--config", str(sandbox.config), code=78))
    assert [problem["path"] for problem in said["problems"]] == ["microsoft.mode", "policy.holdoff"]
    assert all(problem["line"] > 1 and problem["remedy"] for problem in said["problems"])
    assert "did you mean" in syncd("run", "--config", str(sandbox.config), code=78)
    assert not (sandbox.directory / "syncd.db").exists()


def test_keys_are_made_once_and_the_database_is_made_and_checked(sandbox: Sandbox):
    config = str(sandbox.config)
    keys = sandbox.directory / "keys"
    said = syncd("keys", "new", "--config", config, code=1)
    assert "exists and is kept" in said
    keys.unlink()
    syncd("keys", "new", "--config", config)
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert "no database" in syncd("db", "check", "--config", config, code=1)
    syncd("db", "upgrade", "--config", config)
    syncd("db", "check", "--config", config)


def test_another_key_file_than_the_databases_own_is_refused(sandbox: Sandbox):
    config = str(sandbox.config)
    syncd("sync", "--config", config)
    (sandbox.directory / "keys").unlink()
    syncd("keys", "new", "--config", config)
    assert "key" in syncd("status", "--config", config, code=1)


def test_wrong_usage_ends_with_2():
    assert "No such command" in syncd("frobnicate", code=2)
    assert "No such option" in syncd("status", "--frob", code=2)


def test_a_demonstration_that_is_told_to_end_leaves_nothing_behind(tmp_path: Path):
    demo = subprocess.Popen(
        command("demo"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert demo.stdout is not None
    assert b"sandbox.json" in demo.stdout.readline()
    (page,) = re.findall(r"https://127\.0\.0\.1:\d+", demo.stdout.readline().decode())
    (trusted,) = tmp_path.glob("*/ca.pem")
    trust = ssl.create_default_context(cafile=trusted)
    with urllib.request.urlopen(f"{page}/sign-in", context=trust, timeout=30) as answer:
        assert b"Sign in with Google" in answer.read()
    assert list(tmp_path.iterdir())
    demo.terminate()
    assert demo.wait(PATIENCE) == 130
    demo.stdout.close()
    assert list(tmp_path.iterdir()) == []

"""The pages beside the daemon: served, served anew, and never the end of the links."""

import json
import signal
import socket
import ssl
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.processes import Daemon, Sandbox, syncd, until


@pytest.fixture
def people(sandbox: Sandbox) -> Path:
    return Path(sandbox.address["people_config_file"])


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def is_served(sandbox: Sandbox, address: str) -> bool:
    trust = ssl.create_default_context(cafile=sandbox.address["ca_file"])
    with urllib.request.urlopen(f"https://{address}/readyz", context=trust, timeout=30) as answer:
        return bool(answer.read() == b"ready\n")


def test_a_taken_port_is_told_at_the_start(sandbox: Sandbox, people: Path, taken: int):
    listen = next(line for line in people.read_text().splitlines() if "listen:" in line)
    people.write_text(people.read_text().replace(listen, f"  listen: 127.0.0.1:{taken}"))
    said = syncd("run", "--config", str(people), code=1)
    assert f"web.listen: 127.0.0.1:{taken}: " in said
    assert "Traceback" not in said


def test_a_running_daemon_goes_on_without_pages_that_cannot_be_served(
    sandbox: Sandbox, people: Path, taken: int
):
    daemon = Daemon(people).ready()
    try:
        (ready,) = (r for r in daemon.records() if r["message"] == "ready")
        address = str(ready["web"])
        assert is_served(sandbox, address)
        good = people.read_text()
        people.write_text(good.replace(f'"{address}"', f'"127.0.0.1:{taken}"', 1))
        daemon.signal(signal.SIGHUP)
        until("the trouble", lambda: "pages not served" in daemon.messages() or None)
        until("ready again", lambda: daemon.messages().count("ready") > 1 or None)
        people.write_text(good)
        daemon.signal(signal.SIGHUP)
        until("ready with pages", lambda: daemon.messages().count("ready") > 2 or None)
        assert is_served(sandbox, address)
    finally:
        assert daemon.stop() == 0


def test_a_certificate_that_is_missing_is_refused_with_its_place(sandbox: Sandbox, people: Path):
    people.write_text(people.read_text().replace("pages.pem", "nothing.pem"))
    said = syncd("run", "--config", str(people), code=78)
    assert "web.tls.certificate: there is no such file" in said


def test_without_a_calendar_the_command_line_says_to_connect_one_first(
    sandbox: Sandbox, people: Path
):
    assert syncd("sync", "--config", str(people)) == "0 linked, 0 waiting\n"
    said = syncd("status", "--config", str(people))
    assert "connect a calendar first" in said
    assert "syncd accounts connect google|microsoft" in said
    (warning,) = json.loads(syncd("status", "--json", "--config", str(people)))["warnings"]
    assert warning["code"] == "nothing_connected"

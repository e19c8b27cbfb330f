"""The commands of an emergency on a running program, and the consent in a terminal: S7 and S39."""

from __future__ import annotations

import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.acceptance.faults import GOOGLE_LIST
from tests.acceptance.processes import PATIENCE, command, google_event, syncd, until
from tests.attack.browsing import ANA, BO, CEM, Site, linked, printed, query, with_query


@pytest.fixture(scope="module")
def people(place: Site) -> Site:
    for one in (ANA, BO):
        place.connected(one, "google", "zoom")
    return place


@contextmanager
def _connecting(people: Site, provider: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `syncd accounts connect` until it shows its address."""
    words = ("accounts", "connect", provider, "--person", CEM, "--no-browser")
    process = subprocess.Popen(
        command(*words, "--config", str(people.config)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        lines = iter(process.stderr.readline, "")
        yield process, next(line.strip() for line in lines if line.startswith("https://"))
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=PATIENCE)


def _listening(port: int) -> set[str]:
    """Give the local addresses that listen on a port, as the kernel writes them."""
    found = set()
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            address, number = line.split()[1].split(":")
            if line.split()[3] == "0A" and int(number, 16) == port:
                found.add(address)
    return found


@pytest.mark.parametrize("provider", ["google", "microsoft", "zoom"])
def test_a_consent_in_a_terminal_is_open_to_one_answer_of_this_machine(people: Site, provider: str):
    browser = people.browser()
    with _connecting(people, provider) as (process, url):
        asked = query(url)
        back = urlsplit(asked["redirect_uri"])
        assert (back.scheme, back.hostname) == ("http", "127.0.0.1")
        assert back.path == f"/{provider}/callback"
        assert asked["code_challenge_method"] == "S256"
        assert len(asked["state"]) == 43
        assert back.port is not None
        assert _listening(back.port) == {"0100007F"}
        honest = browser.consents(url, CEM)
        calls = people.token_calls()
        for wrong, status in (
            (with_query(honest, state="A" * 43), 400),
            (with_query(honest, state=None), 400),
            (honest.replace(f"/{provider}/", "/nobody/"), 404),
        ):
            assert httpx.get(wrong, trust_env=False).status_code == status
        headers = {"host": "evil.example"}
        assert httpx.get(honest, headers=headers, trust_env=False).status_code == 400
        assert httpx.post(honest, trust_env=False).status_code == 405
        assert people.token_calls() == calls
        answer = httpx.get(honest, trust_env=False)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert asked["state"] not in answer.text
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", back.port), timeout=5)
        assert process.wait(PATIENCE) == 0
    assert people.rows("SELECT 1 FROM connection WHERE account = ?", f"{provider}:{CEM}")
    people.told(CEM, "account.connected", f"{provider}:{CEM}")


def _polls(people: Site, count: int) -> None:
    def read() -> int:
        number: int = people.state()["requests"]["google"][GOOGLE_LIST[1]]
        return number

    wanted = read() + count
    until(f"{count} polls", lambda: read() >= wanted or None)


def _flagged(people: Site) -> str:
    made: str = people.sandbox.google(1, "POST", body=google_event(location="zoom"))["id"]
    return made


def test_panic_stops_all_writes_and_reading_goes_on(people: Site):
    config = str(people.config)
    said = printed(syncd("panic", "--json", "--config", config))
    assert said["is_set"] is True
    meetings = len(people.sandbox.meetings())
    event = _flagged(people)
    _polls(people, 6)
    assert people.sandbox.google(1, "GET", event)["location"] == "zoom"
    assert len(people.sandbox.meetings()) == meetings
    assert "All writes are stopped" in people.signed_in(ANA).get("/admin").text
    assert people.signed_in(BO).get("/calendar").status_code == 200
    people.restart()
    _polls(people, 4)
    assert len(people.sandbox.meetings()) == meetings
    syncd("panic", "--off", "--config", config)
    linked(people, 1, event)
    people.told("admin", "halt.set", "all writes")
    people.told("admin", "halt.lifted", "all writes")


def test_sessions_are_ended_at_once_of_one_and_of_all(people: Site):
    ana, bo = people.signed_in(ANA), people.signed_in(BO)
    syncd("sessions", "revoke", "--person", BO, "--config", str(people.config))
    assert (ana.get("/settings").status_code, bo.get("/settings").status_code) == (200, 401)
    syncd("sessions", "revoke", "--all", "--config", str(people.config))
    assert ana.get("/settings").status_code == 401
    people.told("admin", "session.revoked", BO)
    people.told("admin", "session.revoked", "everybody")


def test_undo_takes_out_what_was_written_since(people: Site):
    config, since = str(people.config), datetime.now(UTC).isoformat()
    event = _flagged(people)
    link = linked(people, 1, event)
    shown = printed(syncd("undo", "--since", since, "--json", "--config", config))
    assert [one["event"] for one in shown["events"]] == [event]
    assert people.sandbox.google(1, "GET", event)["location"] == link
    syncd("undo", "--since", since, "--yes", "--config", config)

    def gone() -> bool | None:
        return link not in str(people.sandbox.google(1, "GET", event)) or None

    until("the link is gone", gone)
    until("the meeting is gone", lambda: _without(people, link))
    assert ("admin", "event.chosen") in {row[:2] for row in people.audit()}


def _without(people: Site, link: str) -> bool | None:
    return link not in {one["join_url"] for one in people.sandbox.meetings()} or None


def test_new_keys_seal_everything_and_the_old_ones_open_nothing(people: Site):
    config, keys = str(people.config), people.config.parent / "keys"
    former = keys.read_text()
    assert "already works" in syncd("keys", "rotate", "--config", config, code=1)
    people.daemon.stop()
    syncd("keys", "rotate", "--config", config)
    mine = re.findall(r'"key": "([^"]+)"', former)
    assert mine[0] not in keys.read_text()
    new = keys.read_text()
    keys.write_text(former)
    assert "key" in syncd("status", "--config", config, code=1)
    keys.write_text(new)
    people.restart()
    linked(people, 1, _flagged(people))
    assert "admin keys.rotated" in {f"{who} {what}" for who, what, _ in people.audit()}
    assert printed(syncd("audit", "verify", "--json", "--config", config))["broken_at"] is None

"""The admin is told of an account in trouble by a program, by an address, by both, or not at all."""

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from syncd.adapters import notify
from syncd.adapters.http import Http, Limits
from syncd.adapters.notify import Announcer
from syncd.core.ids import AccountKey, Provider
from syncd.ports.notify import Incident
from tests.fakes.clock import FakeClock

INCIDENT = Incident(
    account=AccountKey(Provider.ZOOM, "ana@example.com"),
    state="needs_reconnect",
    reason="Removed in Zoom on 2026-11-21.",
    remedy="Connect it again.",
    since=datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
)
TOLD = {
    "account": "zoom:ana@example.com",
    "provider": "zoom",
    "address": "ana@example.com",
    "state": "needs_reconnect",
    "reason": "Removed in Zoom on 2026-11-21.",
    "remedy": "Connect it again.",
    "since": "2026-11-21T09:00:00+00:00",
}
HOOK = "https://tell.example/hook"


def program(tmp_path: Path, text: str) -> tuple[str, ...]:
    script = tmp_path / "tell.py"
    script.write_text(text)
    return (sys.executable, str(script), str(tmp_path / "told.json"))


KEEPS_IT = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read())"


class Listener:
    """What answers at the address, and what it was sent."""

    def __init__(self, status: int = 204) -> None:
        self.status = status
        self.sent: list[httpx.Request] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        return httpx.Response(self.status)


def http_to(listener: Listener) -> Http:
    return Http(
        clock=FakeClock(),
        origins={"https://tell.example"},
        ca_file=None,
        limits=Limits(concurrency=1, per_second=10, burst=10),
        transport=httpx.MockTransport(listener.answer),
    )


async def test_a_program_gets_it_on_its_standard_input(tmp_path):
    teller = Announcer(command=program(tmp_path, KEEPS_IT), http=None, webhook=None)
    await teller.tell(INCIDENT)
    assert json.loads((tmp_path / "told.json").read_text()) == TOLD


async def test_an_address_gets_it_by_post():
    listener = Listener()
    await Announcer(command=(), http=http_to(listener), webhook=HOOK).tell(INCIDENT)
    (request,) = listener.sent
    assert (request.method, str(request.url)) == ("POST", HOOK)
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.content) == TOLD


async def test_what_stands_in_it_is_no_command(tmp_path):
    script = tmp_path / "tell.py"
    script.write_text(KEEPS_IT)
    place = tmp_path / "a; touch hacked; $(touch hacked)"
    teller = Announcer(command=(sys.executable, str(script), str(place)), http=None, webhook=None)
    await teller.tell(INCIDENT)
    assert {one.name for one in tmp_path.iterdir()} == {script.name, place.name}


@pytest.mark.parametrize(
    ("text", "message"),
    [("raise SystemExit(3)", "notify command failed"), ("import sys; sys.exit(1)", "failed")],
)
async def test_a_program_that_fails_is_logged_and_the_address_is_told_all_the_same(
    tmp_path, caplog, text, message
):
    listener = Listener()
    teller = Announcer(command=program(tmp_path, text), http=http_to(listener), webhook=HOOK)
    with caplog.at_level(logging.WARNING):
        await teller.tell(INCIDENT)
    assert message in caplog.text
    assert len(listener.sent) == 1


async def test_a_program_that_is_not_there_is_logged(caplog):
    await Announcer(command=("/nowhere/tell",), http=None, webhook=None).tell(INCIDENT)
    assert "notify command not started" in caplog.text


async def test_a_program_that_hangs_is_ended(tmp_path, caplog, monkeypatch):
    monkeypatch.setattr(notify, "PATIENCE", 0.2)
    endless = program(tmp_path, "import signal; signal.pause()")
    await Announcer(command=endless, http=None, webhook=None).tell(INCIDENT)
    assert "notify command failed" in caplog.text


@pytest.mark.parametrize(
    ("status", "message"), [(500, "notify webhook refused"), (404, "notify webhook refused")]
)
async def test_an_address_that_refuses_is_logged(caplog, status, message):
    listener = Listener(status)
    await Announcer(command=(), http=http_to(listener), webhook=HOOK).tell(INCIDENT)
    assert message in caplog.text


async def test_no_other_address_is_ever_called(caplog):
    listener = Listener()
    elsewhere = "https://elsewhere.example/hook"
    await Announcer(command=(), http=http_to(listener), webhook=elsewhere).tell(INCIDENT)
    assert listener.sent == []
    assert "notify webhook not reached" in caplog.text


async def test_nobody_is_told_where_nobody_is_configured():
    await Announcer(command=(), http=None, webhook=None).tell(INCIDENT)

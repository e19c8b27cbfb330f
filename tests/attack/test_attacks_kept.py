"""Attacks on what is kept, and on what must be kept nowhere: S25 to S28 of config/security.md.

Shows I12 of `config/promises.md`.
"""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.acceptance.processes import command, google_event, syncd, until
from tests.attack.browsing import ANA, BO, Browser, Site, linked, query


@contextmanager
def _own_temporary_files(folder: Path) -> Iterator[None]:
    former = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        if former is None:
            del os.environ["TMPDIR"]
        else:
            os.environ["TMPDIR"] = former


class Lives:
    """Ana and Bo connect everything, use every page, renew their tokens and start a meeting."""

    def __init__(self, place: Site, temporary: Path) -> None:
        self.place = place
        self.temporary = temporary
        self.browsers = {
            one: place.connected(one, "google", "microsoft", "zoom") for one in (ANA, BO)
        }
        self.events = {}
        for number, one in ((0, ANA), (1, BO)):
            made = place.sandbox.google(number, "POST", body=google_event(location="zoom"))
            linked(place, number, made["id"])
            self.events[one] = made["id"]
        self.start_links = [self._started(one) for one in (ANA, BO)]
        # All access tokens are over now, so that every refresh token is used as well.
        place.sandbox.call("POST", f"{place.sandbox.address['control']}/advance", {"seconds": 4000})
        for one in (ANA, BO):
            for path in ("/calendar", "/settings", "/new-event", "/connect/zoom"):
                assert self.browsers[one].get(path).status_code == 200
        for path in ("/admin", "/admin/audit"):
            assert self.browsers[ANA].get(path).status_code == 200
        made = place.sandbox.google(1, "POST", body=google_event(location="zoom"))
        linked(place, 1, made["id"])

    def _started(self, who: str) -> str:
        name = f"google:{who}/primary/{self.events[who]}"
        answer = self.browsers[who].post("/calendar/start", event=name)
        return answer.headers["location"]


@pytest.fixture(scope="module")
def lives(place: Site, tmp_path_factory: pytest.TempPathFactory) -> Lives:
    temporary = tmp_path_factory.mktemp("temporary")
    with _own_temporary_files(temporary):
        place.restart()
    return Lives(place, temporary)


def _secrets(place: Site) -> set[str]:
    """Give all that must stand nowhere: what providers issued, secrets of apps, keys, cookies."""
    folder = place.config.parent
    files = list(folder.glob("*-secret"))
    keys = re.findall(r'"key": "([^"]+)"', (folder / "keys").read_text())
    cookies = {
        text.partition("=")[2].partition(";")[0]
        for answer in place.answers
        for text in answer.headers.get_list("set-cookie")
    }
    found = {*place.issued(), *keys, *cookies, *(path.read_text().strip() for path in files)}
    assert len(found) > 40
    return {one for one in found if len(one) > 15}


def _holding(text: bytes, secrets: set[str]) -> list[str]:
    return [secret for secret in secrets if secret.encode() in text]


def test_no_secret_stands_in_log_database_or_backup(lives: Lives, tmp_path: Path):
    place = lives.place
    secrets = _secrets(place) | {query(link).get("zak", link) for link in lives.start_links}
    paths = [*place.config.parent.glob("people.db*"), *place.config.parent.glob("daemon*")]
    for path in [*paths, _backup(place, tmp_path), place.config]:
        assert _holding(path.read_bytes(), secrets) == [], path
    assert len(paths) >= 4


def test_no_secret_stands_in_the_process_table_or_in_temporary_files(lives: Lives):
    secrets, number = _secrets(lives.place), lives.place.daemon.process.pid
    for name in ("cmdline", "environ"):
        try:
            text = Path(f"/proc/{number}/{name}").read_bytes()
        except PermissionError:
            continue
        assert _holding(text, secrets) == [], name
        assert text
    left = [path for path in lives.temporary.rglob("*") if path.is_file()]
    assert [path for path in left if _holding(path.read_bytes(), secrets)] == []


def test_no_secret_stands_in_any_page_or_header(lives: Lives):
    place = lives.place
    cookies = {browser.cookie for browser in lives.browsers.values()}
    secrets = _secrets(place)
    shown = 0
    for answer in place.answers:
        headers = {name: value for name, value in answer.headers.items() if name != "set-cookie"}
        # A redirect of the page to the host's own link is what that link is for.
        if headers.get("location") in lives.start_links:
            del headers["location"]
        text = f"{answer.text}{headers}".encode()
        assert _holding(text, secrets | cookies | set(lives.start_links)) == [], answer.request.url
        shown += 1
    assert shown > 30


def test_the_audit_log_holds_no_secret(lives: Lives):
    text = syncd("audit", "list", "--json", "--config", str(lives.place.config))
    assert "meeting.start_link_given" in text
    assert _holding(text.encode(), _secrets(lives.place)) == []


_READER = """
import ctypes, sys
# Version 3 of capabilities, all of them dropped: what is left is a process of the same user.
header, data = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
assert ctypes.CDLL(None).capset(header, data) == 0
try:
    open(f"/proc/{sys.argv[1]}/mem", "rb")
except PermissionError:
    print("refused")
"""


def test_another_process_of_the_same_user_cannot_read_the_memory(lives: Lives):
    words = [sys.executable, "-c", _READER, str(lives.place.daemon.process.pid)]
    said = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert said.stdout == "refused\n", said.stderr
    limits = Path(f"/proc/{lives.place.daemon.process.pid}/limits").read_text()
    assert re.search(r"Max core file size\s+0\s+0\s", limits)


def test_nothing_that_the_daemon_wrote_is_open_to_others(lives: Lives):
    written = [*lives.place.config.parent.glob("people.db*"), *lives.temporary.rglob("*")]
    assert len(written) >= 3
    assert [path for path in written if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


@pytest.mark.parametrize(
    ("name", "mode", "word"),
    [
        ("keys", 0o644, "keys"),
        ("zoom-user-client-secret", 0o640, "secret"),
        ("google-client-secret", 0o604, "secret"),
        ("pages-key.pem", 0o644, "pages-key"),
    ],
)
def test_a_secret_that_others_can_read_is_refused_at_the_start(
    lives: Lives, name: str, mode: int, word: str
):
    path = lives.place.config.parent / name
    former = stat.S_IMODE(path.stat().st_mode)
    path.chmod(mode)
    try:
        done = subprocess.run(
            command("run", "--config", str(lives.place.config)),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        path.chmod(former)
    assert done.returncode in (1, 78)
    assert word in done.stderr + done.stdout
    assert "chmod" in done.stderr + done.stdout


def test_a_database_that_others_can_read_is_refused(lives: Lives):
    mode = stat.S_IMODE(lives.place.database.stat().st_mode)
    lives.place.database.chmod(0o644)
    try:
        said = syncd("status", "--config", str(lives.place.config), code=1)
    finally:
        lives.place.database.chmod(mode)
    assert "people.db is open to other users" in said


def test_a_link_in_the_place_of_a_secret_is_refused(lives: Lives):
    path = lives.place.config.parent / "zoom-user-client-secret"
    real = path.rename(path.with_name("elsewhere"))
    path.symlink_to(real)
    try:
        said = syncd("config", "check", "--config", str(lives.place.config), code=78)
    finally:
        path.unlink()
        real.rename(path)
    assert "link" in said


def test_pages_that_were_asked_for_are_answered_while_accounts_change(lives: Lives):
    """Each choice of calendars has the engine built anew, beneath the pages that come after."""
    browser = lives.browsers[ANA]
    token = browser.token()
    for _ in range(4):
        for provider in ("google", "microsoft"):
            answer = browser.post(f"/calendars/{provider}", token=token, calendar="primary")
            assert answer.status_code == 303, answer.text
            assert browser.get("/calendar").status_code == 200


def _disconnects(browser: Browser, provider: str) -> None:
    assert browser.post(f"/disconnect/{provider}", links="keep").status_code == 303


def test_a_disconnected_account_leaves_nothing_but_its_links(lives: Lives, tmp_path: Path):
    """Bo's accounts go, and Ana's stay; what comes after it in this file rests on it."""
    place, browser, person = lives.place, lives.browsers[BO], lives.place.sandbox.people[1]
    before = place.sandbox.google(1, "GET", lives.events[BO])["location"]
    meetings = {meeting["id"] for meeting in place.sandbox.meetings()}
    for provider in ("zoom", "google", "microsoft"):
        _disconnects(browser, provider)
        place.told(BO, "account.disconnected", f"{provider}:{BO}")
    words = [person["zoom"]["user_id"], person["microsoft"]["user_id"], "Bo Example"]

    def is_clean() -> bool | None:
        texts = [path.read_bytes() for path in place.database.parent.glob("people.db*")]
        return not any(word.encode() in text for text in texts for word in words) or None

    until("the files hold nothing of the account", is_clean)
    text = _backup(place, tmp_path).read_bytes()
    assert not any(word.encode() in text for word in words)
    for statement in (
        "SELECT account FROM connection",
        "SELECT account FROM connection_grant",
    ):
        assert {row[0].partition(":")[2] for row in place.rows(statement)} == {ANA}
    assert place.sandbox.google(1, "GET", lives.events[BO])["location"] == before
    assert {meeting["id"] for meeting in place.sandbox.meetings()} == meetings
    states = place.rows("SELECT DISTINCT state FROM binding WHERE host = ?", BO)
    assert states == [("released",)]


def test_the_grants_of_a_disconnected_account_were_ended_and_no_others(lives: Lives):
    state = lives.place.state()
    assert state["requests"]["zoom"]["POST /oauth/revoke"] == 1
    assert state["requests"]["google"]["POST /revoke"] == 1
    assert BO not in state["zoom"]["grants"]
    assert ANA in state["zoom"]["grants"]
    alive = {one["email"] for one in state["google"]["grants"] if one["alive"]}
    assert BO not in alive
    assert ANA in alive
    assert lives.place.rows("SELECT 1 FROM revocation") == []


def _backup(place: Site, folder: Path) -> Path:
    copied = folder / "backup.db"
    with closing(sqlite3.connect(place.database)) as raw, closing(sqlite3.connect(copied)) as to:
        raw.backup(to)
    return copied

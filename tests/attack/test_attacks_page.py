"""Attacks on the pages: S11 to S13, S16, S17 and S34 of config/security.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from syncd.web.routes import PAGES
from tests.acceptance.processes import google_event
from tests.attack.browsing import ANA, BO, CEM, Browser, Site, linked

TABLE = Path(__file__).parent / "roles.md"
ROLES = ("nobody", "person, own", "person, other's", "admin, own", "admin, other's")
ROUTES = {f"{page.method} {page.path}" for page in PAGES}
UNSAFE = sorted(page.path for page in PAGES if page.method == "POST")
PATHS = sorted({page.path for page in PAGES} | {"/healthz", "/readyz", "/hooks/{provider}"})
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
    "cache-control": "no-store",
}
_CELL = re.compile(r"^\| (GET|POST) (\S+) \| (.+) \|$", re.MULTILINE)


def _cells() -> list[tuple[str, str, str]]:
    found = []
    for method, path, rest in _CELL.findall(TABLE.read_text()):
        answers = rest.split(" | ")
        assert len(answers) == len(ROLES), path
        found += [
            (f"{method} {path}", role, answer) for role, answer in zip(ROLES, answers, strict=True)
        ]
    return found


class People:
    """A person and an admin, each with accounts and one event that has a link."""

    def __init__(self, place: Site) -> None:
        self.place = place
        self.browsers = {one: place.connected(one, "google", "zoom") for one in (BO, ANA)}
        self.events = {}
        for number, one in ((1, BO), (0, ANA)):
            made = place.sandbox.google(number, "POST", body=google_event(location="zoom"))
            linked(place, number, made["id"])
            self.events[one] = f"google:{one}/primary/{made['id']}"

    def fields(self, route: str, owner: str, *, is_own: bool) -> dict[str, str]:
        """Give what a form of this route names, of this owner."""
        forms = {
            "POST /calendar/choose": {"event": self.events[owner], "kind": "zoom"},
            "POST /calendar/start": {"event": self.events[owner]},
            "POST /calendars/{provider}": {"calendar": "primary" if is_own else f"of-{owner}"},
            "POST /new-event": {
                "calendar": f"google:{owner}/primary",
                "title": "Mine",
                "start": "2031-01-01T10:00",
                "end": "2031-01-01T10:30",
                "zone": "UTC",
                "kind": "none",
            },
            "POST /admin/resume": {"account": f"google:{owner}"},
        }
        return forms.get(route, {})


@pytest.fixture(scope="module")
def people(place: Site) -> People:
    return People(place)


def _ask(browser: Browser, route: str, fields: dict[str, str]) -> httpx.Response:
    method, path = route.split(" ")
    path = path.replace("{provider}", "google")
    if method == "GET":
        return browser.get(path)
    return browser.post(path, **fields)


def test_the_table_names_every_route():
    assert {route for route, _, _ in _cells()} == ROUTES


@pytest.mark.parametrize(
    ("route", "role", "answer"),
    [cell for cell in _cells() if cell[2] != "-"],
    ids=str,
)
def test_every_cell_of_the_table(people: People, route: str, role: str, answer: str):
    place = people.place
    who, _, whose = role.partition(", ")
    me = {"nobody": "", "person": BO, "admin": ANA}[who]
    other = BO if me == ANA else ANA
    browser = place.signed_in(me) if me else place.browser()
    if route == "POST /disconnect/{provider}" and me:
        # Only this cell takes the account away; it is there again afterwards.
        got = _ask(browser, route, {})
        browser.connects("google", me)
    else:
        owner = other if whose == "other's" else me or ANA
        got = _ask(browser, route, people.fields(route, owner, is_own=owner == me))
    assert got.status_code == int(answer), got.text
    if answer in ("401", "403", "404"):
        assert people.events[other].rpartition("/")[2] not in got.text


@pytest.mark.parametrize("field", ["/calendar/choose", "/calendar/start"])
@pytest.mark.parametrize(
    "shape",
    [
        "google:{other}/primary/{id}",
        "google:{me}/primary/../../{other}/events/{id}",
        "google:{me}/primary/%2e%2e/%2e%2e/{other}/events/{id}",
        "google:{me}/{other}/{id}",
        "google:{me}/primary/{id}",
        "google:{me}/primary/{id}?alt=json",
        "google:{me}/primary/{id}\x00",
        "GOOGLE:{OTHER}/primary/{id}",
        "{id}",
        "",
        "../../admin",
    ],
)
def test_the_event_of_somebody_else_is_not_reached_by_any_name(
    people: People, field: str, shape: str
):
    """Whatever names Ana's event, Bo gets neither her link nor a word about it."""
    identifier = people.events[ANA].rpartition("/")[2]
    name = shape.format(me=BO, other=ANA, OTHER=ANA.upper(), id=identifier)
    before = people.place.sandbox.google(0, "GET", identifier)
    choices = people.place.rows("SELECT count(*) FROM choice")
    answer = people.place.signed_in(BO).post(field, event=name, kind="none")
    assert answer.status_code in (404, 409), answer.text
    assert before["location"] not in answer.text
    assert people.place.rows("SELECT count(*) FROM choice") == choices
    assert people.place.sandbox.google(0, "GET", identifier) == before


def test_a_start_link_goes_to_its_host_alone_and_into_no_page(people: People):
    place = people.place
    host = place.signed_in(BO)
    answer = host.post("/calendar/start", event=people.events[BO])
    assert answer.headers["location"].startswith("https://")
    assert place.audit()[-1][:2] == (BO, "meeting.start_link_given")
    assert answer.headers["location"] not in host.get("/calendar").text


@pytest.mark.parametrize("path", UNSAFE)
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "{base}", "sec-fetch-site": "cross-site"}, 403),
        ({"origin": "{base}", "sec-fetch-site": "same-site"}, 403),
        ({"origin": "{base}.evil.example"}, 403),
        ({"origin": "{base}", "content-type": "text/plain"}, 415),
        ({"origin": "{base}", "content-type": "application/json"}, 415),
    ],
    ids=str,
)
def test_a_form_that_no_page_of_ours_sent_does_nothing(
    people: People, path: str, headers: dict[str, str], status: int
):
    browser = people.place.signed_in(ANA)
    before = people.place.rows("SELECT count(*) FROM audit_entry")
    told = {name: value.format(base=people.place.base) for name, value in headers.items()}
    form = "application/x-www-form-urlencoded"
    answer = browser.send(
        "POST",
        path.replace("{provider}", "zoom" if "sign-in" not in path else "google"),
        content=f"form_token={browser.token()}",
        headers={"content-type": form} | told,
    )
    assert answer.status_code == status
    assert people.place.rows("SELECT count(*) FROM audit_entry") == before


@pytest.mark.parametrize("path", UNSAFE)
def test_the_token_of_another_browser_is_worth_nothing(people: People, path: str):
    browser, foreign = people.place.signed_in(ANA), people.place.browser().token()
    before = people.place.rows("SELECT count(*) FROM audit_entry")
    for token in ("", foreign, browser.cookie, "0" * 64):
        where = path.replace("{provider}", "google")
        assert browser.post(where, token=token).status_code == 403
    assert people.place.rows("SELECT count(*) FROM audit_entry") == before


@pytest.mark.parametrize("path", [*PATHS, "/nowhere", "/static/../app.py", "/static/nothing.css"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_every_answer_carries_every_header(people: People, path: str, method: str):
    for browser in (people.place.browser(), people.place.signed_in(ANA)):
        answer = browser.send(method, path.replace("{provider}", "zoom"))
        assert answer.status_code < 500
        for name, value in HEADERS.items():
            found = answer.headers.get_list(name)
            assert found == [value] or (
                path.startswith("/hooks") and found == [f"{value}; sandbox"]
            )
        assert "server" not in answer.headers
        assert not {"x-powered-by", "access-control-allow-origin"} & set(answer.headers)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("signs_in", [False, True])
def test_the_cookie_is_ours_alone(people: People, path: str, *, signs_in: bool):
    browser = people.place.signed_in(CEM) if signs_in else people.place.browser()
    answer = browser.get(path.replace("{provider}", "google"))
    for text in answer.headers.get_list("set-cookie"):
        name, _, rest = text.partition("=")
        value, *flags = rest.split("; ")
        assert name == "__Host-syncd"
        assert len(value) == 43
        assert {flag.lower() for flag in flags} == {"path=/", "secure", "httponly", "samesite=lax"}


def test_a_cookie_is_over_after_signing_out(people: People):
    browser, thief = people.place.signed_in(BO), people.place.browser()
    thief.cookie = browser.cookie
    assert browser.post("/sign-out").status_code == 303
    assert thief.get("/settings").status_code == 401
    assert people.place.audit()[-1][:2] == (BO, "session.ended")


@pytest.mark.parametrize(
    ("column", "seconds"), [("seen_at", 30 * 60 + 1), ("begun_at", 12 * 3600 + 1)]
)
def test_a_session_is_over_when_it_is_idle_or_old(people: People, column: str, seconds: int):
    browser = people.place.signed_in(BO)
    assert browser.get("/settings").status_code == 200
    people.place.rows(
        f"UPDATE session SET {column} = datetime({column}, '-{seconds} seconds') || '.000000' "
        "WHERE rowid = (SELECT max(rowid) FROM session)"
    )
    assert browser.get("/settings").status_code == 401


def test_the_database_holds_no_cookie(people: People):
    cookies = {browser.cookie for browser in people.browsers.values()}
    known = {row[0] for row in people.place.rows("SELECT id FROM session")}
    assert cookies.isdisjoint(known)
    assert all(cookie.encode() not in people.place.database.read_bytes() for cookie in cookies)


def test_one_session_is_slowed_wherever_it_comes_from(people: People):
    browser = people.place.signed_in(CEM)
    answers = [
        browser.get("/settings", headers={"x-forwarded-for": f"203.0.113.{number}"})
        for number in range(140)
    ]
    slowed = [answer for answer in answers if answer.status_code == 429]
    assert slowed
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in slowed)
    assert all(answer.status_code in (200, 429) for answer in answers)
    assert people.place.signed_in(CEM).get("/settings").status_code == 200


def test_consents_are_slowed_by_address(people: People):
    browser = people.place.browser()
    answers = []
    for _ in range(150):
        # Nobody's session: what is counted here is the address.
        browser.client.cookies.clear()
        answers.append(browser.get("/sign-in/google/callback?state=x").status_code)
    assert set(answers) == {400, 429}
    assert 100 <= answers.count(400) <= 130
    assert people.place.browser().post("/sign-in/google").status_code == 303


@pytest.fixture
def broken(place: Site) -> Iterator[Site]:
    """Give a site whose sessions cannot be read, which no code foresees."""
    place.rows("ALTER TABLE session RENAME TO session_away")
    yield place
    place.rows("ALTER TABLE session_away RENAME TO session")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.method} {page.path}")
def test_a_failure_shows_an_id_and_nothing_else(broken: Site, page):
    browser = broken.browser()
    browser.cookie = "B" * 43
    answer = browser.send(
        page.method,
        page.path.replace("{provider}", "google"),
        data={"form_token": "0" * 64} if page.method == "POST" else None,
        headers={"origin": broken.base},
    )
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.text
    for word in ("Traceback", "sqlite", "session_away", "site-packages", ".py", "no such table"):
        assert word not in answer.text
    assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"

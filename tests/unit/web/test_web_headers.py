"""The same headers on every answer of every route, errors included, and nothing told about us."""

from __future__ import annotations

import pytest
from starlette.routing import Route

from syncd.web.app import routes
from syncd.web.bounds import BODY_MOST
from syncd.web.rendering import Rendering
from syncd.web.visit import Site
from tests.fakes.web_door import ADMIN, ANA
from tests.fakes.web_stage import SITE, WebStage

EXPECTED = {
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
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def all_paths() -> list[str]:
    stage = WebStage()
    site = Site(
        door=stage.door,
        settings=stage.settings,
        clock=stage.clock,
        rendering=Rendering(stage.settings),
    )
    paths = {route.path for route in routes(site) if isinstance(route, Route)}
    assert len(paths) > 15
    return sorted(path.replace("{provider}", "zoom") for path in paths)


PATHS = [*all_paths(), "/nowhere", "/static/nothing.css", "/connect/nobody", "/%2e%2e/etc/passwd"]


@pytest.fixture
def stage() -> WebStage:
    return WebStage()


def assert_dressed(answer, path: str) -> None:
    for name, value in EXPECTED.items():
        found = answer.headers.get_list(name)
        if path.startswith("/hooks/") and name == "content-security-policy":
            assert found in ([value], [f"{value}; sandbox"])
        else:
            assert found == [value], (path, name)
    assert len(answer.headers["x-request-id"]) == 32
    assert "server" not in answer.headers
    assert "x-powered-by" not in answer.headers


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("person", ["", ANA, ADMIN])
async def test_every_route_and_method_answers_with_all_headers(stage, path, person):
    for method in METHODS:
        answer = await stage.browser(person).send(method, path)
        assert answer.status_code < 500
        assert_dressed(answer, path)


async def test_a_bug_shows_an_id_and_nothing_else(stage, caplog):
    for name in ("agenda", "settings", "offer", "overview", "audit", "parting", "calendars"):
        stage.door.fail[name] = RuntimeError("canary in /usr/lib/python3 line 7")
    browser = stage.browser(ADMIN)
    for path in (
        "/calendar",
        "/settings",
        "/connect/zoom",
        "/admin",
        "/admin/audit",
        "/disconnect/zoom",
        "/calendars/google",
    ):
        answer = await browser.get(path)
        assert answer.status_code == 500
        assert_dressed(answer, path)
        for word in ("canary", "Traceback", "python", "RuntimeError", "starlette"):
            assert word not in answer.text
        assert answer.headers["x-request-id"] in answer.text
    assert len({record.request for record in caplog.records}) == 7


async def test_a_key_error_is_a_bug_and_no_missing_page(stage, caplog):
    stage.door.fail["agenda"] = KeyError("x")
    assert (await stage.browser(ANA).get("/calendar")).status_code == 500


async def test_refusals_before_any_page_are_dressed_too(stage):
    browser = stage.browser(ANA)
    for answer, status in (
        (await browser.get("/calendar", host="evil.example"), 400),
        (await browser.send("POST", "/sign-out", content=b"x" * (BODY_MOST + 1)), 413),
    ):
        assert answer.status_code == status
        assert_dressed(answer, "/")
        assert answer.headers["connection"] == "close"


async def test_files_are_kept_but_asked_for_each_time(stage):
    for name in ("app.css", "app.js", "icon.svg"):
        answer = await stage.browser().get(f"/static/{name}")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-cache"
        assert answer.headers["content-security-policy"] == EXPECTED["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    ["/static/../door.py", "/static/%2e%2e/door.py", "/static/..%2fdoor.py", "/static//etc/passwd"],
)
async def test_no_other_file_is_given(stage, path):
    answer = await stage.browser().get(path)
    assert answer.status_code in {404, 405}
    assert "Protocol" not in answer.text


async def test_pages_hold_nothing_inline_and_nothing_foreign(stage):
    browser = stage.browser(ADMIN)
    for path in ("/calendar", "/settings", "/new-event", "/admin", "/admin/audit", "/connect/zoom"):
        text = (await browser.get(path)).text
        assert "<style" not in text
        assert " style=" not in text
        assert " onclick" not in text
        assert "window.open" not in text
        assert text.count("<script") == 1
        for part in text.split('src="')[1:]:
            assert part.startswith("/static/")


async def test_the_host_is_checked_but_for_probes(stage):
    browser = stage.browser()
    for host in ("evil.example", "syncd.example.com:444", "syncd.example.com.evil.example", ""):
        assert (await browser.get("/sign-in", host=host)).status_code == 400
        assert (await browser.get("/healthz", host=host)).status_code == 200
    answer = await browser.get("/sign-in", **{"x-forwarded-host": "evil.example"})
    assert answer.status_code == 200
    assert "evil" not in answer.text
    assert SITE.removeprefix("https://") == "syncd.example.com"


async def test_probes_tell_no_detail(stage):
    browser = stage.browser()
    assert (await browser.get("/healthz")).text == "ok\n"
    assert (await browser.get("/readyz")).text == "ready\n"
    stage.door.ready = False
    answer = await browser.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready\n")

"""Forms that are not ours, on every route that changes anything."""

from __future__ import annotations

import pytest

from syncd.web.browsers import form_token, new_cookie
from syncd.web.routes import PAGES
from tests.fakes.web_door import ADMIN
from tests.fakes.web_stage import SITE, WebStage

UNSAFE = sorted(
    {page.path.replace("{provider}", "google") for page in PAGES if page.method == "POST"}
)
CHANGES = {
    "begin_sign_in",
    "begin_connect",
    "disconnect",
    "choose_calendars",
    "choose",
    "start_url",
    "new_event",
    "resume",
    "end_session",
}
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def stage() -> WebStage:
    return WebStage()


def changed(stage: WebStage) -> set[str]:
    return CHANGES & {call[0] for call in stage.door.calls}


@pytest.mark.parametrize("path", UNSAFE)
@pytest.mark.parametrize("token", ["", "none", "foreign", "cookie", "long"])
async def test_without_the_right_token_nothing_happens(stage, path, token):
    browser = stage.browser(ADMIN)
    tokens = {
        "": "",
        "none": "x",
        "foreign": form_token(new_cookie()),
        "cookie": browser.cookie,
        "long": "0" * 100_000,
    }
    answer = await browser.send(
        "POST", path, data={"form_token": tokens[token]}, headers={"origin": SITE}
    )
    assert answer.status_code == 403
    assert not changed(stage)


@pytest.mark.parametrize("path", UNSAFE)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": f"{SITE}.evil.example"},
        {"origin": "http://syncd.example.com"},
        {"origin": SITE, "sec-fetch-site": "cross-site"},
        {"origin": SITE, "sec-fetch-site": "same-site"},
        {"origin": SITE, "sec-fetch-site": "none"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"referer": SITE},
    ],
    ids=str,
)
async def test_a_form_of_another_page_does_nothing(stage, path, headers):
    browser = stage.browser(ADMIN)
    data = {"form_token": form_token(browser.cookie)}
    answer = await browser.send("POST", path, data=data, headers=headers)
    assert answer.status_code == 403
    assert not changed(stage)


@pytest.mark.parametrize("path", UNSAFE)
@pytest.mark.parametrize(
    "kind", ["text/plain", "multipart/form-data; boundary=x", "application/json", ""]
)
async def test_only_plain_forms_are_read(stage, path, kind):
    browser = stage.browser(ADMIN)
    content = f"form_token={form_token(browser.cookie)}".encode()
    answer = await browser.send(
        "POST", path, content=content, headers={"origin": SITE, "content-type": kind}
    )
    assert answer.status_code == 415
    assert not changed(stage)


@pytest.mark.parametrize(
    "headers", [{"origin": SITE}, {"origin": "null", "sec-fetch-site": "same-origin"}]
)
async def test_forms_of_ours_are_taken(stage, headers):
    browser = stage.browser(ADMIN)
    data = {"form_token": form_token(browser.cookie), "account": "google:a@b.example"}
    answer = await browser.send("POST", "/admin/resume", data=data, headers=headers)
    assert answer.status_code == 303
    assert changed(stage) == {"resume"}


@pytest.mark.parametrize("path", UNSAFE)
async def test_nothing_changes_by_get(stage, path):
    browser = stage.browser(ADMIN)
    token = form_token(browser.cookie)
    for method in ("GET", "HEAD"):
        await browser.send(method, f"{path}?form_token={token}&event=e&kind=zoom&links=remove")
    assert not changed(stage)


async def test_nobody_posts_without_a_session(stage):
    for path in UNSAFE:
        browser = stage.browser()
        answer = await browser.post(path)
        assert answer.status_code == (303 if path.startswith("/sign-in") else 401)
    assert changed(stage) == {"begin_sign_in"}


async def test_too_many_fields_are_no_form(stage):
    browser = stage.browser(ADMIN)
    content = b"&".join([b"a=1"] * 600)
    answer = await browser.send(
        "POST", "/sign-out", content=content, headers={"origin": SITE, **FORM}
    )
    assert answer.status_code == 415

"""Whatever the pages are asked, they answer: a machine thinks of what nobody thought of."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from syncd.web.routes import PAGES
from tests.attack.browsing import ANA, COOKIE, Browser, Site
from tests.attack.page_schema import TOKEN, can_be_wrong, document

EACH = 90
ENOUGH = 2_000
SESSIONS = 40
_SIGN_OUT = "/sign-out"


class Crowd:
    """An admin at many browsers, each used only as often as a person may click."""

    def __init__(self, place: Site) -> None:
        self._place = place
        self._browsers = [self._fresh() for _ in range(SESSIONS)]
        self.answers = Counter[int]()
        self._wire = requests.Session()
        self._wire.trust_env = False

    def _fresh(self) -> tuple[Browser, str]:
        browser = self._place.signed_in(ANA)
        return browser, browser.token()

    def ask(self, case: Any) -> None:
        number = self.answers.total() % SESSIONS
        browser, token = self._browsers[number]
        body = case.body if isinstance(case.body, dict) else None
        if body is not None and case.method == "POST" and case.path != "/hooks/{provider}":
            case.body = {**body, TOKEN: token}
        answer = case.call(
            base_url=self._place.base,
            headers={
                "Cookie": f"{COOKIE}={browser.cookie}",
                "Origin": self._place.base,
                "X-Forwarded-For": browser.client.headers["x-forwarded-for"],
            },
            session=self._wire,
            verify=self._place.sandbox.address["ca_file"],
            allow_redirects=False,
            timeout=60,
        )
        self.answers[answer.status_code] += 1
        assert answer.status_code < 500, (case, answer.text[:2000])
        assert "content-security-policy" in answer.headers
        if case.path == _SIGN_OUT or answer.status_code == 401:
            self._browsers[number] = self._fresh()


@pytest.fixture(scope="module")
def crowd(place: Site) -> Crowd:
    place.connected(ANA, "google", "zoom")
    return Crowd(place)


def test_every_page_is_in_the_document():
    paths = document()["paths"]
    assert all(page.method.lower() in paths[page.path] for page in PAGES)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_request_breaks_a_page(crowd: Crowd, mode: GenerationMode):
    schema = schemathesis.openapi.from_dict(document())
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not can_be_wrong(operation.path):
            continue

        @settings(
            max_examples=EACH,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def each(case: Any) -> None:
            crowd.ask(case)

        each()


def test_enough_was_asked_and_most_of_it_was_heard(crowd: Crowd):
    assert crowd.answers.total() >= ENOUGH, crowd.answers
    assert crowd.answers[429] <= crowd.answers.total() / 20, crowd.answers

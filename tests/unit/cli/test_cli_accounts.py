"""`syncd accounts`, as it is typed: a consent by the browser, and a parting in two steps."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from click.testing import CliRunner, Result

from syncd.bootstrap import ask, process
from syncd.cli.errors import Failed
from syncd.cli.main import cli
from syncd.core.ids import AccountKey, Provider
from syncd.ports.oauth import ConsentRefused
from tests.fakes.authorizer import identity
from tests.fakes.stage import ANA, BO
from tests.unit.services.served import Served

Run = Callable[..., Result]
MY_ZOOM = AccountKey(Provider.ZOOM, ANA.owner)


@pytest.fixture
def own() -> Iterator[Served]:
    made = Served(own=True)
    asyncio.run(made.stage.prepare())
    yield made
    made.stage.close()


@pytest.fixture
def run(own: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Return a function that runs the command against the household."""

    def answered(_: Path, question: Callable[[Any], Any]) -> Any:
        return asyncio.run(question(own.deps))

    monkeypatch.setattr(ask, "ask", answered)
    monkeypatch.setattr(process, "beside", answered)
    monkeypatch.setenv("DISPLAY", ":0")

    def invoked(*words: str, **kinds: Any) -> Result:
        return CliRunner().invoke(cli, ["accounts", *words, "--config", str(tmp_path)], **kinds)

    return invoked


class Browser:
    """Stands in for the system's browser: it consents, and comes back with each of `states`."""

    def __init__(self) -> None:
        self.urls: list[str] = []
        self.states: list[str] = []
        """What it brings back before the state it was sent away with."""
        self._pages: list[int] = []
        self._threads: list[threading.Thread] = []

    def opened(self, url: str) -> bool:
        self.urls.append(url)
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        states = [*self.states, query["state"]]
        thread = threading.Thread(target=self._come_back, args=(query["redirect_uri"], states))
        self._threads.append(thread)
        thread.start()
        return True

    def pages(self) -> list[int]:
        """Give the status of every page that was shown, once all have been."""
        for thread in self._threads:
            thread.join()
        return self._pages

    def _come_back(self, address: str, states: list[str]) -> None:
        for state in states:
            back = f"{address}?{urlencode({'code': 'C1', 'state': state})}"
            self._pages.append(httpx.get(back, trust_env=False).status_code)


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    made = Browser()
    monkeypatch.setattr("webbrowser.open", made.opened)
    yield made
    made.pages()


def connected(own: Served) -> list[AccountKey]:
    return asyncio.run(own.connections())


def test_a_browser_consents_and_the_account_is_connected(own, run, browser):
    result = run("connect", "zoom", "--person", "Ana@Example.com", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {"account": "zoom:ana@example.com", "address": ANA.owner}
    assert connected(own) == [MY_ZOOM]
    (url,) = browser.urls
    assert url in result.stderr
    back = urlsplit(parse_qs(urlsplit(url).query)["redirect_uri"][0])
    assert (back.scheme, back.hostname, back.path) == ("http", "127.0.0.1", "/zoom/callback")
    assert browser.pages() == [200]
    assert own.zoom.hints == [ANA.owner]


def test_people_read_one_line(run, browser):
    result = run("connect", "google", "--person", ANA.owner)
    assert result.stdout == "google:ana@example.com: connected, ana@example.com at google\n"


def test_a_refused_consent_is_told_with_its_remedy(own, run, browser):
    link = "https://login.microsoftonline.com/x/adminconsent"
    refused = ConsentRefused(
        "Your administrator must approve syncd.",
        code="admin_approval_needed",
        remedy="Send them this address:",
        link=link,
    )
    own.microsoft.refusals.append(refused)
    result = run("connect", "microsoft", "--person", ANA.owner)
    assert isinstance(result.exception, Failed)
    assert str(result.exception) == f"{refused.message} {refused.remedy} {link}"
    assert connected(own) == []


def test_another_persons_account_is_refused(own, run, browser):
    own.google.who = identity(BO.owner)
    result = run("connect", "google", "--person", ANA.owner)
    assert isinstance(result.exception, Failed)
    assert connected(own) == []


def test_without_an_app_it_is_said_what_is_missing(own, run, browser):
    own.deps = replace(own.deps, authorizers={Provider.GOOGLE: own.google})
    result = run("connect", "zoom", "--person", ANA.owner)
    assert isinstance(result.exception, Failed)
    assert "names no app by which people connect Zoom" in str(result.exception)
    assert browser.urls == []


def test_of_several_people_one_must_be_named(run, browser):
    result = run("connect", "google")
    assert isinstance(result.exception, LookupError)
    assert "--person EMAIL" in str(result.exception)
    assert browser.urls == []


def test_a_stranger_cannot_be_connected_for(own, run, browser):
    result = run("connect", "google", "--person", "eve@evil.example")
    assert isinstance(result.exception, LookupError)
    assert own.google.hints == []


def test_without_a_screen_the_address_is_printed_alone(run, browser, monkeypatch):
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    result = _given_up(run, monkeypatch, "--person", ANA.owner)
    assert browser.urls == []
    assert "https://google.example/authorize?state=" in result.stderr


def test_a_browser_that_is_not_wanted_stays_closed(run, browser, monkeypatch):
    result = _given_up(run, monkeypatch, "--person", ANA.owner, "--no-browser")
    assert browser.urls == []
    assert "https://google.example/authorize?state=" in result.stderr


def _given_up(run: Run, monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    monkeypatch.setattr("syncd.cli.consent.LASTS", timedelta(0))
    result = run("connect", "google", *words)
    assert "nobody gave the consent in time" in str(result.exception)
    return result


def test_a_wrong_state_is_refused_and_disturbs_nothing(own, run, browser):
    browser.states += ["guessed", ""]
    result = run("connect", "google", "--person", ANA.owner)
    assert result.exit_code == 0
    assert browser.pages() == [400, 400, 200]
    assert own.google.calls == ["finish"]


def test_a_consent_on_another_device(own, run, browser, monkeypatch):
    async def at_once(seconds: float) -> None:
        own.clock.advance(seconds)

    monkeypatch.setattr(own.clock, "sleep", at_once)
    own.microsoft.open_looks = 3
    result = run("connect", "microsoft", "--device", "--person", ANA.owner)
    assert result.exit_code == 0, result.exception
    assert "open https://microsoft.example/device and type the code ABCD-1234" in result.stderr
    assert own.microsoft.calls == ["finish_device"] * 4
    assert connected(own) == [AccountKey(Provider.MICROSOFT, ANA.owner)]
    assert browser.urls == []


def test_no_device_code_where_the_provider_has_none(own, run):
    own.google.refusals.append(
        ConsentRefused("Not here.", code="no_device_code", remedy="Use a browser.")
    )
    result = run("connect", "google", "--device", "--person", ANA.owner)
    assert str(result.exception) == "Not here. Use a browser."


@pytest.mark.parametrize("words", [("connect",), ("connect", "webex"), ("disconnect", "webex"), ()])
def test_other_words_are_wrong_usage(run, words):
    assert run(*words).exit_code == 2


@pytest.fixture
def zoom(own: Served) -> Served:
    asyncio.run(own.connect(Provider.ZOOM))
    return own


def test_a_parting_is_told_and_asked_for_first(zoom, run):
    result = run("disconnect", "zoom", "--person", ANA.owner, input="n\n")
    assert "0 coming events carry a link that rests on ana@example.com." in result.stdout
    assert "nothing was done" in str(result.exception)
    assert connected(zoom) == [MY_ZOOM]

    result = run("disconnect", "zoom", "--person", ANA.owner, input="y\n")
    assert result.exit_code == 0
    assert "zoom:ana@example.com: disconnected, and its consent is ended" in result.stdout
    assert connected(zoom) == []
    assert zoom.zoom.revoked == ["zoom-access-1"]


def test_scripts_see_what_would_be_done_and_do_it_with_yes(zoom, run):
    result = run("disconnect", "zoom", "--person", ANA.owner, "--json")
    assert json.loads(result.stdout)["upcoming"] == 0
    assert "--yes" in str(result.exception)
    assert connected(zoom) == [MY_ZOOM]

    result = run("disconnect", "zoom", "--person", ANA.owner, "--json", "--yes")
    assert json.loads(result.stdout)["is_revoked"] is True
    assert connected(zoom) == []


def test_what_is_not_connected_cannot_be_disconnected(run):
    result = run("disconnect", "zoom", "--person", ANA.owner, "--yes")
    assert isinstance(result.exception, LookupError)


def test_all_accounts_are_listed(zoom, run):
    lines = json.loads(run("list", "--json").stdout)
    (mine,) = (line for line in lines if line["account"] == "zoom:ana@example.com")
    assert (mine["mode"], mine["state"], mine["address"]) == ("own", "connected", ANA.owner)
    assert "access" not in run("list").output

"""What attackers and their victims do: browsers over HTTPS, at the pages of a daemon that runs."""

from __future__ import annotations

import itertools
import json
import re
import sqlite3
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import yaml

from tests.acceptance.processes import Daemon, Sandbox, until

COOKIE = "__Host-syncd"
ANA, BO, CEM = "ana@example.com", "bo@example.com", "cem@example.com"
"""Ana is the admin."""
DANA = "dana@example.com"
"""She has accounts at all providers, and nobody here knows her."""

_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]{64})"')


class Site:
    """A sandbox, and the daemon whose pages people use; all that the pages ever answered is kept."""

    def __init__(self, directory: Path) -> None:
        self.sandbox = Sandbox(directory, people=4)
        self.config = Path(self.sandbox.address["people_config_file"])
        text = self.config.read_text()
        assert DANA in text
        self.config.write_text("".join(li for li in text.splitlines(True) if DANA not in li))
        self.settings: dict[str, Any] = yaml.safe_load(self.config.read_text())
        self.base: str = self.settings["web"]["public_url"]
        self.database = directory.resolve() / "people.db"
        self.trust = ssl.create_default_context(cafile=self.sandbox.address["ca_file"])
        self.wire = httpx.HTTPTransport(verify=self.trust, trust_env=False)
        self.answers: list[httpx.Response] = []
        self._numbers = itertools.count(1)
        self.daemon = Daemon(self.config)

    def ready(self) -> Site:
        self.daemon.ready()
        return self

    def restart(self) -> None:
        """Stop the daemon and start it again on the same database."""
        self.daemon.stop()
        self.daemon.log.rename(self.daemon.log.with_suffix(f".{next(self._numbers)}"))
        self.daemon = Daemon(self.config).ready()

    def browser(self) -> Browser:
        """Give a browser that nobody has used, at an address of its own."""
        number = next(self._numbers)
        return Browser(self, f"198.18.{number // 250}.{number % 250 + 1}")

    def signed_in(self, person: str) -> Browser:
        """Give a browser in which somebody has signed in with Google."""
        browser = self.browser()
        answer = browser.comes_back(browser.consents(browser.asks("sign-in", "google"), person))
        assert answer.status_code == 303, answer.text
        return browser

    def connected(self, person: str, *providers: str) -> Browser:
        """Give a browser in which somebody has signed in and connected accounts."""
        browser = self.signed_in(person)
        for provider in providers:
            browser.connects(provider, person)
        return browser

    def state(self) -> dict[str, Any]:
        return self.sandbox.state()

    def token_calls(self) -> int:
        """Count all calls that any provider's token endpoint ever got."""
        return sum(
            count
            for operations in self.state()["requests"].values()
            for operation, count in operations.items()
            if operation.startswith("POST") and "token" in operation
        )

    def issued(self) -> list[str]:
        """Give every code, token and secret that any provider ever gave out."""
        url = f"{self.sandbox.address['control']}/issued"
        with httpx.Client(transport=httpx.HTTPTransport(verify=self.trust)) as client:
            found: list[str] = client.get(url).json()
        return found

    def knobs(self, provider: str, **knobs: Any) -> None:
        """Turn knobs at a provider."""
        self.sandbox.call("POST", f"{self.sandbox.address['base']}/{provider}/_knobs", knobs)

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the database, or write to it, as a thief of the machine would."""
        with closing(sqlite3.connect(self.database, timeout=30)) as connection, connection:
            return connection.execute(statement, values).fetchall()

    def audit(self) -> list[tuple[str, str, str]]:
        """Give who, what and about what, the oldest first."""
        return self.rows("SELECT who, what, about FROM audit_entry ORDER BY number")

    def told(self, who: str, what: str, about: str) -> None:
        """See that the audit log tells something."""
        assert (who, what, about) in self.audit()

    def stop(self) -> None:
        self.wire.close()
        self.daemon.stop()
        self.sandbox.stop()


class Browser:
    """One browser: one cookie jar at one address. It follows no redirect by itself."""

    def __init__(self, site: Site, address: str) -> None:
        self.site = site
        self.client = httpx.Client(
            base_url=site.base,
            transport=site.wire,
            headers={"x-forwarded-for": address},
            timeout=60,
            trust_env=False,
        )

    @property
    def cookie(self) -> str:
        return self.client.cookies.get(COOKIE) or ""

    @cookie.setter
    def cookie(self, value: str) -> None:
        self.client.cookies.clear()
        host = urlsplit(self.site.base).hostname or ""
        self.client.cookies.set(COOKIE, value, domain=host, path="/")

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.send("GET", path, **more)

    def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        answer = self.client.request(method, path, **more)
        self.site.answers.append(answer)
        return answer

    def token(self) -> str:
        """Give the token that this browser's forms carry."""
        text = self.get("/sign-in").text
        found = _TOKEN.search(text) or _TOKEN.search(self.get("/settings").text)
        assert found is not None
        return found.group(1)

    def post(self, path: str, *, token: str | None = None, **fields: str) -> httpx.Response:
        """Send a form as a page of ours does."""
        form = {"form_token": self.token() if token is None else token, **fields}
        return self.send("POST", path, data=form, headers={"origin": self.site.base})

    def asks(self, purpose: str, provider: str, **fields: str) -> str:
        """Begin a consent; gives the provider's address that the browser is sent to."""
        answer = self.post(f"/{purpose}/{provider}", **fields)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def consents(self, url: str, person: str, **more: str) -> str:
        """Let somebody consent at the provider; gives the address that leads back."""
        extra = urlencode({"sandbox_person": person, **more})
        provider = httpx.Client(transport=self.site.wire, trust_env=False)
        answer = provider.get(f"{url}&{extra}")
        assert answer.status_code in (302, 303), answer.text
        return str(answer.headers["location"])

    def comes_back(self, url: str) -> httpx.Response:
        """Follow the address that leads back."""
        return self.get(url)

    def connects(self, provider: str, person: str) -> None:
        """Connect an account from the first click to the last."""
        answer = self.comes_back(self.consents(self.asks("connect", provider), person))
        assert answer.status_code == 303, answer.text


def query(url: str) -> dict[str, str]:
    """Read the query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def with_query(url: str, **changes: str | None) -> str:
    """Give the address with other words in its query; None takes one out."""
    fields = {name: value for name, value in (query(url) | changes).items() if value is not None}
    return f"{url.partition('?')[0]}?{urlencode(fields)}"


@contextmanager
def site(directory: Path) -> Iterator[Site]:
    """Run a site while the block does."""
    made = Site(directory)
    try:
        yield made.ready()
    finally:
        made.stop()


def linked(site: Site, person: int, event_id: str) -> str:
    """Wait for the link of an event in Google; gives it."""

    def look() -> str | None:
        place: str = site.sandbox.google(person, "GET", event_id).get("location", "")
        return place if "/j/" in place else None

    return until("a link in the event", look)


def printed(text: str) -> dict[str, Any]:
    """Read what a command printed as JSON."""
    read: dict[str, Any] = json.loads(text)
    return read

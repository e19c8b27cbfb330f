"""A person before the pages: signs in, connects, chooses, as one does with mouse and keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.site import Site

PATIENCE = 60_000
NAMES = ("Ana", "Bo", "Cem")


class Visitor:
    """One browser of one person; `complaints` are what its console and its network told."""

    def __init__(self, site: Site, context: BrowserContext, person: int) -> None:
        self.site = site
        self.context = context
        self.name = NAMES[person]
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.page.on("console", self._told)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        self.page.on("popup", lambda _: self.complaints.append("popup"))

    def _told(self, message: Any) -> None:
        # The stand-ins' own pages have no icon to give.
        is_icon = "favicon" in str(message.location)
        # A form that is answered with its errors, and a page that asks to sign in first.
        is_form = any(f"status of {status}" in message.text for status in (401, 422))
        if message.type in {"error", "warning"} and not (is_icon or is_form):
            self.complaints.append(message.text)

    def open(self, path: str) -> Page:
        self.page.goto(self.site.url + path)
        return self.page

    def sign_in(self, provider: str = "Google") -> None:
        self.open("/sign-in")
        self.page.get_by_role("button", name=f"Sign in with {provider}").click()
        self.consent()

    def connect(self, provider: str) -> None:
        """Connect `google`, `microsoft` or `zoom`, from the settings as one finds it there."""
        service = {"google": "Google Calendar", "microsoft": "Outlook", "zoom": "Zoom"}[provider]
        self.open("/settings")
        self.page.get_by_role("button", name=re.compile(f"(C|Rec)onnect {service}")).click()
        self.page.get_by_role("heading", name=re.compile("onnect")).wait_for()
        self.page.get_by_role("main").get_by_role("button").first.click()
        self.consent()
        assert "done=connected" in self.page.url, self.page.inner_text("main")

    def consent(self) -> None:
        """Say yes on the provider's own pages, until it leads back."""
        away = re.compile(r"/(google/oauth|microsoft/login|zoom/oauth)/")
        self.page.wait_for_url(away)
        yes = re.compile(rf"^{self.name}\b|^(Allow|Accept|Authorize)", re.IGNORECASE)
        for _ in range(4):
            if self.page.url.startswith(self.site.url):
                break
            before = self.page.url
            self._choose_myself()
            self.page.get_by_role("button", name=yes).first.click()
            self.page.wait_for_function(
                "url => location.href !== url || document.forms.length", arg=before
            )
            self.page.wait_for_load_state()
        self.page.wait_for_url(re.compile(re.escape(self.site.url)))
        self.page.wait_for_load_state()

    def _choose_myself(self) -> None:
        for choice in self.page.get_by_role("combobox").all():
            mine = choice.get_by_role("option").filter(has_text=self.name).first
            choice.select_option(value=mine.get_attribute("value"))

    def card(self, service: str) -> Any:
        """Give the row of the settings that a service has."""
        return self.page.get_by_role("listitem").filter(
            has=self.page.get_by_role("heading", name=service, exact=True)
        )

    def entry(self, title: str) -> Any:
        """Give the row of the calendar that an event has."""
        return self.page.get_by_role("listitem").filter(
            has=self.page.get_by_role("heading", name=title, exact=True)
        )

    def find(self, title: str) -> Any:
        """Open the calendar where an event stands, and give its row; there may be none."""
        self.open("/calendar")
        row = self.entry(title)
        if not row.count():
            # Late on a Sunday, what comes next is in the week after.
            self.page.get_by_role("link", name="Later", exact=True).click()
            self.page.wait_for_load_state()
        return row

    def until_shown(self, title: str, words: str) -> Any:
        """Look for an event again and again until its row says so, as one does who waits."""
        for _ in range(60):
            row = self.find(title)
            if row.count() and row.get_by_text(words).count():
                return row
            self.page.wait_for_timeout(500)
        raise AssertionError(f"{title!r} never said {words!r}: {self.page.inner_text('main')}")

    def choose(self, title: str, kind: str) -> None:
        """Choose from the menu of an event."""
        row = self.entry(title)
        row.locator("summary").first.click()
        row.get_by_role("button", name=re.compile(rf"^{kind}")).click()
        expect(self.page.get_by_role("status").first).to_contain_text(re.compile(r"\w"))


@contextmanager
def visiting(browser: Browser, site: Site, person: int = 0, **how: Any) -> Iterator[Visitor]:
    """Give a person's browser; at its end nothing may have been wrong in it."""
    how.setdefault("viewport", {"width": 1280, "height": 800})
    context = browser.new_context(ignore_https_errors=True, **how)
    visitor = Visitor(site, context, person)
    try:
        yield visitor
        assert not visitor.complaints, visitor.complaints
    finally:
        context.close()

"""The Zoom account of the sandbox: its apps and knobs, and all it remembers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from syncd.sandbox.fakes.world import Person, World
from syncd.sandbox.fakes.zoom.dialin import DEFAULT_COUNTRIES
from syncd.sandbox.fakes.zoom.pace import Budget, Deletions, Pace, Plan
from syncd.sandbox.fakes.zoom.pages import Pages
from syncd.sandbox.fakes.zoom.shelf import Shelf
from syncd.sandbox.fakes.zoom.tokens import Tokens
from syncd.sandbox.fakes.zoom.webhooks import Webhooks, deauthorisation

_USER_SCOPES = (
    "meeting:write:meeting",
    "meeting:read:meeting",
    "meeting:update:meeting",
    "meeting:delete:meeting",
    "meeting:read:list_meetings",
    "user:read:user",
)


@dataclass(frozen=True, kw_only=True)
class App:
    """One of the two apps of the account."""

    client_id: str
    client_secret: str
    user_managed: bool


@dataclass(frozen=True, kw_only=True)
class Consent:
    """How a person was asked and what they allowed."""

    person: str
    redirect_uri: str
    asked: str | None
    """The `scope` parameter as it came; None where there was none."""
    granted: tuple[str, ...]
    method: str | None
    """The PKCE method; None without a challenge."""


class Account:
    """Credentials and knobs, which outlive a reset, and the state, which does not."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.account_id = f"sandbox-{world.random.getrandbits(64):016x}"
        self.client_id = "sandbox-zoom-client"
        self.client_secret = self.new_secret()
        self.user_client_id = "sandbox-zoom-user-client"
        self.user_client_secret = self.new_secret()
        self.s2s_scopes: tuple[str, ...] = tuple(f"{scope}:admin" for scope in _USER_SCOPES)
        """What tokens of the server-to-server app will carry from now on."""
        self.user_scopes: tuple[str, ...] = _USER_SCOPES
        """What a person can grant to the user-managed app from now on."""
        self.redirect_uris: list[str] = []
        """Where the user-managed app may send people back, compared as a whole; empty for any
        address by HTTPS or on this machine."""
        self.app_not_approved = False
        """Whether the account's administrator must approve the user-managed app first."""
        self.webhooks = Webhooks(_derived(self.user_client_secret))
        self.plan: Plan = "business"
        self.daily_limit = 100
        """Creates and updates per host and UTC day."""
        self.account_timezone = "America/Los_Angeles"
        """For a local start that names no zone."""
        self.dial_in_countries: tuple[str, ...] = DEFAULT_COUNTRIES
        self.live: set[int] = set()
        """Ids of the meetings that are running now."""
        self.webinars: set[int] = set()
        """Ids of the meetings that a person has made webinars of."""
        self.user_types: dict[str, int] = {}
        """By address, of users whose type was changed: 1 is Basic, 2 is Licensed."""
        self.absent: set[str] = set()
        """Addresses of people who are no users of this account any more."""
        self.forget()

    def forget(self) -> None:
        """Return to an account without meetings, tokens and spent quotas."""
        self.live.clear()
        self.webinars.clear()
        self.user_types.clear()
        self.absent.clear()
        self.app_not_approved = False
        self.consents: list[Consent] = []
        self.webhooks.deliveries.clear()
        self.shelf = Shelf()
        self.tokens = Tokens(self.new_secret)
        self.pace = Pace()
        self.budget = Budget()
        self.deletions = Deletions()
        self.pages = Pages(self.new_secret)

    def now(self) -> datetime:
        """Give the sandbox's time in UTC."""
        return self.world.now()

    def new_secret(self) -> str:
        """Give an opaque string that nobody guesses."""
        return self.world.secret(192)

    def app(self, client_id: str) -> App | None:
        """Find an app by its client id."""
        apps = (
            App(
                client_id=self.client_id,
                client_secret=self.client_secret,
                user_managed=False,
            ),
            App(
                client_id=self.user_client_id,
                client_secret=self.user_client_secret,
                user_managed=True,
            ),
        )
        return next((app for app in apps if app.client_id == client_id), None)

    def person(self, user_id: str) -> Person | None:
        """Find a user by Zoom id (exactly) or address (any case)."""
        wanted = user_id.casefold()
        for person in self.world.people:
            if person.email in self.absent:
                continue
            if user_id == person.zoom_id or wanted == person.email.casefold():
                return person
        return None

    def user_type(self, person: Person) -> int:
        """Give a user's type: 1 is Basic, 2 is Licensed."""
        return self.user_types.get(person.email, person.zoom_type)

    def remove_app(self, person: Person) -> None:
        """Let a person remove the user-managed app on Zoom's own page: it is told of that."""
        now = self.now()
        self.tokens.end(self.user_client_id, person.email)
        payload = deauthorisation(
            account_id=self.account_id,
            user_id=person.zoom_id,
            client_id=self.user_client_id,
            now=now,
        )
        self.webhooks.send("app_deauthorized", payload, now)

    def pmi(self, person: Person) -> int:
        """Give the ten digits of a person's own meeting room."""
        digest = hashlib.sha256(person.zoom_id.encode()).digest()
        return 10**9 + int.from_bytes(digest[:8]) % (9 * 10**9)


def _derived(secret: str) -> str:
    """Make another secret of one, so that the sandbox's generator goes its usual way."""
    return hashlib.sha256(f"webhook {secret}".encode()).hexdigest()

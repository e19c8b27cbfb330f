"""The ground a call is made on, and what is known of a call."""

from __future__ import annotations

import ssl
from atexit import register
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from unittest import mock

import trustme

from syncd.adapters.http import Http, Limits
from tests.cells.lines import lay
from tests.cells.timing import LeapLoop, LoopClock
from tests.cells.wire import Office, Reply, Seen, Target, Wire

Act = Callable[[], Awaitable[Any]]

GOOGLE_API = "https://www.googleapis.com"
GOOGLE_OAUTH = "https://oauth2.googleapis.com"
GRAPH = "https://graph.microsoft.com"
ENTRA = "https://login.microsoftonline.com"
ZOOM_API = "https://api.zoom.us"
ZOOM_OAUTH = "https://zoom.us"
HOOK = "https://admin.example"

OURS = frozenset(
    url.removeprefix("https://")
    for url in (GOOGLE_API, GOOGLE_OAUTH, GRAPH, ENTRA, ZOOM_API, ZOOM_OAUTH, HOOK)
)
SECRETS = ("token-", "s3cret", "refresh-1", "access-1", "code-1")
"""What every token and secret of these plays begins with."""

BACK = "https://syncd.example/back"
STATE = "s" * 43


class Tongue(Enum):
    """In whose words a refusal comes."""

    GOOGLE = "Google Calendar API"
    GOOGLE_OAUTH = "Google OAuth"
    GRAPH = "Graph"
    ENTRA = "Entra"
    ZOOM = "Zoom API"
    ZOOM_OAUTH = "Zoom OAuth"
    PLAIN = "an address of the admin's own"


class Kind(Enum):
    """What a call does, as far as the reaction to its failing depends on it."""

    READ = "reads"
    SET = "sets what may be set twice"
    WRITE = "writes an event, which mails people"
    CREATE = "makes a meeting, which has no key"
    INSERT = "makes an event under a key"
    SIGN_IN = "asks for a token"
    CODE = "redeems what is good once"
    EXTRA = "is an extra whose failing fails nothing"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One call of the product: how the real code comes to make it, and what it is."""

    provider: str
    name: str
    tongue: Tongue
    kind: Kind
    made: Callable[[Stage], Awaitable[Act]]
    target: Target
    needs: tuple[str, ...] = ()
    """The fields of the answer without which it is none."""
    catalogue: str = ""
    """Its name among the 29 calls of the fault catalogue; empty for those beside them."""
    lists: str = ""
    """The field with the items, of a list."""
    path: str = ""
    """Where a list of Graph's is, below the mailbox."""
    pages: str = ""
    """The field with the way to the next page, of a list that has pages."""

    def __str__(self) -> str:
        return f"{self.provider} {self.name}"


@dataclass
class Stage:
    """A wire, a clock and a transport; `notes` are what an office remembers."""

    loop: LeapLoop
    wire: Wire = field(init=False)
    clock: LoopClock = field(init=False)
    notes: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = LoopClock(self.loop)
        self.wire = Wire(self._office)
        self._offices: dict[str, Office] = {}

    def serve(self, url: str, office: Office) -> None:
        """Let this office answer for a host."""
        self._offices[url.removeprefix("https://")] = office

    def http(self, *origins: str) -> Http:
        """Give the product's transport, on the wire."""
        return on_wire(
            self.wire,
            clock=self.clock,
            origins=origins,
            limits=Limits(concurrency=4, per_second=10_000, burst=10_000),
        )

    def _office(self, seen: Seen) -> Reply:
        return self._offices[seen.host](seen)


def on_wire(wire: Wire, **given: Any) -> Http:
    """Make the product's transport, and lay a wire below it."""
    # To read the certificates again for each would take a third of the time of all cells.
    with mock.patch("ssl.create_default_context", return_value=_trust()):
        http = Http(ca_file=ca_file(), **given)
    lay(http, wire)
    return http


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file())


@cache
def ca_file() -> Path:
    """Give one certificate: the system's own take long to load."""
    with NamedTemporaryFile(suffix=".pem", delete=False) as file:
        file.write(trustme.CA().cert_pem.bytes())
    register(Path(file.name).unlink)
    return Path(file.name)

"""What the three stand-ins share: one clock, the people, the mails, the counts and the faults."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol

from starlette.routing import Route

ProviderName = Literal["google", "microsoft", "zoom"]
FaultKind = Literal[
    "drop_request", "drop_response", "status", "delay", "garbage", "truncate", "stale"
]


@dataclass(frozen=True, kw_only=True)
class Person:
    """One human of the sandbox, known to all three stand-ins by the same address."""

    email: str
    name: str
    google_token: str
    microsoft_id: str
    microsoft_token: str
    zoom_id: str
    zoom_token: str
    zoom_type: int
    """1 is Basic, 2 is Licensed."""


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail that a provider would have sent to an attendee."""

    provider: ProviderName
    to: str
    sender: str
    event: str
    reason: Literal["invited", "updated", "cancelled"]
    at: str
    occurrence: str | None = None
    """For one occurrence of a series alone: where its rule puts it, in UTC with `Z`, or a date."""


@dataclass(kw_only=True)
class Fault:
    """One fault to strike matching requests: the first `skip` pass, then `count` are struck."""

    provider: ProviderName
    operation: str
    kind: FaultKind
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    delay_ms: int = 0
    skip: int = 0
    count: int = 1


class StandIn(Protocol):
    """What every provider's stand-in offers to the server."""

    name: ProviderName

    def routes(self) -> list[Route]:
        """Give the routes below `/{name}`, each path a template such as `/v2/meetings/{id}`.

        A route's `name` is the operation as faults and counts name it: method, blank, and the
        provider's own path template without the base, e.g. `POST /users/{userId}/meetings`.
        """
        ...

    def snapshot(self) -> dict[str, Any]:
        """Give all state a test may look at, ready for JSON."""
        ...

    def reset(self) -> None:
        """Return to the state of a fresh start with the same people and tokens."""
        ...


class World:
    """The shared ground of one sandbox; holds no provider's own state."""

    def __init__(self, *, people: int = 2, seed: int = 1, latency_ms: int = 0) -> None:
        self.seed = seed
        self.base = ""
        """The address of the server, without a trailing slash; set once it listens."""
        self.latency_ms = latency_ms
        self.random = random.Random(seed)  # noqa: S311 - a sandbox, and tests need the same run twice
        self.people = _make_people(people, self.random)
        self.offset = timedelta(0)
        self.mails: list[Mail] = []
        self.counts: Counter[tuple[ProviderName, str]] = Counter()
        self.faults: list[Fault] = []
        self.issued: list[str] = []
        """Every code and token that was ever given out, for whoever looks where they must not be."""

    def secret(self, bits: int) -> str:
        """Make an opaque text that nobody guesses, and remember that it was given out."""
        text = f"{self.random.getrandbits(bits):0{bits // 4}x}"
        self.issued.append(text)
        return text

    def now(self) -> datetime:
        """Give the sandbox's own time (UTC): the real one, moved on by `advance`."""
        return datetime.now(UTC) + self.offset

    def advance(self, seconds: float) -> None:
        """Move the sandbox's clock on; tokens, cursors and quota days follow."""
        self.offset += timedelta(seconds=seconds)

    def person(self, email_or_id: str) -> Person | None:
        """Find a person by address (any case), Microsoft id or Zoom id."""
        wanted = email_or_id.casefold()
        for person in self.people:
            if wanted in (person.email, person.microsoft_id.casefold(), person.zoom_id.casefold()):
                return person
        return None

    def mail(
        self,
        provider: ProviderName,
        *,
        to: str,
        sender: str,
        event: str,
        reason: Literal["invited", "updated", "cancelled"],
        occurrence: str | None = None,
    ) -> None:
        """Note one mail to an attendee."""
        at = self.now().isoformat()
        self.mails.append(
            Mail(
                provider=provider,
                to=to,
                sender=sender,
                event=event,
                reason=reason,
                at=at,
                occurrence=occurrence,
            )
        )

    def strike(self, provider: ProviderName, operation: str) -> Fault | None:
        """Take the first fault that is due for this request, if any."""
        for fault in list(self.faults):
            if fault.provider != provider or fault.operation != operation:
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.count -= 1
            if fault.count <= 0:
                self.faults.remove(fault)
            return fault
        return None

    def snapshot(self) -> dict[str, Any]:
        """Give mails and counts, ready for JSON."""
        requests: dict[str, dict[str, int]] = {}
        for (provider, operation), count in sorted(self.counts.items()):
            requests.setdefault(provider, {})[operation] = count
        return {
            "now": self.now().isoformat(),
            "mails": [asdict(mail) for mail in self.mails],
            "requests": requests,
        }

    def reset(self) -> None:
        """Forget mails, counts and faults, and let the clock run as the real one."""
        self.offset = timedelta(0)
        self.mails.clear()
        self.counts.clear()
        self.faults.clear()


_NAMES = ("Ana", "Bo", "Cem", "Dana", "Eva", "Finn", "Gia", "Hugo", "Ida", "Jon")


def _make_people(count: int, generator: random.Random) -> list[Person]:
    people = []
    for index in range(count):
        given = _NAMES[index % len(_NAMES)]
        suffix = "" if index < len(_NAMES) else str(index // len(_NAMES) + 1)

        def token(label: str, who: str = f"{given.lower()}{suffix}") -> str:
            return f"sandbox-{label}-{who}-{generator.getrandbits(96):024x}"

        people.append(
            Person(
                email=f"{given.lower()}{suffix}@example.com",
                name=f"{given}{suffix} Example",
                google_token=token("google"),
                microsoft_id=f"{generator.getrandbits(32):08x}-0000-4000-8000-{generator.getrandbits(48):012x}",
                microsoft_token=token("microsoft"),
                zoom_id=f"zu{generator.getrandbits(80):020x}",
                zoom_token=token("zoom"),
                zoom_type=1 if index % 2 else 2,
            )
        )
    return people

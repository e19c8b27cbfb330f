"""The state of the Google stand-in, and the knobs by which a test changes its ways."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from syncd.sandbox.fakes.google.access import AccessRole
from syncd.sandbox.fakes.google.calendars import Calendar, Calendars
from syncd.sandbox.fakes.google.conference import ConferenceMode, MeetOutcome
from syncd.sandbox.fakes.google.grants import Grants
from syncd.sandbox.fakes.google.identity import Identity
from syncd.sandbox.fakes.google.listing import Lister
from syncd.sandbox.fakes.google.moving import Mover
from syncd.sandbox.fakes.google.tokens import SyncTokens
from syncd.sandbox.fakes.google.writing import Writer
from syncd.sandbox.fakes.world import World

CALENDAR_SCOPES = frozenset(
    f"https://www.googleapis.com/auth/calendar{rest}"
    for rest in ("", ".events", ".events.owned", ".readonly", ".events.readonly",
                 ".calendarlist", ".calendarlist.readonly", ".calendars.readonly")
)  # fmt: skip


@dataclass(kw_only=True)
class Knobs:
    """What a test may turn."""

    empty_pages: bool = False
    """Begin every list of more than one page with a page that has no items."""
    conference_mode: ConferenceMode = "reject400"
    """What becomes of a third party's conference data."""
    meet_outcome: MeetOutcome = "success"
    """What has become of a Meet by the next look at its calendar."""
    meet_allowed: bool = True
    """Whether calendars may have Meets at all; else asking for one is refused."""
    moves_keep_properties: bool = True
    """Whether an event that moves to another calendar takes its private properties along."""
    delegated_scopes: frozenset[str] = CALENDAR_SCOPES
    """The scopes that the domain's admin gave to the service account."""
    roles: dict[str, AccessRole] = field(default_factory=dict)
    """What its person may do in a calendar, by its id; an owner may do everything."""
    suspended: set[str] = field(default_factory=set)
    """Addresses of people whose account is suspended: no new token for them."""
    redirect_uris: set[str] = field(default_factory=set)
    """The redirect URIs of the OAuth client; none means any."""
    refresh_lifetime: timedelta | None = None
    """How long refresh tokens live; 7 days is what Google gives an app in testing."""
    consent_refusal: str = ""
    """The error by which Google does not even ask for a consent, such as `admin_policy_enforced`."""
    unticked: frozenset[str] = frozenset()
    """Scopes whose boxes are empty on the consent page until somebody ticks them."""
    forge_id_token: str = ""
    """What is wrong with ID tokens: a word of `forging`."""


class Core:
    """Everything the methods of the stand-in share."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.identity = Identity(world)
        self.reset()

    def reset(self) -> None:
        """Begin anew; the OAuth client and the service account stay."""
        self.knobs = Knobs()
        self.calendars = Calendars(self.world)
        self.tokens = SyncTokens(self.world)
        self.grants = Grants(self.world)
        self.authorisations: list[dict[str, Any]] = []
        """What clients asked for at the authorisation endpoint, in order; no secret in full."""
        self.quota: Counter[str] = Counter()
        """Quota units used, by the address of the user."""

    def role(self, calendar: Calendar) -> AccessRole:
        """Say what its person may do in a calendar."""
        return self.knobs.roles.get(calendar.id, "owner")

    def writer(self) -> Writer:
        """Give the door by which events change."""
        return Writer(
            world=self.world, calendars=self.calendars, meet_outcome=self.knobs.meet_outcome
        )

    def mover(self) -> Mover:
        """Give what moves events to other calendars."""
        return Mover(
            world=self.world,
            calendars=self.calendars,
            keeps_properties=self.knobs.moves_keep_properties,
        )

    def lister(self) -> Lister:
        """Give the maker of lists."""
        return Lister(world=self.world, tokens=self.tokens, empty_pages=self.knobs.empty_pages)

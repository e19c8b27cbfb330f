"""The state of the Microsoft side: mailboxes, grants, throttle, and what a test may turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from syncd.sandbox.fakes.microsoft.grants import Grants
from syncd.sandbox.fakes.microsoft.id_tokens import PERSONAL_TENANT, Forgery, IdTokens
from syncd.sandbox.fakes.microsoft.mailbox import Mailbox
from syncd.sandbox.fakes.microsoft.online import Teams
from syncd.sandbox.fakes.microsoft.rounds import Rounds
from syncd.sandbox.fakes.microsoft.throttle import Throttle
from syncd.sandbox.fakes.world import Person, World


@dataclass(kw_only=True)
class Knobs:
    """What a test may turn to see the other behaviours that the service has shown."""

    empty_pages: bool = False
    """Put an empty page with a nextLink into every delta round of more than one page."""
    omit_old_masters: bool = False
    """Leave masters that began before the window out of delta rounds."""
    copies_keep_properties: bool = False
    """Let an attendee's copy carry the organiser's extended properties along."""
    require_admin_consent: bool = False
    """Refuse consent by users, as the Microsoft-managed consent policy does."""
    read_only: frozenset[str] = frozenset()
    """The keys of calendars whose events nobody may write."""
    refuse_consent: int = 0
    """An AADSTS number with which every sign-in ends; 0 for none."""
    personal: frozenset[str] = frozenset()
    """The addresses of people whose accounts are personal ones."""
    forgery: Forgery | None = None
    """What is wrong with ID tokens."""
    application_roles: frozenset[str] = field(
        default_factory=lambda: frozenset({"Calendars.ReadWrite"})
    )
    """The roles in tokens of the client credentials grant."""


class Exchange:
    """Everything the Microsoft stand-in knows; `World` holds what the providers share."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.knobs = Knobs()
        self.id_tokens = IdTokens()
        self.consents: list[dict[str, Any]] = []
        """What was asked for at the authorize endpoint, without what is secret in it."""
        self.rounds = Rounds(world.random)
        self.grants = Grants(world)
        self.teams = Teams(world.random)
        self.throttle = Throttle()
        self.mailboxes = {person.email: Mailbox(person, world.random) for person in world.people}

    def reset(self) -> None:
        """Return to a fresh start: empty mailboxes, no grants, knobs as they were."""
        self.knobs = Knobs()
        self.consents.clear()
        self.rounds.forget()
        self.grants.reset()
        self.teams = Teams(self.world.random)
        self.throttle = Throttle()
        for mailbox in self.mailboxes.values():
            mailbox.reset()

    def tenant_of(self, person: Person) -> str:
        """Give the id of the tenant where a person's account is."""
        is_personal = person.email in self.knobs.personal
        return PERSONAL_TENANT if is_personal else self.grants.tenant_id

    def mailbox(self, address_or_id: str) -> Mailbox | None:
        """Find a mailbox by address in any case or by the user's id."""
        person = self.world.person(address_or_id)
        known = person is not None and address_or_id.casefold() != person.zoom_id
        return self.mailboxes[person.email] if person is not None and known else None

"""One event of the story, and what a person does with it in the calendar's own app."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta

from syncd.sandbox.demo.person import Person, Shown

GUEST = "guest@partner.example"
"""Who is invited to every event; not of the people's own domain, so every write mails them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An event as its person types it; `weekly` makes a series of it."""

    title: str
    start: datetime
    marked_by: str
    location: str = ""
    text: str = ""
    category: str | None = None
    weekly: bool = False


class Entry(ABC):
    """One event in one person's calendar."""

    app: str

    def __init__(self, person: Person, draft: Draft) -> None:
        self.person = person
        self.draft = draft
        self.start = draft.start
        self.event_id = ""
        self.mail_key = ""
        """What the sandbox's mails call the event."""
        self.before: Shown | None = None

    @property
    def title(self) -> str:
        """The title as it was typed."""
        return self.draft.title

    @abstractmethod
    async def create(self) -> None:
        """Make it, marked."""

    @abstractmethod
    async def shown(self) -> Shown | None:
        """Give it as everybody sees it; None when it is gone."""

    @abstractmethod
    async def move(self, *, by: timedelta, minutes: int) -> None:
        """Move it and change its length."""

    @abstractmethod
    async def retext(self, old: str, new: str) -> None:
        """Write `new` over `old` in its text, and leave the rest of the text as it is."""

    @abstractmethod
    async def delete(self) -> None:
        """Delete it."""

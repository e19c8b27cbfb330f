"""The keys by which everything is found: provider, calendar, event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class Provider(StrEnum):
    """A service that holds calendars or meetings."""

    GOOGLE = "google"
    MICROSOFT = "microsoft"
    ZOOM = "zoom"


@dataclass(frozen=True, slots=True, order=True)
class AccountKey:
    """A connected identity at a provider; `address` is a mail address or Zoom's account id."""

    provider: Provider
    address: str

    def __str__(self) -> str:
        """Write it as `google:ana@example.com`."""
        return f"{self.provider}:{self.address}"


@dataclass(frozen=True, slots=True, order=True)
class CalendarKey:
    """One calendar of one person; `calendar_id` is `primary` or the provider's own id."""

    provider: Provider
    owner: str
    calendar_id: str

    @property
    def account(self) -> AccountKey:
        """The identity that reads and writes this calendar."""
        return AccountKey(self.provider, self.owner)

    def __str__(self) -> str:
        """Write it as `google:ana@example.com/primary`, as the command line shows it."""
        return f"{self.provider}:{self.owner}/{self.calendar_id}"

    @classmethod
    def parse(cls, text: str) -> CalendarKey:
        """Read what `str` wrote; `ValueError` when it is none."""
        provider, colon, rest = text.partition(":")
        owner, slash, calendar_id = rest.partition("/")
        if not (colon and slash and owner and calendar_id):
            raise ValueError(f"{text!r} is no calendar; write PROVIDER:ADDRESS/CALENDAR")
        return cls(Provider(provider), owner, calendar_id)


@dataclass(frozen=True, slots=True, order=True)
class EventRef:
    """Where an event is read and written: its calendar and the provider's id in it."""

    calendar: CalendarKey
    event_id: str

    def __str__(self) -> str:
        """Write it as `google:ana@example.com/primary/ID`."""
        return f"{self.calendar}/{self.event_id}"


@dataclass(frozen=True, slots=True)
class EventKey:
    """What an event *is*, wherever it stands: stays the same when it moves to another calendar.

    `original_start` (UTC) is set for one occurrence of a series, and stays when it is moved.
    """

    provider: Provider
    ical_uid: str
    original_start: datetime | None = None

    def __str__(self) -> str:
        """Write it unambiguously, as the input of every MAC and the text in the database."""
        start = self.original_start.astimezone(UTC).isoformat() if self.original_start else ""
        return f"{self.provider}\n{self.ical_uid}\n{start}"

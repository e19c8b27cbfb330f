"""Conferences: which kinds there are, and how a person joins one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from syncd.core.ids import Provider


class ConferenceKind(StrEnum):
    """What a person can ask for."""

    ZOOM = "zoom"
    GOOGLE_MEET = "google_meet"
    TEAMS = "teams"
    NONE = "none"

    @property
    def label(self) -> str:
        """Name it for a person."""
        return _TITLES[self]

    @property
    def home(self) -> Provider | None:
        """Give the provider that alone makes it, in its own calendars; None for Zoom and for none."""
        return _HOMES.get(self)


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """One number to dial in; `place` is a city or country, as Zoom names it."""

    number: str
    place: str


@dataclass(frozen=True, slots=True)
class JoinInfo:
    """All that stands in an event so that people can join."""

    meeting_id: int
    join_url: str
    passcode: str
    phone_numbers: tuple[PhoneNumber, ...] = ()
    invitation: str = ""
    """Zoom's own invitation as plain text, where policy wants it in place of our own lines."""


_TITLES = {
    ConferenceKind.ZOOM: "Zoom",
    ConferenceKind.GOOGLE_MEET: "Google Meet",
    ConferenceKind.TEAMS: "Microsoft Teams",
    ConferenceKind.NONE: "no conference",
}
_HOMES = {
    ConferenceKind.GOOGLE_MEET: Provider.GOOGLE,
    ConferenceKind.TEAMS: Provider.MICROSOFT,
}

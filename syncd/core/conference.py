"""Conferences: which kinds there are, and how a person joins one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ConferenceKind(StrEnum):
    """What a person can ask for."""

    ZOOM = "zoom"
    GOOGLE_MEET = "google_meet"
    TEAMS = "teams"
    NONE = "none"


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

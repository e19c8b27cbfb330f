"""Who plays, and with which events: each way of asking for a link once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from syncd.sandbox.demo.entry import Draft, Entry
from syncd.sandbox.demo.google_entry import GoogleEntry
from syncd.sandbox.demo.outlook_entry import OutlookEntry
from syncd.sandbox.demo.person import Person

RULE = {"name": "customers", "title_words": ["customer"], "provider": "zoom"}
"""The automatic rule of the story, as the configuration has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The events of the story, by what happens to each."""

    rescheduled: GoogleEntry
    series: GoogleEntry
    copied: GoogleEntry
    opted_out: GoogleEntry
    to_meet: GoogleEntry
    unmarked: OutlookEntry
    deleted: OutlookEntry
    to_teams: OutlookEntry
    ruled: OutlookEntry
    bystander: OutlookEntry

    def entries(self) -> tuple[Entry, ...]:
        """Give all of them in the order in which they are shown."""
        return (
            self.rescheduled,
            self.series,
            self.copied,
            self.opted_out,
            self.to_meet,
            self.unmarked,
            self.deleted,
            self.to_teams,
            self.ruled,
            self.bystander,
        )


def cast(people: Sequence[Person], now: datetime) -> Cast:
    """Give the events, none of them made yet; they begin on the day after `now` (UTC)."""
    ana, bo, cem, dana = people
    day = now.replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=1)
    at = [day + timedelta(hours=number) for number in range(10)]
    word, tag = "the word 'zoom' in the location", "the tag #zoom in the text"
    return Cast(
        rescheduled=GoogleEntry(
            ana, Draft(title="Design review", start=at[0], marked_by=word, location="zoom")
        ),
        series=GoogleEntry(
            ana, Draft(title="Weekly", start=at[1], marked_by=word, location="zoom", weekly=True)
        ),
        copied=GoogleEntry(
            bo,
            Draft(
                title="Sprint planning #zoom",
                start=at[2],
                marked_by="the tag #zoom in the title",
                location="Room 4.12",
            ),
        ),
        opted_out=GoogleEntry(
            bo, Draft(title="Coffee", start=at[3], marked_by=word, location="zoom")
        ),
        to_meet=GoogleEntry(
            bo, Draft(title="Pairing", start=at[4], marked_by=tag, text="The two of us, #zoom.")
        ),
        unmarked=OutlookEntry(
            cem,
            Draft(
                title="Budget",
                start=at[5],
                marked_by="the category Zoom",
                text="Please read the draft.",
                category="Zoom",
            ),
        ),
        deleted=OutlookEntry(
            dana,
            Draft(title="Interview", start=at[6], marked_by=tag, text="With two of us, #zoom."),
        ),
        to_teams=OutlookEntry(
            dana, Draft(title="Handover", start=at[7], marked_by=tag, text="Bring notes. #zoom")
        ),
        ruled=OutlookEntry(
            cem,
            Draft(title="Customer visit", start=at[8], marked_by="nobody: an automatic rule"),
        ),
        bystander=OutlookEntry(cem, Draft(title="Lunch", start=at[9], marked_by="nobody")),
    )

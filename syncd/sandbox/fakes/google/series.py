"""Instances of recurring events: their ids, those that are stored and those that are computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from syncd.sandbox.fakes.google.calendars import TIME_ZONE, Calendar, Event
from syncd.sandbox.fakes.google.moments import instant, written, zone
from syncd.sandbox.fakes.google.rrule import Recurrence, occurrences, read_recurrence

_TOMBSTONE = ("kind", "etag", "id", "recurringEventId", "originalStartTime", "updated")
_NOT_INHERITED = ("recurrence", "id", "start", "end")


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One occurrence of a series, where its rule puts it."""

    id: str
    start: dict[str, Any]
    end: dict[str, Any]

    @property
    def begins(self) -> datetime:
        """Give the start as an instant, UTC."""
        return instant(self.start, all_day_zone=TIME_ZONE)

    @property
    def ends(self) -> datetime:
        """Give the end as an instant, UTC."""
        return instant(self.end, all_day_zone=TIME_ZONE)


def slots(master: Event, *, until: datetime) -> Iterator[Slot]:
    """Give the slots of a series in order, up to those that start before `until` (UTC)."""
    recurrence = _read(tuple(master["recurrence"]), _zone_name(master))
    for wall in occurrences(recurrence, _wall(master["start"])):
        slot = _slot(master, wall)
        if slot.begins >= until:
            return
        yield slot


def find_slot(master: Event, instance_id: str) -> Slot | None:
    """Give the slot with that instance id, if the rule has it."""
    original = _original(instance_id.removeprefix(master["id"] + "_"))
    if original is None:
        return None
    until = original + timedelta(days=2)
    return next((one for one in slots(master, until=until) if one.id == instance_id), None)


def computed(master: Event, slot: Slot) -> Event:
    """Give the instance at a slot of which nothing is stored."""
    inherited = {key: value for key, value in master.items() if key not in _NOT_INHERITED}
    return {
        **inherited,
        "id": slot.id,
        "recurringEventId": master["id"],
        "originalStartTime": slot.start,
        "start": slot.start,
        "end": slot.end,
    }


def find_event(calendar: Calendar, event_id: str) -> Event | None:
    """Give a stored event or the computed instance with that id."""
    found = calendar.find(event_id)
    if found is not None:
        return found
    master = calendar.find(event_id.rpartition("_")[0])
    if master is None or "recurrence" not in master:
        return None
    slot = find_slot(master, event_id)
    return computed(master, slot) if slot else None


def instances(calendar: Calendar, master: Event, *, until: datetime) -> list[Event]:
    """Give all instances whose slot starts before `until`, stored ones in place of computed."""
    return [calendar.find(slot.id) or computed(master, slot) for slot in slots(master, until=until)]


def tombstone(event: Event) -> Event:
    """Give what is left of an event for those it was taken from."""
    return {**{key: event[key] for key in _TOMBSTONE if key in event}, "status": "cancelled"}


def as_shown(event: Event) -> Event:
    """Give an event as answers show it: of a cancelled instance little more than its slot."""
    gone = event["status"] == "cancelled" and "recurringEventId" in event
    return tombstone(event) if gone else event


@lru_cache(maxsize=1024)
def _read(lines: tuple[str, ...], zone_name: str) -> Recurrence:
    return read_recurrence(list(lines), zone(zone_name))


def _zone_name(event: Event) -> str:
    name: str = event["start"].get("timeZone", "UTC")
    return name


def _wall(start: dict[str, Any]) -> datetime:
    if "date" in start:
        return datetime.fromisoformat(start["date"])
    value = datetime.fromisoformat(start["dateTime"])
    return value.astimezone(zone(start["timeZone"])).replace(tzinfo=None)


def _slot(master: Event, wall: datetime) -> Slot:
    if "date" in master["start"]:
        first, last = (date.fromisoformat(master[key]["date"]) for key in ("start", "end"))
        end = {"date": (wall.date() + (last - first)).isoformat()}
        name = f"{master['id']}_{wall:%Y%m%d}"
        return Slot(id=name, start={"date": wall.date().isoformat()}, end=end)
    own = _zone_name(master)
    begins = wall.replace(tzinfo=zone(own)).astimezone(UTC)
    length = instant(master["end"]) - instant(master["start"])
    return Slot(
        id=f"{master['id']}_{begins:%Y%m%dT%H%M%SZ}",
        start=_shown(begins, own),
        end=_shown(begins + length, master["end"]["timeZone"]),
    )


def _shown(value: datetime, own: str) -> dict[str, Any]:
    return {"dateTime": written(value.astimezone(zone(TIME_ZONE))), "timeZone": own}


def _original(text: str) -> datetime | None:
    form = "%Y%m%dT%H%M%SZ" if "T" in text else "%Y%m%d"
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        return None

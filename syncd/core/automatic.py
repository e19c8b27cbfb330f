"""Automatic rules: an admin's own words on which events get a link without anybody asking."""

from __future__ import annotations

import re

from syncd.core.event import Event
from syncd.core.policy import AutoRule, PersonPolicy
from syncd.core.text import folded

_SIGN = re.compile(r"\W")


def misses(rule: AutoRule, event: Event, person: PersonPolicy) -> str | None:
    """Say in a few words why a rule does not match an event; None when it does."""
    guests = {a.address for a in event.attendees if not a.is_resource} - {event.organiser}
    calendar = event.ref.calendar
    if rule.calendars and f"{calendar.provider}:{calendar.calendar_id}" not in rule.calendars:
        return "another calendar"
    if rule.organisers and event.organiser not in rule.organisers:
        return "another organiser"
    if event.all_day is not bool(rule.all_day):
        return "it is an all-day event" if event.all_day else "it is no all-day event"
    if (wrong := _attendees(rule, len(guests))) is not None:
        return wrong
    if rule.outside is not None and _from_outside(guests, person) is not rule.outside:
        return "nobody is from outside" if rule.outside else "somebody is from outside"
    return _title(rule, event.title)


def _attendees(rule: AutoRule, number: int) -> str | None:
    if rule.attendees_min is not None and number < rule.attendees_min:
        return f"{number} attendees, not {rule.attendees_min} or more"
    if rule.attendees_max is not None and number > rule.attendees_max:
        return f"{number} attendees, not {rule.attendees_max} or fewer"
    return None


def _from_outside(guests: set[str], person: PersonPolicy) -> bool:
    return any(guest.rpartition("@")[2] not in person.domains for guest in guests)


def _title(rule: AutoRule, title: str) -> str | None:
    words = folded(title).split()
    if rule.title_words and not any(_stands(folded(word), words) for word in rule.title_words):
        return "none of its words stands in the title"
    if rule.title_matches is not None and not rule.title_matches(title):
        return f"the title does not match {rule.title_pattern!r}"
    return None


def _stands(wanted: str, words: list[str]) -> bool:
    """Tell whether some words stand in a title one after the other, punctuation around them aside."""
    parts, bare = wanted.split(), [_bare(word) for word in words]
    places = range(len(bare) - len(parts) + 1)
    return bool(parts) and any(bare[at : at + len(parts)] == parts for at in places)


def _bare(word: str) -> str:
    """Give a word without the punctuation around it."""
    start, end = 0, len(word)
    while start < end and _SIGN.match(word[start]):
        start += 1
    while end > start and _SIGN.match(word[end - 1]):
        end -= 1
    return word[start:end]

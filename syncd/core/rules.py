"""Is this event flagged, for which conference, by which rule, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from syncd.core import linkblock
from syncd.core.automatic import misses
from syncd.core.conference import ConferenceKind
from syncd.core.event import Event
from syncd.core.policy import FlagPolicy, PersonPolicy
from syncd.core.reason_note import word_of
from syncd.core.tags import tags_in
from syncd.core.text import folded, visible


class FlagSource(StrEnum):
    """Where a flag stands."""

    CHOICE = "choice"
    NO_TAG = "no_tag"
    LOCATION_WORD = "location_word"
    TITLE_TAG = "title_tag"
    TEXT_TAG = "text_tag"
    CATEGORY = "category"
    ADDRESS = "address"
    RULE = "rule"


# These a person put there for this event; the others come about by themselves.
_BY_HAND = frozenset(FlagSource) - {FlagSource.ADDRESS, FlagSource.RULE}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose for this event on the page or the command line; `chosen_at` in UTC."""

    kind: ConferenceKind
    chosen_at: datetime


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag as it stands in the event, wishes included; the kind is `none` for a no."""

    source: FlagSource
    text: str
    kind: ConferenceKind = ConferenceKind.ZOOM
    wishes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Name it for comparing flags over time, with the wishes of other tags beside it."""
        text = folded(self.text)
        more = (wish for wish in map(folded, self.wishes) if wish not in text.split(":")[1:])
        return ":".join((str(self.source), text, *more))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of an event; shown by `syncd explain`."""

    rule: str
    matched: bool
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What an event asks for, by its first matching rule; `flags` are all that stand in it."""

    flag: Flag | None
    flags: tuple[Flag, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def refused(self) -> bool:
        """A person said no."""
        is_no = self.flag is not None and self.flag.kind is ConferenceKind.NONE
        return is_no and self.by_hand

    @property
    def wanted(self) -> bool:
        """A person or a rule said yes."""
        return self.flag is not None and self.flag.kind is not ConferenceKind.NONE

    @property
    def by_hand(self) -> bool:
        """Whether a person asked for it, for this very event."""
        return self.flag is not None and self.flag.source in _BY_HAND

    @property
    def reason(self) -> str:
        """The verdict that decided, in words."""
        for verdict in self.verdicts:
            if verdict.matched:
                return verdict.why
        return "nothing in the event asks for a link"

    def wishes(self) -> frozenset[str]:
        """All that the flags for this conference ask for beside it, in lower case."""
        if self.flag is None:
            return frozenset()
        alike = (flag for flag in self.flags if flag.kind is self.flag.kind)
        return frozenset(wish.lower() for flag in alike for wish in flag.wishes)

    def pool(self, person: PersonPolicy) -> tuple[str, ...]:
        """Give the pool of hosts of the rule that decided; empty without one."""
        if self.flag is None or self.flag.source is not FlagSource.RULE:
            return ()
        return next((rule.pool for rule in person.rules if rule.name == self.flag.text), ())

    def wanting(self) -> tuple[str, ...]:
        """All flags in the event that say yes, in a form that can be compared over time.

        None beside a no; a rule is no flag in the event.
        """
        if self.refused:
            return ()
        said_yes = (f for f in self.flags if f.kind is not ConferenceKind.NONE)
        return tuple(sorted(str(f) for f in said_yes if f.source is not FlagSource.RULE))


def decide(event: Event, person: PersonPolicy, choice: Choice | None = None) -> Decision:
    """Try every rule in order; the first that matches decides, the others are still told."""
    tried = tuple(_tried(event, person, choice))
    flags = tuple(flag for _, flag, _ in tried if flag is not None)
    verdicts = tuple(Verdict(rule, flag is not None, why) for rule, flag, why in tried)
    return Decision(flags[0] if flags else None, flags, verdicts)


def _tried(
    event: Event, person: PersonPolicy, choice: Choice | None
) -> Iterator[tuple[str, Flag | None, str]]:
    policy, text = person.flags, visible(linkblock.strip(event.body))
    by_people = (
        ("a choice", _choice(choice)),
        ("a tag that says no", _no_tag(f"{event.title}\n{text}", policy)),
        ("a word in the location", _word(event.location, policy)),
        ("a tag in the title", _tag(FlagSource.TITLE_TAG, event.title, policy)),
        ("a tag in the text", _tag(FlagSource.TEXT_TAG, text, policy)),
        ("a category", _category(event.categories, policy)),
        ("an invited address", _address(event, policy)),
    )
    for rule, flag in by_people:
        yield rule, flag, f"{rule}: {flag.text!r}" if flag else f"no: {rule}"
    for automatic in person.rules:
        miss, rule = misses(automatic, event, person), f"the rule {automatic.name!r}"
        flag = Flag(FlagSource.RULE, automatic.name, automatic.provider) if miss is None else None
        yield rule, flag, f"{rule} says {automatic.provider}" if miss is None else f"no: {miss}"


def _choice(choice: Choice | None) -> Flag | None:
    if choice is None:
        return None
    # A choice made again, even the same, is a new one.
    text = f"{choice.kind} at {choice.chosen_at:%Y-%m-%d %H:%M:%S} UTC"
    return Flag(FlagSource.CHOICE, text, choice.kind)


def _no_tag(text: str, policy: FlagPolicy) -> Flag | None:
    for tag in tags_in(text, policy.no_tags):
        return Flag(FlagSource.NO_TAG, tag.text, ConferenceKind.NONE)
    return None


def _tag(source: FlagSource, text: str, policy: FlagPolicy) -> Flag | None:
    """Find the first tag; its wishes are those of all tags for the same conference."""
    kinds = {tag: kind for kind, asked in policy.asking() for tag in asked.tags}
    found = tags_in(text, kinds)
    if not found:
        return None
    kind = kinds[found[0].name]
    wishes = (wish for tag in found if kinds[tag.name] is kind for wish in tag.wishes)
    return Flag(source, found[0].text, kind, tuple(dict.fromkeys(wishes)))


def _word(location: str, policy: FlagPolicy) -> Flag | None:
    location = word_of(location)
    for kind, asked in policy.asking():
        if folded(location) in {folded(word) for word in asked.words}:
            return Flag(FlagSource.LOCATION_WORD, location.strip(), kind)
    return None


def _category(categories: tuple[str, ...], policy: FlagPolicy) -> Flag | None:
    for kind, asked in policy.asking():
        names = {folded(name) for name in asked.categories}
        for category in categories:
            if folded(category) in names:
                return Flag(FlagSource.CATEGORY, category, kind)
    return None


def _address(event: Event, policy: FlagPolicy) -> Flag | None:
    for kind, asked in policy.asking():
        wanted = {address.lower() for address in asked.addresses}
        for attendee in event.attendees:
            if attendee.address in wanted:
                return Flag(FlagSource.ADDRESS, attendee.address, kind)
    return None

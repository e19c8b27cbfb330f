"""Is this event flagged, by which rule, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from syncd.core import linkblock
from syncd.core.event import Event
from syncd.core.policy import FlagPolicy
from syncd.core.reason_note import word_of
from syncd.core.text import folded, visible

_URL = re.compile(r"\b(?:[a-z][a-z0-9+.-]{0,20}://|www\.)[^\s<>\"]+", re.IGNORECASE)
# All that is glued to a tag by colons: a wish that nobody knows must be seen, to be reported.
_WISHES = r"(?P<wishes>(?::\w(?:[^\s:;,<>()\[\]\"']*\w)?)+)"


class FlagSource(StrEnum):
    """Where a flag stands."""

    NO_TAG = "no_tag"
    LOCATION_WORD = "location_word"
    TITLE_TAG = "title_tag"
    TEXT_TAG = "text_tag"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag as it stands in the event, wishes included."""

    source: FlagSource
    text: str
    wishes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Name it for reasons and for comparing flags over time."""
        return f"{self.source}:{folded(self.text)}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of an event; shown by `syncd explain`."""

    rule: str
    matched: bool
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an event wants a link, by its first matching rule; `flags` are all that stand in it."""

    flag: Flag | None
    flags: tuple[Flag, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def refused(self) -> bool:
        """A person said no."""
        return self.flag is not None and self.flag.source is FlagSource.NO_TAG

    @property
    def wanted(self) -> bool:
        """A person said yes."""
        return self.flag is not None and not self.refused

    @property
    def reason(self) -> str:
        """The verdict that decided, in words."""
        for verdict in self.verdicts:
            if verdict.matched:
                return verdict.why
        return "nothing in the event asks for a link"

    def wishes(self) -> frozenset[str]:
        """All that the flags ask for beside the link, in lower case."""
        flags = (f for f in self.flags if f.source is not FlagSource.NO_TAG)
        return frozenset(wish.lower() for flag in flags for wish in flag.wishes)

    def wanting(self) -> tuple[str, ...]:
        """All flags that say yes, in a form that can be compared over time; none beside a no."""
        if self.refused:
            return ()
        return tuple(sorted(str(f) for f in self.flags if f.source is not FlagSource.NO_TAG))


def decide(event: Event, policy: FlagPolicy) -> Decision:
    """Try every rule in order; the first that matches decides, the others are still told."""
    text = visible(linkblock.strip(event.body))
    tried = (
        ("a tag that says no", _tag(FlagSource.NO_TAG, f"{event.title}\n{text}", policy.no_tags)),
        ("a word in the location", _word(event.location, policy.words)),
        ("a tag in the title", _tag(FlagSource.TITLE_TAG, event.title, policy.tags)),
        ("a tag in the text", _tag(FlagSource.TEXT_TAG, text, policy.tags)),
        ("a category", _category(event.categories, policy.categories)),
    )
    flags = tuple(flag for _, flag in tried if flag is not None)
    verdicts = tuple(
        Verdict(rule, flag is not None, f"{rule}: {flag.text!r}" if flag else f"no: {rule}")
        for rule, flag in tried
    )
    return Decision(flags[0] if flags else None, flags, verdicts)


def clean_title(title: str, policy: FlagPolicy) -> str:
    """Give a title as guests should see it: without flag tags, and without the blanks around them."""
    if not policy.strip_title_tag or not policy.tags:
        return title
    clean = title
    for found in reversed(_tags_in(title, policy.tags)):
        clean = f"{clean[: found.start()]}\0{clean[found.end() :]}"
    if clean == title:
        return title
    clean = re.sub(r"\(\s*\0\s*\)|\[\s*\0\s*\]", "\0", clean)
    return re.sub(r" ?\0 ?", lambda m: " " if m.group() == " \0 " else "", clean).strip()


def _tag_pattern(tags: Iterable[str]) -> re.Pattern[str]:
    names = "|".join(re.escape(tag) for tag in sorted(tags, key=len, reverse=True))
    before, after = r"(?<![\w#@&/.:+=-])", r"(?![\w@-]|[.:]\w)"
    return re.compile(f"{before}[#@](?:{names})(?:{_WISHES}|{after})", re.IGNORECASE)


def _tags_in(text: str, tags: Iterable[str]) -> list[re.Match[str]]:
    """Find the tags of a text, none in its URLs; the places are those in the text itself."""
    masked = _URL.sub(lambda url: " " * len(url.group()), text)
    return list(_tag_pattern(tags).finditer(masked))


def _tag(source: FlagSource, text: str, tags: tuple[str, ...]) -> Flag | None:
    if not tags:
        return None
    found = _tags_in(text, tags)
    if not found:
        return None
    wishes = ":".join(tag.group("wishes") or "" for tag in found).split(":")
    return Flag(source, found[0].group(), tuple(dict.fromkeys(filter(None, wishes))))


def _word(location: str, words: tuple[str, ...]) -> Flag | None:
    wanted, location = {folded(word) for word in words}, word_of(location)
    if folded(location) in wanted:
        return Flag(FlagSource.LOCATION_WORD, location.strip())
    return None


def _category(categories: tuple[str, ...], names: tuple[str, ...]) -> Flag | None:
    wanted = {folded(name) for name in names}
    for category in categories:
        if folded(category) in wanted:
            return Flag(FlagSource.CATEGORY, category)
    return None

"""Is this event flagged, by which rule, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from syncd.core import linkblock
from syncd.core.event import Event
from syncd.core.policy import FlagPolicy
from syncd.core.text import folded, visible

_URL = re.compile(r"\b[a-z][a-z0-9+.-]{0,20}://[^\s<>\"]+", re.IGNORECASE)
_WISHES = r"(?P<wishes>(?::[a-z]+(?:=[^\s:;,<>]+)?)*)"


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

    def wanting(self) -> tuple[str, ...]:
        """All flags that say yes, in a form that can be compared over time."""
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
    clean, count = _tag_pattern(policy.tags).subn("\0", title)
    if not count:
        return title
    return re.sub(r" ?\0 ?", lambda m: " " if m.group() == " \0 " else "", clean).strip()


def _tag_pattern(tags: Iterable[str]) -> re.Pattern[str]:
    names = "|".join(re.escape(tag) for tag in sorted(tags, key=len, reverse=True))
    before, after = r"(?<![\w#@&/.:+=-])", r"(?![\w@-]|\.\w)"
    return re.compile(f"{before}[#@](?:{names}){_WISHES}{after}", re.IGNORECASE)


def _tag(source: FlagSource, text: str, tags: tuple[str, ...]) -> Flag | None:
    if not tags:
        return None
    found = _tag_pattern(tags).search(_URL.sub(" ", text))
    if found is None:
        return None
    wishes = tuple(wish for wish in found.group("wishes").split(":") if wish)
    return Flag(source, found.group(), wishes)


def _word(location: str, words: tuple[str, ...]) -> Flag | None:
    wanted = {folded(word) for word in words}
    if folded(location) in wanted:
        return Flag(FlagSource.LOCATION_WORD, location.strip())
    return None


def _category(categories: tuple[str, ...], names: tuple[str, ...]) -> Flag | None:
    wanted = {folded(name) for name in names}
    for category in categories:
        if folded(category) in wanted:
            return Flag(FlagSource.CATEGORY, category)
    return None

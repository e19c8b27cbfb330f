"""Tags: words with `#` or `@` before them, as they stand in titles and texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from syncd.core.policy import FlagPolicy
from syncd.core.text import folded, folded_with_places

_URL = re.compile(r"\b(?:[a-z][a-z0-9+.-]{0,20}://|www\.)[^\s<>\"]+", re.IGNORECASE)
# All that is glued to a tag by colons: a wish that nobody knows must be seen, to be reported.
_WISHES = r"(?P<wishes>(?::\w(?:[^\s:;,<>()\[\]\"']*\w)?)+)"


_WORD = re.compile(r"\S+")
# The signs as they stand before folding: plain, full-width and small.
_SIGN = re.compile("[#@\uff03\uff20\ufe5f\ufe6b]")


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag as it stands in a text; `name` is the tag's own, without sign and wishes."""

    name: str
    text: str
    wishes: tuple[str, ...]
    start: int
    end: int


def tags_in(text: str, names: Iterable[str]) -> list[Tag]:
    """Find the tags of these names in a text, none in its URLs; places are those in the text.

    Tags are compared as `folded` says, so that a full-width sign and what nobody sees do not matter.
    """
    known = {folded(name): name for name in names}
    if not known:
        return []
    pattern = _pattern(known)
    return [tag for word in _words(text) for tag in _tags_of(word, pattern, known)]


def _words(text: str) -> Iterator[re.Match[str]]:
    """Give the words that may hold a tag: only these are worth folding."""
    return (word for word in _WORD.finditer(text) if _SIGN.search(word.group()))


def _tags_of(
    word: re.Match[str], pattern: re.Pattern[str], known: Mapping[str, str]
) -> Iterator[Tag]:
    read = folded_with_places(word.group())
    masked = _URL.sub(lambda url: " " * len(url.group()), read.text)
    for found in pattern.finditer(masked):
        place = read.origin(found.start(), found.end())
        if place is not None:
            start, end = word.start() + place[0], word.start() + place[1]
            wishes = tuple(filter(None, (found.group("wishes") or "").split(":")))
            text = word.string[start:end]
            yield Tag(known[found.group("name")], text, wishes, start, end)


def clean_title(title: str, policy: FlagPolicy) -> str:
    """Give a title as guests should see it: without flag tags, and without the blanks around them."""
    names = [tag for _, asked in policy.asking() for tag in asked.tags]
    if not policy.strip_title_tag:
        return title
    found = tags_in(title, names)
    if not found:
        return title
    starts, ends = [tag.start for tag in found], [tag.end for tag in found]
    kept = zip([0, *ends], [*starts, len(title)], strict=True)
    clean = "\0".join(title[start:end] for start, end in kept)
    clean = re.sub(r"\(\s*\0\s*\)|\[\s*\0\s*\]", "\0", clean)
    return re.sub(r" ?\0 ?", lambda m: " " if m.group() == " \0 " else "", clean).strip()


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    any_name = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    before, after = r"(?<![\w#@&/.:+=-])", r"(?![\w@-]|[.:]\w)"
    return re.compile(f"{before}[#@](?P<name>{any_name})(?:{_WISHES}|{after})")

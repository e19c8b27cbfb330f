"""Tags: words with `#` or `@` before them, as they stand in titles and texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from syncd.core.policy import FlagPolicy

_URL = re.compile(r"\b(?:[a-z][a-z0-9+.-]{0,20}://|www\.)[^\s<>\"]+", re.IGNORECASE)
# All that is glued to a tag by colons: a wish that nobody knows must be seen, to be reported.
_WISHES = r"(?P<wishes>(?::\w(?:[^\s:;,<>()\[\]\"']*\w)?)+)"


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag as it stands in a text; `name` is the tag's own, without sign and wishes."""

    name: str
    text: str
    wishes: tuple[str, ...]
    start: int
    end: int


def tags_in(text: str, names: Iterable[str]) -> list[Tag]:
    """Find the tags of these names in a text, none in its URLs; places are those in the text."""
    known = {name.lower(): name for name in names}
    if not known:
        return []
    masked = _URL.sub(lambda url: " " * len(url.group()), text)
    return [_tag(found, known) for found in _pattern(known).finditer(masked)]


def clean_title(title: str, policy: FlagPolicy) -> str:
    """Give a title as guests should see it: without flag tags, and without the blanks around them."""
    names = [tag for _, asked in policy.asking() for tag in asked.tags]
    if not policy.strip_title_tag:
        return title
    clean = title
    for found in reversed(tags_in(title, names)):
        clean = f"{clean[: found.start]}\0{clean[found.end :]}"
    if clean == title:
        return title
    clean = re.sub(r"\(\s*\0\s*\)|\[\s*\0\s*\]", "\0", clean)
    return re.sub(r" ?\0 ?", lambda m: " " if m.group() == " \0 " else "", clean).strip()


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    any_name = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    before, after = r"(?<![\w#@&/.:+=-])", r"(?![\w@-]|[.:]\w)"
    pattern = f"{before}[#@](?P<name>{any_name})(?:{_WISHES}|{after})"
    return re.compile(pattern, re.IGNORECASE)


def _tag(found: re.Match[str], known: Mapping[str, str]) -> Tag:
    wishes = tuple(filter(None, (found.group("wishes") or "").split(":")))
    name = known[found.group("name").lower()]
    return Tag(name, found.group(), wishes, found.start(), found.end())

"""What a person sees of an event's texts, and whether a link stands in them."""

from __future__ import annotations

import html
import re
import unicodedata
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from syncd.core.event import Body, BodyFormat

# Each pattern stops where the next one could begin, so that hostile text costs no more than its length.
_HIDDEN = re.compile(
    r"<(script|style)\b[^<>]*>(?:(?!<(?:script|style)\b).)*?</\1\s*>|<!--(?:(?!<!--).)*?-->",
    re.IGNORECASE | re.DOTALL,
)
# What begins a new line for a reader.
BREAK = re.compile(r"</?(?:br|hr|p|div|li|ul|ol|tr|td|th|table|h[1-6])\b[^<>]*>", re.IGNORECASE)
_MEETING = re.compile(r"https://[^/]+/j/[0-9]+")
_TAG = re.compile(r"</?[a-z!?][^<>]*>", re.IGNORECASE)
# Soft hyphen, zero-width signs, byte order mark, and all that only sets the direction of writing.
_UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_MOST_MARKS = 30


def visible(body: Body) -> str:
    """Give the text a reader sees, lines broken where HTML breaks them."""
    if body.format is BodyFormat.TEXT and "<" not in body.text:
        return html.unescape(body.text)
    return html.unescape(_TAG.sub("", BREAK.sub("\n", _HIDDEN.sub("", body.text))))


def shows_url(text: str, url: str) -> bool:
    """Tell whether a URL stands in a text; a longer word or host that begins like it is another."""
    pattern = url_pattern(url)
    return pattern.search(text) is not None or pattern.search(html.unescape(text)) is not None


def shows_meeting(text: str, join_url: str) -> bool:
    """Tell whether any link to the meeting of a join link stands in a text."""
    pattern = meeting_pattern(join_url)
    return pattern.search(text) is not None or pattern.search(html.unescape(text)) is not None


def url_pattern(url: str) -> re.Pattern[str]:
    """Match a URL where it ends; editors write its `&` as `&amp;`. What follows `?` may be added."""
    ampersand = "&(?:amp;|#38;|#x26;)?"
    body = ampersand.join(re.escape(part) for part in url.split("&"))
    return re.compile(rf"{body}(?!\w|[.%=/-]\w)")


def meeting_pattern(join_url: str) -> re.Pattern[str]:
    """Match every link to the meeting of a join link: those with another passcode lead there too."""
    whole = url_pattern(join_url).pattern
    found = _MEETING.match(join_url)
    if found is None:
        return re.compile(whole)
    return re.compile(rf"{whole}|{re.escape(found.group())}(?![0-9])(?:\?[\w=%~.-]*[\w=%])?")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in the form in which words are compared, and where each character of it came from."""

    text: str
    _starts: array[int]
    _ends: array[int]
    _original: str

    def origin(self, start: int, end: int) -> tuple[int, int] | None:
        """Give the place in the original of what stands here from `start` up to `end`.

        What nobody sees right beside it belongs to it. None where it is no whole letters: a mark
        set on its last letter makes that another letter, and one sign may fold to several.
        """
        if start >= end or self._cuts(start) or self._cuts(end):
            return None
        first, last = self._starts[start], self._ends[end - 1]
        while first > 0 and _UNSEEN.match(self._original[first - 1]):
            first -= 1
        while last < len(self._original) and _UNSEEN.match(self._original[last]):
            last += 1
        return first, last

    def _cuts(self, at: int) -> bool:
        return 0 < at < len(self._starts) and self._starts[at - 1] == self._starts[at]


def folded(text: str) -> str:
    """Bring a text into the form in which words are compared, outer blanks off.

    NFKC, so that full-width and composed spellings are the same; then Unicode's full case folding,
    which knows no language: `I` is `i`, while the Turkish `\u0130` and `\u0131` are letters of their own.
    What nobody sees (zero-width and direction marks, soft hyphens) is left out. A letter with a
    mark is another letter. Of more than 30 marks on one letter no order is made (UAX #15, stream
    safe), as ordering them takes the square of their number.
    """
    if text.isascii():
        return text.lower().strip()
    return "".join(fold for _, _, fold in _letters(text)).strip()


def folded_with_places(text: str) -> Folded:
    """Fold a text as `folded` does, blanks kept, so that a match in it is found in the original."""
    if text.isascii():
        size = len(text)
        return Folded(text.lower(), array("L", range(size)), array("L", range(1, size + 1)), text)
    parts, starts, ends = [], array("L"), array("L")
    for start, end, fold in _letters(text):
        parts.append(fold)
        starts.extend([start] * len(fold))
        ends.extend([end] * len(fold))
    return Folded("".join(parts), starts, ends, text)


def _letters(text: str) -> Iterator[tuple[int, int, str]]:
    """Give every letter with the marks on it: where it stands, and what it folds to."""
    start, letter, marks = 0, "", 0
    end = 0
    for at, sign in enumerate(text):
        if _UNSEEN.match(sign):
            continue
        if letter and marks < _MOST_MARKS and _joins(sign):
            letter, marks = letter + sign, marks + 1
        else:
            if letter:
                yield start, end, _fold(letter)
            start, letter, marks = at, sign, 0
        end = at + 1
    if letter:
        yield start, end, _fold(letter)


def _joins(sign: str) -> bool:
    """Tell whether a sign may melt into the one before it: marks, and the later parts of Hangul."""
    if sign < "\u0300":
        return False
    first = unicodedata.normalize("NFKD", sign)[0]
    return unicodedata.category(first).startswith("M") or "\u1160" <= first <= "\u11ff"


def _fold(letter: str) -> str:
    if letter.isascii():
        return letter.lower()
    fold = unicodedata.normalize("NFKC", letter).casefold()
    return unicodedata.normalize("NFKC", fold)

"""Which lines of a text are ours, and which a person wrote.

A line is told by what a reader sees of it, as editors rewrite everything else.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from syncd.core.event import Body, BodyFormat
from syncd.core.text import BREAK, visible

FIRST_LINE = "──────── Join Zoom meeting ────────"
LAST_LINE = "──────── added by syncd ────────"

JOIN_LINK = re.compile(r"https://[^\s<>\"':]*/j/([0-9]{9,12})(?![0-9])")
_LINK = re.compile(r"https://\S+")
_PLAIN_LINK = re.compile(r"https://[^\s<>\"']+")
_DIGITS = "[0-9]{1,20}(?: [0-9]{1,20}){0,2}"
_NUMBER = re.compile(f"Meeting ID: ({_DIGITS})")
_PLACE = r"\([^()]*(?:\([^()]*\)[^()]*)?\)"
_DETAIL = rf"(?:Meeting ID: {_DIGITS}|Passcode: \S+|Phone: [^()]+ {_PLACE})"
# Some programs put all our lines into one.
_LINES = re.compile(rf"(?:{JOIN_LINK.pattern}\S* )?{_DETAIL}(?: {_DETAIL})*")
_BREAKS = {
    BodyFormat.HTML: re.compile(f"({BREAK.pattern})", re.IGNORECASE),
    BodyFormat.TEXT: re.compile(rf"({BREAK.pattern}|\r?\n)", re.IGNORECASE),
}
_INLINE = re.compile(r"<(/?)([a-z]+)\b[^<>]*>", re.IGNORECASE)
_BEFORE_WORDS = re.compile(r"(?:\s|&nbsp;|<[^<>]*>)*")
_LINE_ENDS = re.compile(r"<br\b|</(?:div|p|li|td)\b", re.IGNORECASE)


class Kind(StrEnum):
    """What a line is."""

    FIRST = "first"
    LAST = "last"
    LINK = "link"
    NUMBER = "number"
    DETAIL = "detail"
    BLANK = "blank"
    OTHER = "other"


_FIXED = {FIRST_LINE: Kind.FIRST, LAST_LINE: Kind.LAST, "": Kind.BLANK}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: as written, what ends it, what a reader sees of it."""

    written: str
    end: str
    seen: str

    def kind(self, meeting: int | None) -> Kind:
        """Tell what the line is; of links only those to this meeting count."""
        if self.seen in _FIXED:
            return _FIXED[self.seen]
        if _NUMBER.fullmatch(self.seen):
            return Kind.NUMBER
        is_linked = meeting is not None and _meeting_of(self.seen) == meeting
        if _LINES.fullmatch(self.seen):
            return Kind.DETAIL if is_linked or _meeting_of(self.seen) is None else Kind.OTHER
        return Kind.LINK if is_linked and _LINK.fullmatch(self.seen) else Kind.OTHER

    def number(self) -> int | None:
        """Give the meeting's number that the line tells."""
        found = _NUMBER.search(self.seen)
        return int(found.group(1).replace(" ", "")) if found else None

    def open_tags(self) -> str:
        """Give the tags that must stay when the words of the line go: those that reach beyond it."""
        return "" if self.is_closed else "".join(tag.group() for tag in self._tags())

    @property
    def is_closed(self) -> bool:
        """Whether every element that begins in it ends in it."""
        opened: list[str] = []
        for tag in self._tags():
            name = tag.group(2).lower()
            if not tag.group(1):
                opened.append(name)
            elif not opened or opened.pop() != name:
                return False
        return not opened

    def _tags(self) -> Iterator[re.Match[str]]:
        return _INLINE.finditer(self.written)


def lines_of(body: Body) -> list[Line]:
    """Split a text where a reader sees a new line begin; joined again it is the same."""
    parts = [*_BREAKS[body.format].split(body.text), ""]
    return [
        Line(written, end, " ".join(visible(Body(written, body.format)).split()))
        for written, end in zip(parts[::2], parts[1::2], strict=True)
    ]


def is_detail(written: str, form: BodyFormat) -> bool:
    """Tell whether a line of ours would be known again as one of its details."""
    first, *others = lines_of(Body(written, form))
    return not others and first.kind(None) in (Kind.NUMBER, Kind.DETAIL)


def is_link(url: str) -> bool:
    """Tell whether a join link would be known again as a line of ours."""
    return _PLAIN_LINK.fullmatch(url) is not None and JOIN_LINK.match(url) is not None


def grouped(meeting: int) -> str:
    """Write a meeting's number as Zoom does."""
    number = str(meeting)
    return " ".join(part for part in (number[:3], number[3:7], number[7:]) if part)


def links_to(meeting: int) -> re.Pattern[str]:
    """Match every join link of a meeting, whatever its host and passcode."""
    query = r"(?:\?[\w=%~.&;-]*[\w=%])?"
    return re.compile(rf"https://[^\s<>\"':]*/j/{meeting}(?![0-9]){query}")


def words_in(inside: Body) -> list[str]:
    """Give the lines that a person wrote between our two lines, as written.

    Links to the meeting of the block are taken out of them. An invitation of Zoom's, which stands
    below an empty line, has none.
    """
    lines = [line for line in lines_of(inside) if line.seen]
    found = JOIN_LINK.search(inside.text)
    meeting = int(found.group(1)) if found else None
    theirs = [line for line in lines if line.kind(meeting) is Kind.OTHER]
    is_ours = found is not None or len(theirs) < len(lines)
    if is_ours and theirs[:1] == lines[:1] and _begins_empty(inside):
        return []
    words = (_as_words(line, inside.format) for line in theirs)
    bare = (links_to(meeting).sub("", word) if meeting else word for word in words)
    return [word for word in bare if word.strip()]


def _begins_empty(inside: Body) -> bool:
    """Tell whether an empty line stands below our first line."""
    above = _BEFORE_WORDS.match(inside.text)
    blank = above.group() if above else ""
    drawn = len(_LINE_ENDS.findall(blank))
    written = blank.count("\n") if inside.format is BodyFormat.TEXT else 0
    return max(drawn, written) > 1


def _as_words(line: Line, form: BodyFormat) -> str:
    if line.is_closed:
        return line.written.strip()
    return line.seen if form is BodyFormat.TEXT else html.escape(line.seen)


def _meeting_of(link: str) -> int | None:
    found = JOIN_LINK.match(link)
    return int(found.group(1)) if found else None

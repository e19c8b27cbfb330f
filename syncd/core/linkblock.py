"""The block with the join link that stands in an event's text.

It is found again by its two visible lines, never by comments or ids, which calendar programs drop.
What a person wrote around it stays byte for byte; taking it out gives back what was there before (I7).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from syncd.core.block_lines import FIRST_LINE, JOIN_LINK, LAST_LINE, words_in
from syncd.core.block_remains import GAP, without_gap, without_remains
from syncd.core.block_text import TEXT_LIMIT, shortest_length, versions
from syncd.core.conference import JoinInfo
from syncd.core.event import Body, BodyFormat
from syncd.core.text import meeting_pattern, shows_url

__all__ = [
    "FIRST_LINE",
    "LAST_LINE",
    "TEXT_LIMIT",
    "has_room",
    "holds",
    "meeting_in",
    "merge",
    "present",
    "strip",
    "strip_link",
    "tidied",
]


def _wrapped(line: str, *, not_last: str = "") -> str:
    """Match a line of ours although an editor wrapped it, or glued its words together."""
    *words, last = map(re.escape, line.split(" "))
    return r"(?:\s|&nbsp;|&#160;){1,8}".join((*words, not_last + last))


# Where a person cut off the end of such a line, the next one must not lend it its beginning.
_NO_LINE = f"(?!{_wrapped(FIRST_LINE)}|{_wrapped(LAST_LINE)})"
_FIRST, _LAST = (_wrapped(line, not_last=_NO_LINE) for line in (FIRST_LINE, LAST_LINE))
_BLOCK = re.compile(f"{_FIRST}(?P<inside>(?:(?!{_FIRST}).)*?){_LAST}", re.DOTALL)
_OPENING = re.compile(r"<(div|p|span)\b[^<>]*>\s*$", re.IGNORECASE)
_CLOSING = re.compile(r"\s*</(div|p|span)\s*>", re.IGNORECASE)
# Editors write long styles into the element around the block.
_OPENING_LENGTH = 1000
_ANCHOR = re.compile(r"<a\b([^<>]*)>([^<>]*)</a>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--(?:(?!<!--).)*?-->", re.DOTALL)
_END_OF_BODY = re.compile(r"</body\s*>", re.IGNORECASE)
_BREAK_TAG = re.compile(r"<br\b", re.IGNORECASE)
# What comes apart when a block goes may make another one; nobody does that so often by accident.
_MOST_LAYERS = 4


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a block stands, its own element included, and what is between its two lines."""

    start: int
    end: int
    inside: Body
    has_element: bool


def merge(body: Body, info: JoinInfo) -> Body:
    """Give the text with exactly one block that says how to join; repeating it changes nothing.

    Words that a person wrote into an older block stand below the new one. Where a text limit leaves
    no room the block is shortened, at last left out: never the text.
    """
    for _ in range(_MOST_LAYERS):
        spans = list(_spans(body))
        if len(spans) <= 1:
            break
        body = strip(body)
    span = next(_spans(body), None)
    for block in versions(info, body.format):
        text = _placed(body, block, span)
        if body.format is BodyFormat.HTML or len(text) <= TEXT_LIMIT:
            return Body(text, body.format)
    return strip(body)


def has_room(body: Body) -> bool:
    """Tell whether at least the shortest block fits, whatever join link Zoom gives it."""
    if body.format is BodyFormat.HTML or present(body):
        return True
    return len(body.text) + len(GAP) + shortest_length() <= TEXT_LIMIT


def strip(body: Body) -> Body:
    """Give the text without any block of ours; words that a person wrote into one stay."""
    kept, at = [], 0
    for span in _spans(body):
        before, words = body.text[at : span.start], _words(span)
        is_bare = body.format is BodyFormat.TEXT and not words
        kept += [without_gap(before) if is_bare else before, words]
        at = span.end
    return Body("".join((*kept, body.text[at:])), body.format)


def strip_link(body: Body, url: str) -> Body:
    """Give the text without anything of this meeting of ours.

    Blocks go, what a person left of one, and any loose link to the meeting.
    """
    link = meeting_pattern(url)
    named = JOIN_LINK.match(url)
    meetings = frozenset({int(named.group(1))} if named else ())

    def bare(anchor: re.Match[str]) -> str:
        is_bare = not link.sub("", anchor.group(2), count=1).strip()
        return "" if is_bare and link.search(anchor.group(1)) else anchor.group()

    left = tidied(strip(body), meetings)
    # A link that goes may leave a line of ours alone in its line.
    without = Body(link.sub("", _ANCHOR.sub(bare, left.text)), body.format)
    return tidied(without, meetings)


def tidied(body: Body, meetings: frozenset[int]) -> Body:
    """Give a text without what a person left of blocks of these meetings; a whole block stays."""
    if present(body):
        return body
    for meeting in sorted(meetings):
        body = without_remains(body, meeting)
    return body


def present(body: Body) -> bool:
    """Tell whether a whole block of ours stands in the text."""
    return _BLOCK.search(body.text) is not None


def holds(body: Body, url: str) -> bool:
    """Tell whether this link stands inside a block of ours."""
    return any(shows_url(body.text[span.start : span.end], url) for span in _spans(body))


def meeting_in(body: Body) -> int | None:
    """Give the id of the meeting whose join link stands in the first block of ours."""
    for span in _spans(body):
        found = JOIN_LINK.search(body.text, span.start, span.end)
        return int(found.group(1)) if found else None
    return None


def _spans(body: Body) -> Iterator[_Span]:
    for found in _BLOCK.finditer(body.text):
        start, end = found.span()
        opening = _OPENING.search(body.text[max(0, start - _OPENING_LENGTH) : start])
        closing = _CLOSING.match(body.text, end)
        has_element = False
        if opening and closing and opening.group(1).lower() == closing.group(1).lower():
            start, end = start - len(opening.group()), closing.end()
            has_element = True
        yield _Span(start, end, Body(found.group("inside"), body.format), has_element)


def _words(span: _Span) -> str:
    """Write what a person wrote into a block, as it stays without the block."""
    words, form = words_in(span.inside), span.inside.format
    is_plain = form is BodyFormat.TEXT and not _BREAK_TAG.search(span.inside.text)
    joined = ("\n" if is_plain else "<br>").join(words)
    return f"<div>{joined}</div>" if words and span.has_element else joined


def _placed(body: Body, block: str, span: _Span | None) -> str:
    text = body.text
    if span is not None:
        words = _words(span)
        between = "\n" if words and not span.has_element else ""
        return f"{text[: span.start]}{block}{between}{words}{text[span.end :]}"
    if body.format is BodyFormat.TEXT:
        return f"{text}{GAP}{block}" if text else block
    ends = list(_END_OF_BODY.finditer(_COMMENT.sub(lambda c: " " * len(c.group()), text)))
    at = ends[-1].start() if ends else len(text)
    return text[:at] + block + text[at:]

"""What is left of our block in a text after a person deleted one of its two lines, or both."""

from __future__ import annotations

import re
from itertools import groupby

from syncd.core.block_lines import Kind, Line, grouped, lines_of
from syncd.core.event import Body, BodyFormat

# What stands between a person's text and our block, and what editors make of it.
GAP = "\n\n"
_GAPS = (GAP, "\r\n\r\n", "<br><br>")
_LINE_BREAK = re.compile(r"\r?\n|<br\b[^<>]*>", re.IGNORECASE)
_BLANK = r"(?:\s|&nbsp;|&#160;){0,8}"


def without_remains(body: Body, meeting: int) -> Body:
    """Give a text without the remains of a block of this meeting; one without any as it is.

    Remains are lines of ours side by side, the meeting's number or its link among them. A link all
    by itself, and whatever a person wrote, stays. Whole blocks must be out already.
    """
    if not _names(meeting).search(body.text):
        return body
    rows = [(line, _kind(line, meeting, body.format)) for line in lines_of(body)]
    kept: list[str] = []
    for is_other, group in groupby(rows, lambda row: row[1] is Kind.OTHER):
        lines = list(group)
        if is_other or not _is_ours({kind for _, kind in lines}):
            kept += [line.written + line.end for line, _ in lines]
            continue
        rest = "".join(_without_words(line, kind) for line, kind in lines)
        is_last = lines[-1][0] is rows[-1][0]
        if is_last and not rest and body.format is BodyFormat.TEXT:
            kept = [without_gap("".join(kept))]
        kept.append(rest)
    return Body("".join(kept), body.format)


def without_gap(text: str) -> str:
    """Give the text before a block without what separates the two."""
    for gap in _GAPS:
        if text.endswith(gap):
            return text.removesuffix(gap)
    return text


def _kind(line: Line, meeting: int, form: BodyFormat) -> Kind:
    """Tell what a line is; an empty one of plain text, or another's number, is no line of ours."""
    kind = line.kind(meeting)
    if kind is Kind.BLANK:
        is_drawn = form is BodyFormat.HTML or line.end.startswith("<")
        return kind if is_drawn else Kind.OTHER
    if kind not in (Kind.NUMBER, Kind.DETAIL) or (number := line.number()) is None:
        return kind
    return Kind.NUMBER if number == meeting else Kind.OTHER


def _is_ours(kinds: set[Kind]) -> bool:
    own = kinds - {Kind.BLANK}
    return Kind.NUMBER in own or (Kind.LINK in own and len(own) > 1)


def _without_words(line: Line, kind: Kind) -> str:
    if kind is Kind.BLANK:
        return line.written + line.end
    is_break = _LINE_BREAK.fullmatch(line.end) is not None
    return line.open_tags() + ("" if is_break else line.end)


def _names(meeting: int) -> re.Pattern[str]:
    """Match where a meeting is named at all, by number or link."""
    number = _BLANK.join(grouped(meeting).split(" "))
    return re.compile(rf"(?<![0-9]){number}(?![0-9])")

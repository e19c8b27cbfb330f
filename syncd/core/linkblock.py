"""The block with the join link that stands in an event's text.

It is found again by its two visible lines, never by comments or ids, which calendar programs drop.
What a person wrote around it stays byte for byte; taking it out gives back what was there before.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from syncd.core.conference import JoinInfo
from syncd.core.event import Body, BodyFormat
from syncd.core.text import meeting_pattern, shows_url

FIRST_LINE = "──────── Join Zoom meeting ────────"
LAST_LINE = "──────── added by syncd ────────"

# Google refuses longer descriptions; Exchange takes far more than anybody writes.
TEXT_LIMIT = 8192

# Join links have a hundred characters or so; a company's own address may be longer.
_LONGEST_LINK = 200

_BETWEEN = "\n\n"
# What editors make of it when they rewrite the whole text.
_BETWEEN_REWRITTEN = ("\r\n\r\n", "<br><br>")


def _wrapped(line: str) -> str:
    """Match a line of ours although an editor wrapped it, or glued its words together."""
    return r"(?:\s|&nbsp;|&#160;){1,8}".join(map(re.escape, line.split(" ")))


_FIRST, _LAST = _wrapped(FIRST_LINE), _wrapped(LAST_LINE)
_BLOCK = re.compile(f"{_FIRST}(?:(?!{_FIRST}).)*?{_LAST}", re.DOTALL)
_OPENING = re.compile(r"<(div|p|span)\b[^<>]*>\s*$", re.IGNORECASE)
_CLOSING = re.compile(r"\s*</(div|p|span)\s*>", re.IGNORECASE)
# Editors write long styles into the element around the block.
_OPENING_LENGTH = 1000
_ANCHOR = re.compile(r"<a\b([^<>]*)>([^<>]*)</a>", re.IGNORECASE)
_JOIN_LINK = re.compile(r"https://[^\s<>\"':]*/j/([0-9]{9,12})(?![0-9])")
_END_OF_BODY = re.compile(r"</body\s*>", re.IGNORECASE)


def merge(body: Body, info: JoinInfo) -> Body:
    """Give the text with exactly one block that says how to join; repeating it changes nothing.

    Where a text limit leaves no room the block is shortened, at last left out: never the text.
    """
    spans = list(_spans(body))
    if len(spans) > 1:
        return merge(strip(body), info)
    for block in _versions(info, body.format):
        text = _placed(body, block, spans[0] if spans else None)
        if body.format is BodyFormat.HTML or len(text) <= TEXT_LIMIT:
            return Body(text, body.format)
    return strip(body)


def has_room(body: Body) -> bool:
    """Tell whether at least the shortest block fits, whatever join link Zoom gives it."""
    if body.format is BodyFormat.HTML or present(body):
        return True
    shortest = len(_BETWEEN) + len(_as_text(["x" * _LONGEST_LINK]))
    return len(body.text) + shortest <= TEXT_LIMIT


def strip(body: Body) -> Body:
    """Give the text without any block of ours."""
    kept, at = [], 0
    for start, end in _spans(body):
        before = body.text[at:start]
        kept.append(_without_gap(before) if body.format is BodyFormat.TEXT else before)
        at = end
    return Body("".join((*kept, body.text[at:])), body.format)


def strip_link(body: Body, url: str) -> Body:
    """Give the text without our blocks and without any loose link to the meeting of this one."""
    link = meeting_pattern(url)

    def bare(anchor: re.Match[str]) -> str:
        is_bare = not link.sub("", anchor.group(2), count=1).strip()
        return "" if is_bare and link.search(anchor.group(1)) else anchor.group()

    return Body(link.sub("", _ANCHOR.sub(bare, strip(body).text)), body.format)


def present(body: Body) -> bool:
    """Tell whether a whole block of ours stands in the text."""
    return _BLOCK.search(body.text) is not None


def holds(body: Body, url: str) -> bool:
    """Tell whether this link stands inside a block of ours."""
    return any(shows_url(body.text[start:end], url) for start, end in _spans(body))


def meeting_in(body: Body) -> int | None:
    """Give the id of the meeting whose join link stands in the first block of ours."""
    for start, end in _spans(body):
        found = _JOIN_LINK.search(body.text, start, end)
        return int(found.group(1)) if found else None
    return None


def _spans(body: Body) -> Iterator[tuple[int, int]]:
    for found in _BLOCK.finditer(body.text):
        start, end = found.span()
        opening = _OPENING.search(body.text[max(0, start - _OPENING_LENGTH) : start])
        closing = _CLOSING.match(body.text, end)
        if opening and closing and opening.group(1).lower() == closing.group(1).lower():
            start, end = start - len(opening.group()), closing.end()
        yield start, end


def _without_gap(text: str) -> str:
    for gap in (_BETWEEN, *_BETWEEN_REWRITTEN):
        if text.endswith(gap):
            return text.removesuffix(gap)
    return text


def _placed(body: Body, block: str, span: tuple[int, int] | None) -> str:
    text = body.text
    if span is not None:
        return text[: span[0]] + block + text[span[1] :]
    if body.format is BodyFormat.TEXT:
        return f"{text}{_BETWEEN}{block}" if text else block
    ends = list(_END_OF_BODY.finditer(text))
    at = ends[-1].start() if ends else len(text)
    return text[:at] + block + text[at:]


def _versions(info: JoinInfo, form: BodyFormat) -> Iterator[str]:
    """Write the block in full, then ever shorter."""
    full, short, shortest = _lines(info), _lines(info)[:3], _lines(info)[:1]
    for lines in (full, short, shortest):
        yield _as_text(lines) if form is BodyFormat.TEXT else _as_html(lines, info.join_url)


def _lines(info: JoinInfo) -> list[str]:
    number = str(info.meeting_id)
    grouped = " ".join(part for part in (number[:3], number[3:7], number[7:]) if part)
    lines = [info.join_url, f"Meeting ID: {grouped}"]
    if info.passcode:
        lines.append(f"Passcode: {info.passcode}")
    lines += [f"Phone: {phone.number} ({phone.place})" for phone in info.phone_numbers]
    return lines


def _as_text(lines: list[str]) -> str:
    return "\n".join((FIRST_LINE, *lines, LAST_LINE))


def _as_html(lines: list[str], url: str) -> str:
    safe = html.escape(url)
    link = f'<a href="{safe}">{safe}</a>'
    rest = (html.escape(line) for line in lines[1:])
    return f"<div>{'<br>'.join((FIRST_LINE, link, *rest, LAST_LINE))}</div>"

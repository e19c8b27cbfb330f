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
from syncd.core.text import shows_url

FIRST_LINE = "──────── Join Zoom meeting ────────"
LAST_LINE = "──────── added by syncd ────────"

# Google refuses longer descriptions; Exchange takes far more than anybody writes.
TEXT_LIMIT = 8192

_BETWEEN = "\n\n"
_BLOCK = re.compile(f"{FIRST_LINE}(?:(?!{FIRST_LINE}).)*?{LAST_LINE}", re.DOTALL)
_OPENING = re.compile(r"<(div|p|span)\b[^<>]*>\s*$", re.IGNORECASE)
_CLOSING = re.compile(r"\s*</(div|p|span)\s*>", re.IGNORECASE)
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


def strip(body: Body) -> Body:
    """Give the text without any block of ours."""
    text = body.text
    for start, end in reversed(list(_spans(body))):
        before = text[:start]
        if body.format is BodyFormat.TEXT:
            before = before.removesuffix(_BETWEEN)
        text = before + text[end:]
    return Body(text, body.format)


def strip_link(body: Body, url: str) -> Body:
    """Give the text without our blocks and without any loose copy of this join link."""
    rest = strip(body).text
    for form in (url, html.escape(url)):
        link = re.escape(form)
        rest = re.sub(rf"<a\b[^<>]*href=[\"']{link}[\"'][^<>]*>(?:{link}\s*)?</a>", "", rest)
        rest = re.sub(rf"{link}(?![\w%&=?/.-]*\w)", "", rest)
    return Body(rest, body.format)


def present(body: Body) -> bool:
    """Tell whether a whole block of ours stands in the text."""
    return _BLOCK.search(body.text) is not None


def holds(body: Body, url: str) -> bool:
    """Tell whether this link stands inside a block of ours."""
    return any(shows_url(body.text[start:end], url) for start, end in _spans(body))


def _spans(body: Body) -> Iterator[tuple[int, int]]:
    for found in _BLOCK.finditer(body.text):
        start, end = found.span()
        opening = _OPENING.search(body.text[max(0, start - 200) : start])
        closing = _CLOSING.match(body.text, end)
        if opening and closing and opening.group(1).lower() == closing.group(1).lower():
            start, end = start - len(opening.group()), closing.end()
        yield start, end


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

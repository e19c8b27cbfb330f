"""What our block says: how to join, in lines of our own or in those of Zoom's invitation."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from syncd.core.block_lines import (
    FIRST_LINE,
    JOIN_LINK,
    LAST_LINE,
    grouped,
    is_detail,
    is_link,
    words_in,
)
from syncd.core.conference import JoinInfo
from syncd.core.event import Body, BodyFormat
from syncd.core.text import url_pattern

# Google refuses longer descriptions; Exchange takes far more than anybody writes.
TEXT_LIMIT = 8192

# Join links have a hundred characters or so; a company's own address may be longer.
_LONGEST_LINK = 200

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_MANY_EMPTY = re.compile(r"\n{3,}")
_PARAGRAPH = "\n\n"


def versions(info: JoinInfo, form: BodyFormat) -> Iterator[str]:
    """Write the block in full, then ever shorter: phones go first, the passcode next."""
    own = _own_lines(info, form)
    # Below an empty line no line is a person's, whatever it looks like, if it begins with words.
    theirs = (["", *text.split("\n")] for text in _shortened(_invitation(info, form), info))
    whole = [lines for lines in theirs if _is_known_again(lines, info, form)]
    if is_link(info.join_url):
        short = [own[:3], own[:1]]
    else:
        own = ["", *own]
        short = [own[:4]]
    for lines in (*(whole or [own]), *short):
        yield _block(lines, info.join_url, form)


def shortest_length() -> int:
    """Give the length of the shortest block as text, whatever join link Zoom gives it."""
    return len(_block(["x" * _LONGEST_LINK], "", BodyFormat.TEXT))


def _own_lines(info: JoinInfo, form: BodyFormat) -> list[str]:
    """Write our own lines; one that could not be told from a person's words is left out."""
    details = [f"Meeting ID: {grouped(info.meeting_id)}"]
    if info.passcode:
        details.append(f"Passcode: {info.passcode}")
    details += [f"Phone: {phone.number} ({phone.place})" for phone in info.phone_numbers]
    known = (line for line in details if "─" not in line and is_detail(_written(line, form), form))
    return [info.join_url, *known]


def _invitation(info: JoinInfo, form: BodyFormat) -> str:
    """Give Zoom's invitation as it may stand in a block; empty where our own lines are better.

    It must begin with words and show the join link, and no other link above that one: by these the
    block is known again.
    """
    # The bars of our own two lines are broken, wherever they come from.
    lines = info.invitation[: 2 * TEXT_LIMIT].replace("─", "-").splitlines()
    clean = "\n".join(_CONTROL.sub("", line.replace("\t", " ")).rstrip() for line in lines)
    text = _MANY_EMPTY.sub(_PARAGRAPH, clean).strip("\n")
    if len(text) > TEXT_LIMIT:
        text = text[:TEXT_LIMIT].rpartition("\n")[0]
    shown, first = url_pattern(info.join_url).search(text), JOIN_LINK.search(text)
    if shown is None or (first is not None and first.start() < shown.start()):
        return ""
    top = text.split("\n", 1)[0]
    return "" if is_detail(_written(top, form), form) or shown.start() == 0 else text


def _shortened(invitation: str, info: JoinInfo) -> Iterator[str]:
    """Give an invitation whole, then up to the paragraph below its link: that of the passcode."""
    shown = url_pattern(info.join_url).search(invitation)
    if not invitation or shown is None:
        return
    yield invitation
    end = invitation.find(_PARAGRAPH, shown.end())
    end = invitation.find(_PARAGRAPH, end + len(_PARAGRAPH)) if end >= 0 else end
    if end >= 0:
        yield invitation[:end]


def _written(line: str, form: BodyFormat) -> str:
    return line if form is BodyFormat.TEXT else html.escape(line)


def _is_known_again(lines: list[str], info: JoinInfo, form: BodyFormat) -> bool:
    """Tell whether an invitation would be seen as ours, about this meeting, once it is written.

    Zoom's text may hold what a reader of the event's text sees as a break, or as nothing.
    """
    inside = _inside(lines, info.join_url, form)
    found, named = JOIN_LINK.search(inside), JOIN_LINK.match(info.join_url)
    is_other = found is not None and (named is None or found.group(1) != named.group(1))
    return not is_other and not words_in(Body(inside, form))


def _block(lines: list[str], url: str, form: BodyFormat) -> str:
    block = f"{FIRST_LINE}{_inside(lines, url, form)}{LAST_LINE}"
    return block if form is BodyFormat.TEXT else f"<div>{block}</div>"


def _inside(lines: list[str], url: str, form: BodyFormat) -> str:
    """Write what stands between our two lines."""
    if form is BodyFormat.TEXT:
        return "".join((*(f"\n{line}" for line in lines), "\n"))
    shown = url_pattern(url)
    link = f'<a href="{html.escape(url)}">{html.escape(url)}</a>'
    rows = (link.join(map(html.escape, shown.split(line))) for line in lines)
    return "".join((*(f"<br>{row}" for row in rows), "<br>"))

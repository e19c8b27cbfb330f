"""What a person sees of an event's texts, and whether a link stands in them."""

from __future__ import annotations

import html
import re
import unicodedata

from syncd.core.event import Body, BodyFormat

# Each pattern stops where the next one could begin, so that hostile text costs no more than its length.
_HIDDEN = re.compile(
    r"<(script|style)\b[^<>]*>(?:(?!<(?:script|style)\b).)*?</\1\s*>|<!--(?:(?!<!--).)*?-->",
    re.IGNORECASE | re.DOTALL,
)
_BREAK = re.compile(r"</?(?:br|hr|p|div|li|ul|ol|tr|td|th|table|h[1-6])\b[^<>]*>", re.IGNORECASE)
_MEETING = re.compile(r"https://[^/]+/j/[0-9]+")
_TAG = re.compile(r"</?[a-z!?][^<>]*>", re.IGNORECASE)


def visible(body: Body) -> str:
    """Give the text a reader sees, lines broken where HTML breaks them."""
    if body.format is BodyFormat.TEXT and "<" not in body.text:
        return html.unescape(body.text)
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", _HIDDEN.sub("", body.text))))


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
    return re.compile(rf"{body}(?!\w|[.%=-]\w)")


def meeting_pattern(join_url: str) -> re.Pattern[str]:
    """Match every link to the meeting of a join link: those with another passcode lead there too."""
    whole = url_pattern(join_url).pattern
    found = _MEETING.match(join_url)
    if found is None:
        return re.compile(whole)
    return re.compile(rf"{whole}|{re.escape(found.group())}(?![0-9])(?:\?[\w=%~.-]*[\w=%])?")


def folded(text: str) -> str:
    """Bring a text into the form in which words are compared: NFKC, case folded, blanks off."""
    return unicodedata.normalize("NFKC", text).casefold().strip()

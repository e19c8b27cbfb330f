"""What a person sees of an event's texts, and whether a link stands in them."""

from __future__ import annotations

import html
import re
import unicodedata

from syncd.core.event import Body, BodyFormat

# Each pattern stops where the next one could begin, so that hostile text costs no more than its length.
_HIDDEN = re.compile(
    r"<(script|style)\b[^<>]*>(?:(?!<(?:script|style)\b).)*?</\1\s*>", re.IGNORECASE | re.DOTALL
)
_BREAK = re.compile(r"</?(?:br|p|div|li|ul|ol|tr|table|h[1-6])\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def visible(body: Body) -> str:
    """Give the text a reader sees, lines broken where HTML breaks them."""
    if body.format is BodyFormat.TEXT and "<" not in body.text:
        return html.unescape(body.text)
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", _HIDDEN.sub("", body.text))))


def shows_url(text: str, url: str) -> bool:
    """Tell whether a URL stands in a text; editors write its `&` as `&amp;`."""
    return url in text or url in html.unescape(text)


def folded(text: str) -> str:
    """Bring a text into the form in which words are compared: NFKC, case folded, blanks off."""
    return unicodedata.normalize("NFKC", text).casefold().strip()

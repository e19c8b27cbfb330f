"""The bodies of events, rewritten as Exchange rewrites them.

Exchange stores HTML of its own shape: what a client sent does not come back byte for byte.
Comments, scripts, ids, classes and data attributes are gone, bare ampersands are escaped, and
the rest stands between a fixed head and tail. Rewriting twice changes nothing.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

_HEAD = (
    '<html>\r\n<head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n'
    "</head>\r\n<body>\r\n"
)
_TAIL = "\r\n</body>\r\n</html>\r\n"
_PREVIEW = 255

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
_HEADING = re.compile(r"<head\b.*?</head\s*>", re.DOTALL | re.IGNORECASE)
_FRAME = re.compile(r"<!doctype[^>]*>|</?(?:html|body)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_ATTRIBUTE = re.compile(
    r"""\s+(?:id|class|data-[\w-]+)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE
)
_BARE_AMPERSAND = re.compile(r"&(?!#?\w+;)")
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h[1-6])\s*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")


def as_stored(content: str, *, is_html: bool) -> str:
    """Give the HTML that the service keeps for a body that a client sent."""
    inner = _clean(content) if is_html else _from_text(content)
    inner = inner.strip()
    return _HEAD + inner + _TAIL if inner else ""


@lru_cache(maxsize=1024)
def as_text(stored: str) -> str:
    """Give the plain text of stored HTML, one line per block."""
    inner = _FRAME.sub("", _HEADING.sub("", stored)).replace("\r\n", "\n")
    lines = html.unescape(_ANY_TAG.sub("", _BREAK.sub("\n", inner))).splitlines()
    kept = [line.strip() for line in lines]
    return "\r\n".join(line for line in kept if line)


def preview(stored: str) -> str:
    """Give the first 255 characters of the text."""
    return as_text(stored)[:_PREVIEW]


def append(stored: str, block: str) -> str:
    """Put a block of HTML behind what the body already says."""
    return as_stored(stored.removesuffix(_TAIL) + "\r\n" + block, is_html=True)


def _clean(content: str) -> str:
    bare = _SCRIPT.sub("", _COMMENT.sub("", content))
    bare = _FRAME.sub("", _HEADING.sub("", bare))
    bare = _TAG.sub(lambda tag: _ATTRIBUTE.sub("", tag.group()), bare)
    return _lines(_BARE_AMPERSAND.sub("&amp;", bare))


def _from_text(content: str) -> str:
    escaped = html.escape(content, quote=False)
    return _lines("<br>\n".join(escaped.splitlines()))


def _lines(text: str) -> str:
    return re.sub(r"\r\n|\r|\n", "\r\n", text)

"""The one line on top of a page that says what has just been done.

Which line it is stands in the address, as a word that is looked up; the text is always ours.
"""

from __future__ import annotations

from syncd.web.texts import has_text, text
from syncd.web.visit import Visit

_FIELD = "done"


def told(path: str, word: str) -> str:
    """Give the path of a page that will say so."""
    mark = "&" if "?" in path else "?"
    return f"{path}{mark}{_FIELD}={word}"


def flash(visit: Visit) -> str:
    """Give the line, empty when there is none."""
    key = f"done.{visit.query(_FIELD)}"
    return text(key) if has_text(key) else ""

"""Why there is no link yet, said in brackets behind the flag word in an event's location."""

from __future__ import annotations

LIMIT = 200

_OPENING = " (waiting: "
# Less than this of a reason says nothing.
_SHORTEST_REASON = 20


def noted(location_word: str, reason: str) -> str:
    """Give the flag word with the reason in brackets: one line of at most 200 characters.

    A note that stands there already is replaced. Without a word or a reason, or where a long word
    leaves no room for one, it is the word alone.
    """
    word = word_of(location_word).strip()
    room = LIMIT - len(word) - len(_OPENING) - 1
    plain = _one_line(reason)
    if not word or not plain or room < _SHORTEST_REASON:
        return word
    return f"{word}{_OPENING}{_balanced(_cut(plain, room))})"


def word_of(location: str) -> str:
    """Give the location without a note of ours at its end; any other location as it is."""
    text = location.rstrip()
    start = _group_at_end(text)
    opening = max(0, start - 1)
    if start < 0 or not text.startswith(_OPENING, opening):
        return location
    return text[:opening]


def _group_at_end(text: str) -> int:
    """Find the bracket that the last character closes; -1 when it closes none."""
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if depth <= 0:
            return at if text[at] == "(" else -1
    return -1


def _one_line(text: str) -> str:
    """Give a text without line breaks and without signs that nobody sees."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1].rstrip()}…"


def _balanced(text: str) -> str:
    """Give a text whose brackets close one another: as it is, or else without any."""
    depth = 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            break
    return text if depth == 0 else text.replace("(", "").replace(")", "")

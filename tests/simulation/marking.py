"""What people write to mark an event, to unmark it, and to mark it again, by the kind of mark."""

from __future__ import annotations

from typing import Any

from tests.simulation.truth import Shown, Wish

_BARE = "Agenda"


def tag_of(wish: Wish) -> str:
    """Give the tag as it stands behind a title."""
    return f" #{wish.word}"


def unmarking(wish: Wish, shown: Shown) -> dict[str, Any]:
    """Give the fields that take the mark away, or refuse a link where the mark is gone already."""
    text = shown.text
    match wish.mark:
        case "category":
            return {"categories": []}
        case "tag":
            return {"text": text.replace(f"#{wish.word}", "plain")}
        case _ if wish.app == "outlook":
            return {"text": text.replace(_BARE, f"{_BARE} #nozoom", 1)}
        case _:
            return {"text": f"#nozoom {text}"}


def marking_again(wish: Wish, shown: Shown) -> dict[str, Any]:
    """Give the fields that bring the mark back; where the link still stands, it needs none."""
    text = shown.text
    match wish.mark:
        case "category":
            return {"categories": ["Zoom"]}
        case "tag":
            return {"text": text.replace("plain", f"#{wish.word}", 1)}
        case "none":
            return {"text": text.replace(_BARE, f"{_BARE}{tag_of(wish)}", 1)}
        case _:
            bare = f"{_BARE} #nozoom" if wish.app == "outlook" else "#nozoom "
            fields = {"text": text.replace(bare, _BARE if wish.app == "outlook" else "", 1)}
            if wish.mark == "word" and not (shown.location or shown.conference):
                fields["location"] = wish.word
            is_bare = not (shown.meetings or shown.conference or tag_of(wish) in shown.title)
            if wish.mark == "title" and is_bare:
                fields["title"] = wish.title + tag_of(wish)
            return fields


def writing_over(wish: Wish) -> dict[str, Any]:
    """Give the fields that leave nothing of ours, and mark the event at the same stroke."""
    word, tag = (wish.word, "") if wish.mark == "word" else ("", tag_of(wish))
    return {"title": wish.title + tag, "location": word, "text": _BARE}


def marking_otherwise(wish: Wish, text: str, before: str) -> dict[str, Any]:
    """Give the fields that ask for what is wanted now, in place of what `before` asked for."""
    match wish.mark:
        case "tag":
            return {"text": text.replace(f"#{before}", f"#{wish.word}", 1)}
        case "word":
            return {"location": wish.word}
        case _:
            return {"title": wish.title + tag_of(wish)}


def without_mark(wish: Wish, shown: Shown) -> dict[str, Any]:
    """Give the fields that leave nothing of a mark."""
    word = shown.location == wish.word
    return {
        "title": wish.title,
        "location": "" if word else shown.location,
        "text": shown.text.replace(f"#{wish.word}", "plain"),
    }


def clearing(wish: Wish) -> dict[str, Any]:
    """Give the fields that leave nothing of ours, nor a mark."""
    return {"title": wish.title, "location": "", "text": _BARE}

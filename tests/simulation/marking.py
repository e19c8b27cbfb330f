"""What people write to mark an event, to unmark it, and to mark it again, by the kind of mark."""

from __future__ import annotations

from typing import Any

from tests.simulation.truth import Shown, Wish

TAG = " #zoom"
_BARE = "Agenda"


def unmarking(wish: Wish, shown: Shown) -> dict[str, Any]:
    """Give the fields that take the mark away, or refuse a link where the mark is gone already."""
    text = shown.text
    match wish.mark:
        case "category":
            return {"categories": []}
        case "tag":
            return {"text": text.replace("#zoom", "plain")}
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
            return {"text": text.replace("plain", "#zoom", 1)}
        case "none":
            return {"text": text.replace(_BARE, f"{_BARE} #zoom", 1)}
        case _:
            bare = f"{_BARE} #nozoom" if wish.app == "outlook" else "#nozoom "
            fields = {"text": text.replace(bare, _BARE if wish.app == "outlook" else "", 1)}
            if wish.mark == "word" and not shown.location:
                fields["location"] = "zoom"
            if wish.mark == "title" and not shown.meetings and TAG not in shown.title:
                fields["title"] = wish.title + TAG
            return fields


def writing_over(wish: Wish) -> dict[str, Any]:
    """Give the fields that leave nothing of ours, and mark the event at the same stroke."""
    word, tag = ("zoom", "") if wish.mark == "word" else ("", TAG)
    return {"title": wish.title + tag, "location": word, "text": _BARE}


def clearing(wish: Wish) -> dict[str, Any]:
    """Give the fields that leave nothing of ours, nor a mark."""
    return {"title": wish.title, "location": "", "text": _BARE}

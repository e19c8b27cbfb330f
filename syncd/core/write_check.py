"""What a write would do to an event, looked at without trusting whoever planned it.

It is the last look before an effect, so it uses other ways than the plan where it can: what is
taken away from both texts is ours, and what is left of them must be the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from syncd.core import linkblock
from syncd.core.block_lines import JOIN_LINK
from syncd.core.event import Body, Event, EventChange, ShowZoom

# A block that goes may leave another one; nobody nests them deeper by accident.
_MOST_LAYERS = 5


def keeps_words(event: Event, change: EventChange, links: Iterable[str]) -> bool:
    """Tell whether every letter that people wrote into the text stays, in its order (I7).

    `links` are the join links that are ours here. Blanks do not count: they go and come with a block.
    """
    if change.body is None:
        return True
    if change.body.format is not event.body.format:
        return False
    ours = [link for link in links if link]
    return _letters(event.body, ours) == _letters(change.body, ours)


def meetings_written(event: Event, change: EventChange) -> frozenset[int]:
    """Give the Zoom meetings whose link a write puts into the managed places: one at the most (I2)."""
    found = _named(change.location or "") - _named(event.location)
    if change.body is not None and (meeting := linkblock.meeting_in(change.body)) is not None:
        found.add(meeting)
    if isinstance(change.native, ShowZoom):
        found.add(change.native.info.meeting_id)
    return frozenset(found)


def _named(text: str) -> set[int]:
    return {int(link.group(1)) for link in JOIN_LINK.finditer(text)}


def _letters(body: Body, links: Iterable[str]) -> str:
    for _ in range(_MOST_LAYERS):
        if not linkblock.present(body):
            break
        body = linkblock.strip(body)
    for link in links:
        body = linkblock.strip_link(body, link)
    return "".join(body.text.split())

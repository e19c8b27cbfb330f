"""What one write changes in an event: the link comes in, or it goes out without a trace."""

from __future__ import annotations

from dataclasses import replace

from syncd.core import linkblock
from syncd.core.conference import JoinInfo
from syncd.core.event import Event, EventChange, NativeKind
from syncd.core.policy import FlagPolicy
from syncd.core.rules import FlagSource, clean_title, decide
from syncd.core.text import folded, shows_url


def link_change(event: Event, info: JoinInfo, *, mark: str, flags: FlagPolicy) -> EventChange:
    """Compute the one write that puts the link in, or puts it where an older one of ours stands.

    Empty when it stands there already.
    """
    text = linkblock.merge(event.body, info)
    title = clean_title(event.title, flags)
    old_url = event.location.strip()
    is_ours = bool(old_url) and linkblock.holds(event.body, old_url)
    location = info.join_url if is_ours or takes_location(event, flags) else event.location
    is_meet = event.native is not None and event.native.kind is NativeKind.GOOGLE_MEET
    return EventChange(
        title=None if title == event.title else title,
        location=None if location == event.location else location,
        body=None if text == event.body else text,
        mark=None if mark == event.mark else mark,
        drop_native=is_meet,
    )


def unlink_change(event: Event, join_url: str) -> EventChange:
    """Compute the one write that takes everything of ours out; empty when no guest sees any of it.

    A location we wrote was empty or a flag word before: it becomes empty. A room stays. A mark
    without a link is left where it is: taking it out might mail people for nothing.
    """
    text = linkblock.strip(event.body)
    if join_url and shows_url(text.text, join_url):
        text = linkblock.strip_link(event.body, join_url)
    ours = bool(join_url) and event.location.strip() == join_url
    change = EventChange(location="" if ours else None, body=None if text == event.body else text)
    return replace(change, mark="") if event.mark and not change.is_empty else change


def shows_link(event: Event, join_url: str) -> bool:
    """Tell whether this join link stands anywhere a guest would find it."""
    return bool(join_url) and (
        shows_url(event.location, join_url) or shows_url(event.body.text, join_url)
    )


def takes_location(event: Event, flags: FlagPolicy) -> bool:
    """Tell whether the link may stand in the location: it is empty or nothing but the flag word."""
    words = {folded(word) for word in flags.words}
    return folded(event.location) in words | {""}


def takes_flag(event: Event, flags: FlagPolicy) -> bool:
    """Tell whether writing the link takes the flag out of the event, so that it stays in force."""
    flag = decide(event, flags).flag
    if flag is None:
        return False
    is_title = flag.source is FlagSource.TITLE_TAG and flags.strip_title_tag
    return flag.source is FlagSource.LOCATION_WORD or is_title

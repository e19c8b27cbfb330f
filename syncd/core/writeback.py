"""What one write changes in an event: the link comes in, or it goes out without a trace."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from syncd.core import linkblock
from syncd.core.conference import JoinInfo
from syncd.core.event import (
    AskMeet,
    AskTeams,
    Event,
    EventChange,
    NativeKind,
    NativeWish,
    ShowZoom,
)
from syncd.core.ids import Provider
from syncd.core.policy import FlagPolicy
from syncd.core.reason_note import word_of
from syncd.core.rules import Decision, FlagSource
from syncd.core.tags import clean_title
from syncd.core.text import folded, meeting_pattern, shows_meeting, shows_url

_SEPARATORS = " \t\r\n;,|/"
_LINK = re.compile(r"https://[^\s<>\"';,]+")
_MEETING_LINK = re.compile(
    r"https://(?:[a-z0-9-]+\.)*zoom(?:gov)?\.(?:us|com)/j/([0-9]{1,20})(?![0-9])"
)
_NUMBER = re.compile("[0-9]{1,20}")


def link_change(event: Event, info: JoinInfo, *, mark: str, flags: FlagPolicy) -> EventChange:
    """Compute the one write that puts the link in, or puts it where an older one of ours stands.

    Empty when it stands there already.
    """
    text = linkblock.merge(linkblock.tidied(event.body, _named(event, info)), info)
    title = clean_title(event.title, flags)
    location = event.location
    if takes_location(event, flags):
        location = info.join_url
    elif (old := _older_link(event, info)) is not None:
        location = location.replace(old, info.join_url)
    is_meet = event.native is not None and event.native.kind is NativeKind.GOOGLE_MEET
    change = EventChange(
        title=None if title == event.title else title,
        location=None if location == event.location else location,
        body=None if text == event.body else text,
        mark=None if mark == event.mark else mark,
        drop_native=is_meet,
    )
    shows = event.ref.calendar.provider is Provider.GOOGLE and not change.is_empty
    return replace(change, native=ShowZoom(info)) if shows else change


def ask_change(
    event: Event, wish: AskMeet | AskTeams, *, mark: str, flags: FlagPolicy, join_url: str
) -> EventChange:
    """Compute the one write that asks the provider for its own conference.

    What stands there of ours goes with it: `join_url` is the link of the meeting it replaces. The
    flag goes as well, as when a link is written. A conference that stands already is not asked for.
    """
    out = unlink_change(event, join_url)
    title = clean_title(event.title, flags)
    is_word = bool(event.location.strip()) and takes_location(event, flags)
    kind = NativeKind.GOOGLE_MEET if isinstance(wish, AskMeet) else NativeKind.TEAMS
    has_it = event.native is not None and event.native.kind is kind
    asked: NativeWish | None = None if has_it else wish
    return replace(
        out,
        title=None if title == event.title else title,
        location="" if is_word else out.location,
        mark=None if mark == event.mark else mark,
        drop_native=out.drop_native and asked is None,
        native=asked,
    )


def ask_beside(
    event: Event, wish: AskMeet | AskTeams, *, mark: str, links: Iterable[str]
) -> EventChange:
    """Compute the same for an event that shows several of our links, and leave its flag in it.

    The flag says what is asked for until the meetings behind those links are gone.
    """
    out = _unlink_all(event, links)
    kind = NativeKind.GOOGLE_MEET if isinstance(wish, AskMeet) else NativeKind.TEAMS
    has_it = event.native is not None and event.native.kind is kind
    return replace(
        out,
        mark=None if mark == event.mark else mark,
        drop_native=out.drop_native and has_it,
        native=None if has_it else wish,
    )


def _unlink_all(event: Event, links: Iterable[str]) -> EventChange:
    bare, drops = event, False
    for link in links:
        out = unlink_change(bare, link)
        location = bare.location if out.location is None else out.location
        bare = replace(bare, location=location, body=out.body or bare.body)
        drops = drops or out.drop_native
    return EventChange(
        location=None if bare.location == event.location else bare.location,
        body=None if bare.body == event.body else bare.body,
        drop_native=drops,
    )


def unlink_change(event: Event, join_url: str) -> EventChange:
    """Compute the one write that takes everything of ours out; empty when no guest sees any of it.

    A location we wrote was empty or a flag word before: it becomes empty. A room stays, also one
    beside the link. A link in it that only our mark names is that of a meeting before this one. A mark
    without a link is left where it is: taking it out might mail people for nothing.
    """
    text, location = linkblock.strip(event.body), event.location
    if join_url:
        text = linkblock.strip_link(event.body, join_url)
    for url in (join_url, *_LINK.findall(location)):
        is_ours = url == join_url or linkblock.holds(event.body, url) or _is_marked(event, url)
        if url and is_ours and shows_meeting(location, url):
            location = _without_link(location, url)
    change = EventChange(
        location=None if location == event.location else location,
        body=None if text == event.body else text,
        drop_native=bool(join_url) and shows_meeting(_native_url(event), join_url),
    )
    return replace(change, mark="") if event.mark and not change.is_empty else change


def _without_link(location: str, join_url: str) -> str:
    """Give what a person wrote beside our link, without what separated the two."""
    link = f"(?:{meeting_pattern(join_url).pattern})"
    parts = re.split(rf"[(\[<]\s*{link}\s*[)\]>]|{link}", location)
    last = len(parts) - 1
    for at, part in enumerate(parts):
        left = part.lstrip(_SEPARATORS) if at > 0 else part
        parts[at] = left.rstrip(_SEPARATORS) if at < last else left
    return "; ".join(part for part in parts if part)


def shows_link(event: Event, join_url: str) -> bool:
    """Tell whether this join link stands anywhere a guest would find it."""
    places = (event.location, event.body.text, _native_url(event))
    return bool(join_url) and any(shows_url(place, join_url) for place in places)


def leads_to_meeting(event: Event, join_url: str) -> bool:
    """Tell whether a guest finds any link to this meeting, be it one with a former passcode."""
    places = (event.location, event.body.text, _native_url(event))
    return bool(join_url) and any(shows_meeting(place, join_url) for place in places)


def shows_marked(event: Event) -> bool:
    """Tell whether a block of ours, or a link to the meeting that our mark names, stands in the event."""
    places = (event.location, event.body.text, _native_url(event))
    links = (str(url) for place in places for url in _LINK.findall(place))
    return linkblock.present(event.body) or any(_is_marked(event, url) for url in links)


def _native_url(event: Event) -> str:
    return event.native.url if event.native is not None else ""


def _older_link(event: Event, info: JoinInfo) -> str | None:
    """Find a link of ours in the location: one that stands in our block or that our mark names."""
    named = _named(event, info)
    for url in _LINK.findall(event.location):
        if linkblock.holds(event.body, url) or _meeting_of(url) in named:
            return str(url)
    return None


def _named(event: Event, info: JoinInfo) -> frozenset[int]:
    """Give the meetings whose links are ours here: this one, and the one that our mark names."""
    return frozenset({info.meeting_id, *_marked(event)})


def _is_marked(event: Event, url: str) -> bool:
    return _meeting_of(url) in _marked(event)


def _marked(event: Event) -> frozenset[int]:
    """Give the meeting that our mark in the event names."""
    parts = (event.mark or "").split(".")[1:2]
    return frozenset(int(part) for part in parts if _NUMBER.fullmatch(part))


def _meeting_of(url: str) -> int | None:
    found = _MEETING_LINK.match(url)
    return None if found is None else int(found.group(1))


def takes_location(event: Event, flags: FlagPolicy) -> bool:
    """Tell whether the link may stand in the location: it is empty or nothing but a flag word.

    A reason that we noted behind the word does not count.
    """
    words = {folded(word) for _, asked in flags.asking() for word in asked.words}
    return folded(word_of(event.location)) in words | {""}


def takes_flag(decision: Decision, flags: FlagPolicy) -> bool:
    """Tell whether the flag stays in force without standing in the event.

    Writing the link takes it out, or it is a rule's, which never takes a link away.
    """
    flag = decision.flag
    if flag is None:
        return False
    is_title = flag.source is FlagSource.TITLE_TAG and flags.strip_title_tag
    return flag.source in (FlagSource.LOCATION_WORD, FlagSource.RULE) or is_title

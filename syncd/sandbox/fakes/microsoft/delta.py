"""calendarView/delta: rounds of pages over a window that the first request fixed.

Delta is a change signal: occurrences come as stubs without content, a deleted occurrence shows
only in its master, and `@removed` also tells of items that were moved out of the window or
changed outside of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from syncd.sandbox.fakes.microsoft.exchange import Exchange
from syncd.sandbox.fakes.microsoft.item import Item
from syncd.sandbox.fakes.microsoft.mailbox import Mailbox
from syncd.sandbox.fakes.microsoft.rounds import Entry, Round, Token
from syncd.sandbox.fakes.microsoft.series import Shelf, unrolled

_PAGE = 10

Group = tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of a round; the token goes into a deltaLink when the round is over."""

    entries: tuple[Entry, ...]
    token: str
    over: bool


def first_token(
    exchange: Exchange, mailbox: Mailbox, *, calendar: str, start: datetime, end: datetime
) -> Token:
    """Make the token that stands for a round from nothing."""
    return Token(
        generation=exchange.rounds.generation,
        issued=exchange.world.now().timestamp(),
        mailbox=mailbox.person.email,
        calendar=calendar,
        start=start.isoformat(),
        end=end.isoformat(),
        since=0,
    )


def turn(
    exchange: Exchange, mailbox: Mailbox, *, token: Token, page_size: int | None, stale: bool
) -> Page:
    """Give the page that a token stands for.

    A stale round shows older versions and ends where it began, so that the next one catches up. A
    first one that is stale ends before all changes but the first, so that deletions are announced.
    """
    if not token.round:
        token = _begun(exchange, mailbox, token, stale=stale)
    held = exchange.rounds.find(token.round)
    if exchange.knobs.empty_pages and token.offset and not token.blank:
        return Page(entries=(), token=exchange.rounds.write(replace(token, blank=True)), over=False)
    entries, offset = _cut(held, token.offset, page_size or _PAGE)
    over = offset >= len(held.groups)
    following = _ended(exchange, token, held) if over else replace(token, offset=offset)
    return Page(entries=entries, token=exchange.rounds.write(following), over=over)


def _begun(exchange: Exchange, mailbox: Mailbox, token: Token, *, stale: bool) -> Token:
    now = exchange.world.now()
    shelf = mailbox.shelf(stale=stale)
    until = min(max(token.since, 1), mailbox.version) if stale else mailbox.version
    groups = list(_groups(exchange, mailbox, shelf, token))
    return replace(token, round=exchange.rounds.open(groups, until=until, now=now))


def _ended(exchange: Exchange, token: Token, held: Round) -> Token:
    return replace(
        token,
        since=held.until,
        issued=exchange.world.now().timestamp(),
        round="",
        offset=0,
        blank=False,
    )


def _cut(held: Round, offset: int, size: int) -> tuple[tuple[Entry, ...], int]:
    """Fill a page with whole groups: a series is not split over pages."""
    entries: list[Entry] = []
    while offset < len(held.groups):
        group = held.groups[offset]
        if entries and len(entries) + len(group) > size:
            break
        entries.extend(group)
        offset += 1
    return tuple(entries), offset


def _groups(exchange: Exchange, mailbox: Mailbox, shelf: Shelf, token: Token) -> Iterator[Group]:
    changed = [item for item in shelf.values() if item.version > token.since]
    for item in changed:
        if item.calendar == token.calendar and item.master is None:
            yield from _lines(exchange, shelf, item, token)
    for departure in mailbox.departures:
        item = shelf[departure.key]
        if departure.calendar != token.calendar or item.calendar == token.calendar:
            continue
        if departure.version > token.since > 0:
            yield (Entry(key=item.key, removed=True, calendar=token.calendar),)
    for item in changed:
        if item.calendar == token.calendar and _strayed(item, token):
            yield from _gone(item, token)


def _strayed(item: Item, token: Token) -> bool:
    """Tell whether an exception was moved out of the window; a deleted one is not announced."""
    start, end = datetime.fromisoformat(token.start), datetime.fromisoformat(token.end)
    return item.master is not None and not item.deleted and not item.overlaps(start, end)


def _lines(exchange: Exchange, shelf: Shelf, item: Item, token: Token) -> Iterator[Group]:
    start, end = datetime.fromisoformat(token.start), datetime.fromisoformat(token.end)
    if item.recurrence is None:
        if not item.deleted and item.overlaps(start, end):
            yield (Entry(key=item.key),)
        else:
            yield from _gone(item, token)
        return
    parts = unrolled(shelf, item, start=start, end=end)
    if not parts:
        yield from _gone(item, token)
        return
    hidden = exchange.knobs.omit_old_masters and item.start < start
    master = () if hidden else (Entry(key=item.key),)
    yield (*master, *(Entry(key=part.key) for part in parts))


def _gone(item: Item, token: Token) -> Iterator[Group]:
    if token.since:
        yield (Entry(key=item.key, removed=True, calendar=item.calendar),)

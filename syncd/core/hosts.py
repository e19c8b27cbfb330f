"""Who hosts: the person's own Zoom user, one of a pool, or whom a wish names.

A pool host is busy for as long as an event lasts that is bound to a meeting of hers. A series counts
with the one occurrence that its binding holds, the next: later ones may overlap, and are then told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from syncd.core.meeting import BASIC_LIMIT, Host
from syncd.core.policy import PersonPolicy

Span = tuple[datetime, datetime]

_WISH = "host="
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hosting:
    """The host to be; with a pool, one of it, chosen when the meeting is made."""

    host: str
    pool: tuple[str, ...] = ()


def is_host_wish(wish: str) -> bool:
    """Tell whether a wish names a host."""
    return wish.startswith(_WISH)


def wished_hosts(wishes: Iterable[str]) -> tuple[str, ...]:
    """Give the addresses that wishes name, in lower case and in order."""
    return tuple(sorted({w.removeprefix(_WISH).lower() for w in wishes if is_host_wish(w)}))


def may_host(person: PersonPolicy, address: str, *, pool: tuple[str, ...] = ()) -> bool:
    """Tell whether a wish may name this Zoom user; `pool` is that of the matching rule."""
    own = {person.host, *person.pool, *pool, *person.hosts_allowed}
    return address in {each.lower() for each in own}


def hosting(
    person: PersonPolicy,
    *,
    wishes: Iterable[str],
    before: Iterable[str] = (),
    pool: tuple[str, ...] = (),
) -> Hosting:
    """Say who hosts: whom a wish names, one of the matching rule's pool, of the person's, herself.

    `before` are the wishes of an earlier link; those that stand in the event now go first.
    """
    for named in (wished_hosts(wishes), wished_hosts(before)):
        allowed = [each for each in named if may_host(person, each, pool=pool)]
        if allowed:
            return Hosting(allowed[0])
    pool = tuple(dict.fromkeys(each.lower() for each in pool or person.pool))
    return Hosting(pool[0], pool) if pool else Hosting(person.host)


def at_once(host: Host) -> int:
    """Give how many meetings may run at a time: Zoom lets licensed users hold two."""
    return 1 if host.is_basic else 2


def choose_host(pool: Sequence[Host], busy: Mapping[str, Sequence[Span]], span: Span) -> str | None:
    """Choose the free host with the fewest minutes on the UTC day on which the event starts.

    Nobody holds more meetings at a time than Zoom lets her. A host who is cut off after 40 minutes
    comes last for a longer event; ties go by the order of the pool. None when all are busy.
    """
    is_long = span[1] - span[0] > BASIC_LIMIT
    free = [each for each in pool if _is_free(each, busy.get(each.address, ()), span)]
    best = min(
        free,
        key=lambda each: (is_long and each.is_basic, _load(busy.get(each.address, ()), span)),
        default=None,
    )
    return None if best is None else best.address


def overbooked(spans: Sequence[Span], most: int) -> frozenset[int]:
    """Give the places of those spans that run while more than `most` do."""
    running: list[int] = []
    found: set[int] = set()
    for place in sorted(range(len(spans)), key=lambda each: spans[each]):
        running = [each for each in running if spans[each][1] > spans[place][0]]
        running.append(place)
        if len(running) > most:
            found.update(running)
    return frozenset(found)


def day_of(span: Span) -> Span:
    """Give the UTC day on which a span starts."""
    midnight = datetime.combine(span[0].date(), time(), span[0].tzinfo)
    return midnight, midnight + _DAY


def _is_free(host: Host, busy: Sequence[Span], span: Span) -> bool:
    return len(busy) not in overbooked([*busy, span], at_once(host))


def _load(busy: Sequence[Span], span: Span) -> timedelta:
    begin, end = day_of(span)
    parts = (min(each[1], end) - max(each[0], begin) for each in busy)
    return sum((part for part in parts if part > timedelta(0)), timedelta(0))

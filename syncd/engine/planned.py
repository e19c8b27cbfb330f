"""What would be written for an event and, if it is a series, for its occurrences: a plan to be shown.

A plan has a digest, over all that decides what is written: one made anew that has the same digest
does the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime

from syncd.core.actions import (
    DeleteMeeting,
    Effect,
    RemoveLink,
    ShareLink,
    UnshareLink,
    WriteLink,
    kind_of,
)
from syncd.core.forecast import Coming, bond_afterwards, forecast, starts_at
from syncd.core.ids import EventRef
from syncd.core.look import Observed
from syncd.core.policy import PersonPolicy
from syncd.engine.deps import Deps
from syncd.engine.observe import observe

_WRITES = WriteLink | RemoveLink | ShareLink | UnshareLink


@dataclass(frozen=True, slots=True)
class PlannedWrite:
    """One effect; `mails` is how many people the provider may mail for it, at most."""

    ref: EventRef
    effect: Effect
    mails: int
    after: datetime | None
    """The earliest moment (UTC) at which it is made; None for now."""

    @property
    def kind(self) -> str:
        """Name it, stably."""
        return kind_of(self.effect)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedEvent:
    """All that is to be written for one event, in order; of a series, for its occurrences as well."""

    ref: EventRef
    version: str
    """The event's version as it was seen; empty when it is gone."""
    starts_at: datetime | None
    writes: tuple[PlannedWrite, ...]
    digest: str
    takes_meeting: bool
    """Whether the meeting that its link leads to is to be deleted."""


async def plan_event(
    deps: Deps, seen: Observed, occurrences: Collection[EventRef] = ()
) -> PlannedEvent:
    """Plan an event as it was seen. `occurrences` are those of a series that a listing has shown.

    Raises the errors of the provider.
    """
    coming = forecast(seen, deps.context(seen.ref.calendar))
    followers = await _followers(deps, seen, coming, occurrences)
    own = [_write(deps, seen, one) for one in coming]
    # No meeting goes while an occurrence may show its link.
    writes = [one for one in own if not isinstance(one.effect, DeleteMeeting)]
    writes += [_write(deps, each, one) for each, planned in followers for one in planned]
    writes += [one for one in own if isinstance(one.effect, DeleteMeeting)]
    versions = [_version(one) for one in (seen, *(each for each, _ in followers))]
    person = _comparable(deps.people[seen.ref.calendar.owner])
    told = [_told(one.effect) + f" {one.ref} {one.mails}" for one in writes]
    bond = seen.binding
    return PlannedEvent(
        ref=seen.ref,
        version=_version(seen),
        starts_at=starts_at(seen),
        writes=tuple(writes),
        digest=_hashed([*versions, *told, _told(person)]),
        takes_meeting=bond is not None
        and any(_takes(one.effect, bond.meeting_id) for one in coming),
    )


async def _followers(
    deps: Deps, seen: Observed, coming: tuple[Coming, ...], listed: Collection[EventRef]
) -> list[tuple[Observed, tuple[Coming, ...]]]:
    """Look at the occurrences that have to follow what is planned for their series."""
    refs = sorted({*listed, *(one.ref for one in seen.occurrences)})
    bond = bond_afterwards(seen, coming) if refs else None
    if bond is None:
        return []
    found: list[tuple[Observed, tuple[Coming, ...]]] = []
    for ref in refs:
        each = await observe(deps, ref)
        if each.event is None or each.series is None:
            continue
        each = replace(each, series=replace(each.series, key=bond.key, binding=bond, speaks=True))
        planned = forecast(each, deps.context(ref.calendar))
        if planned:
            found.append((each, planned))
    return found


def _write(deps: Deps, seen: Observed, one: Coming) -> PlannedWrite:
    mails = 0
    if seen.event is not None and isinstance(one.effect, _WRITES):
        mails = deps.calendar(seen.ref.calendar).mails(seen.event)
    return PlannedWrite(seen.ref, one.effect, mails, one.after)


def _takes(effect: Effect, meeting_id: int | None) -> bool:
    return isinstance(effect, DeleteMeeting) and effect.meeting_id == meeting_id


def _version(seen: Observed) -> str:
    return seen.event.version if seen.event is not None else ""


def _comparable(person: PersonPolicy) -> PersonPolicy:
    """Give the policy as it is for an event that somebody asked about: taken in, whenever marked."""
    return replace(person, link=replace(person.link, backfill=True))


def _hashed(parts: list[str]) -> str:
    text = "\0".join(parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _told(value: object) -> str:
    """Write a value the same in every process; functions are told by what stands beside them."""
    if is_dataclass(value):
        inner = (f"{f.name}={_told(getattr(value, f.name))}" for f in fields(value))
        return f"{type(value).__name__}({', '.join(inner)})"
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(map(_told, value)))}}}"
    if isinstance(value, tuple):
        return f"({', '.join(map(_told, value))})"
    return "function" if callable(value) else repr(value)

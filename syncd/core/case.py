"""What one event asks for, and all that is looked at to decide it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from syncd.core.conference import ConferenceKind
from syncd.core.event import Event
from syncd.core.policy import PersonPolicy
from syncd.core.rules import Decision, Flag, FlagSource
from syncd.core.series import Instance, NextTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that is looked at to decide one event. `now` is UTC."""

    event: Event
    decision: Decision
    person: PersonPolicy
    marker: str
    now: datetime
    bound: bool
    """Whether it has a meeting of ours already."""
    flag_taken: bool = False
    """Whether our own write took its flag out: it stays in force."""
    wishes: tuple[str, ...] = ()
    """What was asked for when its link was written."""
    own_url: str = ""
    """The join link of that meeting."""
    copied: bool = False
    """Whether a link of ours was copied along from another event."""
    flags_seen: tuple[str, ...] = ()
    """The flags that stood in it when its link was last looked after, as `Decision.wanting` gives them."""
    kind: ConferenceKind | None = None
    """What it has of ours already, made by us or by its provider for us."""
    colleagues: frozenset[str] = frozenset()
    """Those of its people who are licensed users of the same Zoom account."""
    host: str = ""
    """Who hosts the meeting it has."""
    next_time: NextTime | None = None
    """When it takes place next; of a series only."""
    marked_before: bool = False
    """Whether it was marked before its calendar was first read, and policy leaves such events alone."""
    instances: tuple[Instance, ...] | None = None
    """When a series takes place in its calendar; None when that was not read."""


def wanted_kind(case: Case) -> ConferenceKind | None:
    """Give the conference that is asked for, now or by a flag that our own write took out.

    A flag that was taken came first, and stays before those that stood beside it. A rule gives a
    conference, and changes none that is there.
    """
    flag, wanted = case.decision.flag, case.decision.wanted
    if wanted and flag is not None and flag.source is FlagSource.RULE and case.kind is not None:
        return case.kind
    if case.flag_taken and (flag is None or not wanted or _came_after(case, flag)):
        return case.kind or ConferenceKind.ZOOM
    if flag is None:
        return ConferenceKind.ZOOM if case.copied else None
    return flag.kind if case.decision.wanted else None


def _came_after(case: Case, flag: Flag) -> bool:
    """Tell whether a flag stood beside one that was taken before it, or is a rule's."""
    return flag.source is FlagSource.RULE or str(flag) in case.flags_seen


def is_automatic(case: Case) -> bool:
    """Tell whether nobody asked by hand: only a rule gives it a link, or nothing does."""
    return not (case.decision.by_hand or case.flag_taken)


def has_native(case: Case) -> bool:
    """Tell whether the provider's conference that is wanted stands there already."""
    native = case.event.native
    return native is not None and str(native.kind) == wanted_kind(case)


def wishes_of(case: Case) -> frozenset[str]:
    """Give the wishes in the event now, and those that its link was written with."""
    return case.decision.wishes() | frozenset(case.wishes)

"""Mutants of what is written, in which order, and what is believed of an unclear write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from syncd.adapters.google.writing import Writing
from syncd.adapters.microsoft.client import Graph, Request
from syncd.adapters.zoom.meetings import ZoomMeetings
from syncd.core import marks, native, occurrence, plan, removal, retired, writeback
from syncd.core.actions import WriteLink
from syncd.core.binding import Binding, Intent, IntentKind, Outcome
from syncd.core.conference import JoinInfo
from syncd.core.event import Event, EventChange
from syncd.core.look import Context, Observed
from syncd.core.writeback import link_change, shows_link
from syncd.engine import guard, observe, pull, recover
from syncd.engine.apply import link
from syncd.engine.apply.step import Step, send
from syncd.engine.deps import Deps
from syncd.engine.pull import Round
from syncd.ports.errors import CursorExpired, OutcomeUnknown, Transient
from syncd.ports.store import Tx
from tests.simulation.mutant import (
    UNCLEAR,
    Mutant,
    Place,
    biased,
    change,
    doing,
    in_apps,
    only,
    struck,
    timed,
    without,
)

_PATCH, _HEADERS = Writing._patch, Graph._headers
_TAKE_OUT, _CLOSE, _OPEN = removal.take_out, Step.close, Step.open
_FIND_MEETING, _READ, _MATTERS = recover._find_meeting, pull.read, pull.matters
_KEPT = plan._kept
_WRITE = r"(google|microsoft) PATCH /events/\{id\}"
_LOOKERS = (removal, plan, native, retired, occurrence)


def _flags_before(step: Step, seen: Observed, _: EventChange) -> tuple[str, ...]:
    return step.decision(seen).wanting()


def _under(version: str | None) -> tuple[Place, Place]:
    """Have events written under this version, or under none."""

    def patch(self: Writing, *told: Any, **more: Any) -> Any:
        request = _PATCH(self, *told, **more)
        request.headers.pop("if-match")
        if version is not None:
            request.headers["if-match"] = version
        return request

    def headers(self: Graph, request: Request, token: str) -> dict[str, str]:
        is_guarded = request.if_match is not None
        return _HEADERS(self, replace(request, if_match=version if is_guarded else None), token)

    return (Writing, "_patch", patch), (Graph, "_headers", headers)


def _no_wait(*_: object, **__: object) -> None:
    """Hold nothing off."""


def _meeting_first(event: Event | None, *told: Any) -> Any:
    return tuple(reversed(_TAKE_OUT(event, *told)))


def _whatever_it_names(_: object, __: object, found: Any) -> str:
    return str(found.group(1))


async def _unlooked(_: Deps, seen: Observed) -> Observed:
    return seen


async def _find_any_meeting(step: Step, binding: Binding, *told: Any, **more: Any) -> None:
    await _FIND_MEETING(step, replace(binding, retired_meeting_id=None), *told, **more)


def _former_goes_now(seen: Observed, _: Event, __: Context) -> Any:
    former = seen.binding.retired if seen.binding is not None else None
    return () if former is None else (retired.delete_former(former),)


def _believed(before: Callable[..., Any]) -> Any:
    """Make a call whose outcome is taken for certain."""

    async def call(*told: Any, **more: Any) -> None:
        try:
            await before(*told, **more)
        except (OutcomeUnknown, Transient):
            return

    return call


async def _believed_link(step: Step, event: Event, change: EventChange, intent: Intent) -> Event:
    try:
        return await send(step, event, change, intent)
    except OutcomeUnknown:
        body = event.body if change.body is None else change.body
        location = event.location if change.location is None else change.location
        return replace(event, body=body, location=location)


def _spend_unasked(step: Step, tx: Tx, host: str, _: int) -> None:
    tx.hosts.spend(host, step.deps.clock.now().date())


def _kept_anew(seen: Observed, event: Event, want: Any, context: Context) -> Any:
    binding = seen.binding
    if binding is not None and shows_link(event, binding.join_url or ""):
        return (WriteLink("it may have been changed"),)
    return _KEPT(seen, event, want, context)


def _change_anew(event: Event, info: JoinInfo, **more: Any) -> EventChange:
    found = link_change(event, info, **more)
    return replace(found, body=event.body if found.body is None else found.body)


def _text_replaced(event: Event, info: JoinInfo, **more: Any) -> EventChange:
    bare = replace(event, body=replace(event.body, text=""))
    return link_change(bare, info, **more)


async def _close_apart(
    self: Step, intent: Intent, outcome: Outcome, binding: Binding | None = None, **more: Any
) -> None:
    """Commit that a create is over before what it made."""
    await _CLOSE(self, intent, outcome, **more)
    if binding is not None:
        await self.hold.commit(lambda tx: tx.bindings.save(binding))


async def _open_without_flag(self: Step, intent: Intent, binding: Binding) -> None:
    if intent.kind is IntentKind.LINK:
        binding = replace(binding, flag_taken=False)
    await _OPEN(self, intent, binding)


async def _read_without_end(*told: Any) -> Round:
    try:
        return await _READ(*told)
    except CursorExpired as error:
        raise Transient(error.message, code=error.code) from error


def _matters_if_listed(tx: Tx, calendar: Any, found: Round) -> Any:
    found.full = False
    return _MATTERS(tx, calendar, found)


_renewed = biased(
    without("wipe", "restore", "unmark", "cancel", "delete", "lose meeting"),
    doing(*((at, "renew") for at in (20, 30, 40))),
)

MUTANTS = (
    Mutant(
        name="no If-Match",
        rule="I8: an event is written under the version that was read",
        change=change(*_under(None)),
    ),
    Mutant(
        name="If-Match of any version",
        rule="I7: what a person wrote meanwhile is not written over",
        change=change(*_under("*")),
        bias=doing(*((at, "busy") for at in (0, 20, 40))),
    ),
    Mutant(
        name="flags of before the write",
        rule="L1: what a person marks anew after a write is no flag that stood there before it",
        change=change((link, "_flags_after", _flags_before)),
        bias=biased(
            without("wipe", "restore", "unmark", "clear", "cancel", "delete", "lose meeting"),
            doing((0, "mark word"), (0, "ask again")),
            struck(_WRITE, "unanswered", rate=0.5),
        ),
    ),
    Mutant(
        name="no hold-off",
        rule="I8: a link is taken out after two looks, a hold-off apart",
        change=change(*((where, "held_off", _no_wait) for where in _LOOKERS)),
    ),
    Mutant(
        name="meeting before its link",
        rule="I3: the link goes before its meeting is deleted",
        change=change((removal, "take_out", _meeting_first), (plan, "take_out", _meeting_first)),
        bias=doing((30, "unmark")),
    ),
    Mutant(
        name="any mark believed",
        rule="I9: a mark counts for the very event that it was made for",
        change=change(
            (marks, "_named", _whatever_it_names), (observe, "_with_copied_link", _unlooked)
        ),
        bias=biased(in_apps("google"), doing((0, "mark"), (35, "copy"), (40, "copy"))),
    ),
    Mutant(
        name="replaced by itself",
        rule="I3: the meeting that is to be replaced is not the one that replaces it",
        change=change((recover, "_find_meeting", _find_any_meeting)),
        bias=biased(
            _renewed,
            struck(r"zoom POST /users/\{id\}/meetings", *UNCLEAR, rate=0.5, lasts=(0.5, 3.0)),
        ),
    ),
    Mutant(
        name="former meeting at once",
        rule="I3: a meeting that is replaced goes when no guest finds its link any more",
        change=change((plan, "former_goes", _former_goes_now)),
        bias=_renewed,
    ),
    Mutant(
        name="unclear change believed",
        rule="2.3: a change without an answer is looked at again",
        change=change((ZoomMeetings, "update", _believed(ZoomMeetings.update))),
        bias=biased(
            struck(r"zoom PATCH /meetings/\{id\}", "lost", rate=0.7),
            doing(*((at, "rename") for at in (20, 30))),
        ),
    ),
    Mutant(
        name="unclear deletion believed",
        rule="2.3: a deletion without an answer is made again",
        change=change((ZoomMeetings, "delete", _believed(ZoomMeetings.delete))),
        bias=biased(
            struck(r"zoom DELETE /meetings/\{id\}", "lost", rate=0.7), doing((20, "delete"))
        ),
    ),
    Mutant(
        name="unclear link believed",
        rule="2.3: a link whose write got no answer is looked for in the event",
        change=change((link, "send", _believed_link)),
        bias=struck(_WRITE, "lost", rate=0.5),
    ),
    Mutant(
        name="no budget",
        rule="I11: at most 90 creates and updates of a host a day",
        change=change((Step, "spend", _spend_unasked)),
        bias=biased(
            in_apps("google"),
            doing((1, "spend")),
            doing(*((at, "mark") for at in range(10, 20))),
            doing((30, "night")),
        ),
    ),
    Mutant(
        name="echo",
        rule="L2: what is as it should be is not written again",
        change=change((plan, "_kept", _kept_anew), (link, "link_change", _change_anew)),
    ),
    Mutant(
        name="no breaker",
        rule="I15: removals of many links at once wait for a person",
        change=change((guard, "is_too_much", lambda **_: False)),
        bias=biased(
            in_apps("google"),
            only(*((at / 10, "mark") for at in range(30)), (60, "vanish")),
            struck("GET /(events|delta)$", "expired", rate=0.5),
            timed(poll=5, hold_off=15, debounce=0),
        ),
    ),
    Mutant(
        name="text replaced",
        rule="I7: what a person wrote stays as it is",
        change=change((link, "link_change", _text_replaced)),
    ),
    Mutant(
        name="two links",
        rule="I2: all places of an event show one and the same meeting",
        change=change((writeback, "_older_link", lambda *_: None)),
        bias=biased(_renewed, doing((0, "mark"), (1, "mark"))),
    ),
    Mutant(
        name="id kept apart",
        rule="2.2: the id of a meeting is committed with the end of its intent",
        change=change((Step, "close", _close_apart)),
        bias=struck("commit .*_close_apart", "killed before", "lost", rate=0.3),
    ),
    Mutant(
        name="flag forgotten",
        rule="2.3: that the link replaces the flag is committed before it is written",
        change=change((Step, "open", _open_without_flag)),
        bias=biased(
            doing((0.5, "mark word"), (1, "mark word")),
            struck(_WRITE, "killed after", "unanswered", rate=0.6),
        ),
    ),
    Mutant(
        name="expired cursor kept",
        rule="2.2: after an expired cursor the calendar is read as a whole",
        change=change((pull, "read", _read_without_end)),
        bias=biased(in_apps("outlook"), doing((20, "expire"), (25, "mark"))),
    ),
    Mutant(
        name="full read takes no leave",
        rule="2.2: what a full read does not show any more is looked at",
        change=change((pull, "matters", _matters_if_listed)),
        bias=biased(
            in_apps("outlook"), without("wipe", "restore"), doing((30, "delete"), (30, "expire"))
        ),
    ),
)

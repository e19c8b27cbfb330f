"""A plan file as `syncd plan --json` writes it, read strictly: nothing is guessed, nothing repaired."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from syncd.core.ids import CalendarKey, EventRef
from syncd.engine.approved import Order

MOST_BYTES = 16 * 1024 * 1024
"""More than a plan of 20 000 events; a larger file is not read."""

FORMAT = 1
"""The format that is understood."""

_TOP = frozenset(
    {
        *("format", "instance", "made_at", "backfill", "since"),
        *("actions", "problems", "unfinished", "stopped"),
    }
)
_ACTION = frozenset(
    {"kind", "calendar", "event", "reason", "mails", "after", "belongs_to", "version", "plan"}
)
_DIGEST = re.compile(r"[0-9a-f]{64}")


class PlanRefused(LookupError):
    """A file that is no plan of ours; the message says where and why."""


def read_plan(content: bytes, *, instance: str) -> tuple[Order, ...]:
    """Give what a plan orders, event by event, in its order; PlanRefused for anything else.

    `instance` is this installation: the plan of another one is refused.
    """
    plan = _document(content)
    _known(plan, _TOP, "the plan")
    made_as = plan.get("format")
    if isinstance(made_as, bool) or made_as != FORMAT:
        raise PlanRefused(f"`format` is not {FORMAT}: write the plan anew with `syncd plan`")
    if plan.get("instance") != instance:
        raise PlanRefused("`instance` is not ours: the plan was made by another installation")
    actions = plan.get("actions")
    if not isinstance(actions, list):
        raise PlanRefused("`actions` is not a list")
    by_event: dict[EventRef, list[Mapping[str, Any]]] = {}
    for place, action in enumerate(actions):
        where = f"actions[{place}]"
        if not isinstance(action, dict):
            raise PlanRefused(f"`{where}` is not an object")
        by_event.setdefault(_checked(action, where), []).append(action)
    return tuple(_order(ref, mine) for ref, mine in by_event.items())


def _document(content: bytes) -> dict[str, Any]:
    if len(content) > MOST_BYTES:
        raise PlanRefused(f"the plan is larger than {MOST_BYTES // 1024 // 1024} MiB")
    try:
        plan = json.loads(content.decode("utf-8"), object_pairs_hook=_object)
    except PlanRefused:
        raise
    except (ValueError, RecursionError) as error:
        raise PlanRefused(f"the plan is no JSON document: {error}") from None
    if not isinstance(plan, dict):
        raise PlanRefused("the plan is not an object; write it with `syncd plan --out FILE`")
    return plan


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise PlanRefused("the plan has a key twice in one object")
    return found


def _known(found: Mapping[str, Any], names: frozenset[str], where: str) -> None:
    if unknown := sorted(found.keys() - names):
        raise PlanRefused(f"{where} has {unknown[0]!r}, which a plan does not have")


def _checked(action: Mapping[str, Any], where: str) -> EventRef:
    """Check one action and name the event whose plan it belongs to."""
    _known(action, _ACTION, f"`{where}`")
    _must(where, "reason", isinstance(action.get("reason"), str), "a text")
    for name in ("kind", "calendar", "event", "belongs_to"):
        _must(where, name, _is_text(action.get(name)) and action[name] != "", "a text")
    _must(where, "version", _is_text(action.get("version")), "a text")
    mails = action.get("mails")
    is_count = isinstance(mails, int) and not isinstance(mails, bool) and mails >= 0
    _must(where, "mails", is_count, "a number of people")
    digest = action.get("plan")
    is_digest = isinstance(digest, str) and _DIGEST.fullmatch(digest) is not None
    _must(where, "plan", is_digest, "a digest as `syncd plan` writes it")
    try:
        calendar = CalendarKey.parse(action["calendar"])
    except ValueError as error:
        raise PlanRefused(f"`{where}.calendar`: {error}") from None
    return EventRef(calendar, action["belongs_to"])


def _must(where: str, name: str, is_right: bool, what: str) -> None:
    if not is_right:
        raise PlanRefused(f"`{where}.{name}` is not {what}")


def _is_text(value: object) -> bool:
    """Tell whether it is a text that can be stored and sent: no half of a surrogate pair, no NUL."""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _order(ref: EventRef, actions: Sequence[Mapping[str, Any]]) -> Order:
    first = actions[0]
    if any((one["version"], one["plan"]) != (first["version"], first["plan"]) for one in actions):
        raise PlanRefused(f"the actions of {ref} are not of one plan")
    writes = tuple((EventRef(ref.calendar, one["event"]), one["kind"]) for one in actions)
    shown = tuple((one["reason"], one["mails"]) for one in actions)
    return Order(
        ref=ref, version=first["version"], digest=first["plan"], writes=writes, shown=shown
    )

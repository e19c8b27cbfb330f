"""What a mutant of the protocol is: one rule that is not kept, for as long as a run takes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from syncd.engine import invariants
from tests.simulation.faults import Aim, Kind
from tests.simulation.people import Act
from tests.simulation.run import Script

Bias = Callable[[Script], Script]
Place = tuple[Any, str, Any]
"""An object, the name of an attribute of it, and what stands there instead."""

_OF_A_LINK = {"hold_off", "debounce"}
# What leaves open whether a call had its effect.
UNCLEAR: tuple[Kind, ...] = ("killed after", "unanswered", "failed after", "garbage", "late")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One rule of the protocol broken on purpose; `change` breaks it in this process."""

    name: str
    rule: str
    """The rule that it breaks: its number, and what it says."""
    change: Callable[[], AbstractContextManager[None]]
    replicas: int = 1
    bias: Bias = lambda script: script
    """Makes scripts in which it shows more often; a healthy daemon comes through them as well."""

    @contextmanager
    def at_large(self) -> Iterator[None]:
        """Break the rule while the block runs.

        The last look before an effect is closed: a run shows what the mutant does to the world, not
        that it would have been stopped.
        """
        with patched((invariants, "require", lambda *_: None)), self.change():
            yield


@contextmanager
def patched(*places: Place) -> Iterator[None]:
    """Put other things in the place of the product's own, while the block runs."""
    with ExitStack() as stack:
        for owner, name, new in places:
            stack.enter_context(patch.object(owner, name, new))
        yield


def change(*places: Place) -> Callable[[], AbstractContextManager[None]]:
    """Give a change that is nothing but these replacements."""
    return lambda: patched(*places)


def biased(*steps: Bias) -> Bias:
    """Take one bias after the other."""

    def all_of_them(script: Script) -> Script:
        for step in steps:
            script = step(script)
        return script

    return all_of_them


def struck(
    at: str, *kinds: Kind, rate: float = 0.5, lasts: tuple[float, ...] | None = None
) -> Bias:
    """Strike by these kinds alone, at effects whose name has this pattern."""
    aim = Aim(at, kinds) if lasts is None else Aim(at, kinds, lasts)
    return lambda script: replace(script, rate=rate, aim=aim)


def doing(*told: tuple[float, str]) -> Bias:
    """Have these done as well, each at its time in seconds; what is chosen hangs on the seed."""

    def with_acts(script: Script) -> Script:
        chance = random.Random(f"{script.seed} bias")
        more = [Act(at, name, chance.random()) for at, name in told]
        active = max(script.active, *(at for at, _ in told))
        return replace(script, acts=tuple(sorted([*script.acts, *more])), active=active)

    return with_acts


def without(*names: str) -> Bias:
    """Have these not done."""
    return lambda script: replace(
        script, acts=tuple(act for act in script.acts if act.name not in names)
    )


def only(*told: tuple[float, str]) -> Bias:
    """Have nothing done but these."""
    return lambda script: doing(*told)(replace(script, acts=(), active=0.0))


def timed(**seconds: float) -> Bias:
    """Set the daemon's times: of its `Timing`, or `hold_off` and `debounce`."""
    spans: dict[str, Any] = {name: timedelta(seconds=value) for name, value in seconds.items()}
    links = {name: spans.pop(name) for name in _OF_A_LINK & spans.keys()}

    def with_times(script: Script) -> Script:
        setting = script.setting
        timing, link = replace(setting.timing, **spans), replace(setting.link, **links)
        return replace(script, setting=replace(setting, timing=timing, link=link))

    return with_times


def in_apps(*apps: Any) -> Bias:
    """Have Ana use these calendars."""
    return lambda script: replace(script, setting=replace(script.setting, apps=apps))

"""What goes wrong at an effect: drawn from a seed, or struck exactly where a list says."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "killed before",
    "killed after",
    "lost",
    "unanswered",
    "late",
    "frozen before",
    "frozen after",
    "refused",
    "slow",
    "told to wait",
    "garbage",
    "failed after",
    "stale",
    "expired",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
SEVEN: tuple[Kind, ...] = (
    "killed before",
    "killed after",
    "lost",
    "unanswered",
    "late",
    "frozen before",
    "refused",
)
"""What the enumeration strikes every boundary with."""

_AT_A_COMMIT: tuple[Kind, ...] = (
    "killed before",
    "killed after",
    "lost",
    "unanswered",
    "frozen before",
    "frozen after",
    "slow",
)
_AT_A_READ: tuple[Kind, ...] = (*KINDS[:11], "stale", "expired")
_AT_A_WRITE: tuple[Kind, ...] = KINDS[:12]
_LASTS = (0.5, 3.0, 9.0, 16.0, 25.0, 45.0, 90.0)


@dataclass(frozen=True, slots=True, order=True)
class Strike:
    """One fault: the number of the effect it strikes, its kind, and how long what it does lasts."""

    at: int
    kind: Kind
    seconds: float = 20.0

    def __str__(self) -> str:
        return f"{self.at}:{self.kind.replace(' ', '-')}:{self.seconds:g}"

    @classmethod
    def parse(cls, text: str) -> Strike:
        """Read what `str` gave; ValueError for anything else."""
        at, kind, seconds = text.split(":")
        known = kind.replace("-", " ")
        if known not in KINDS:
            raise ValueError(f"no kind of fault: {kind}")
        return cls(int(at), known, float(seconds))


@dataclass(frozen=True, slots=True)
class Aim:
    """What alone is struck, and by which kinds alone."""

    at: str
    """A pattern that is found in the names of the effects."""
    kinds: tuple[Kind, ...]
    lasts: tuple[float, ...] = _LASTS

    def kinds_at(self, name: str) -> tuple[Kind, ...]:
        """Give the kinds that may strike an effect."""
        if not re.search(self.at, name):
            return ()
        return tuple(kind for kind in self.kinds if kind in _kinds(name))


@dataclass(slots=True)
class Effect:
    """One effect as it was counted: its name, and the state of the world that it met."""

    name: str
    state: object
    writes: bool = False
    """Whether it changed anything; a call that is no read counts as such."""


class Faults:
    """Counts the effects of a run, and says what strikes each."""

    def __init__(
        self,
        chance: random.Random,
        *,
        rate: float,
        listed: Iterable[Strike] | None = None,
        aim: Aim | None = None,
    ) -> None:
        self._chance = chance
        self._rate = rate
        self._aim = aim
        self._listed = None if listed is None else {one.at: one for one in listed}
        self.effects: list[Effect] = []
        self.state: Callable[[], object] = lambda: None
        """Gives the state that tells one effect of a name from another."""
        self.struck: list[Strike] = []
        self.are_over = False
        self.on_their_way = 0
        """How many calls have been sent, and take effect yet."""

    def at(self, name: str) -> Strike | None:
        """Count an effect; gives the fault that strikes it."""
        number = len(self.effects)
        is_write = not (name.startswith("commit") or " GET " in name or name.endswith("token"))
        self.effects.append(Effect(name, self.state(), is_write))
        listed = self._listed
        strike = self._drawn(number, name) if listed is None else listed.get(number)
        if strike is not None:
            self.struck.append(strike)
        return strike

    def _drawn(self, number: int, name: str) -> Strike | None:
        aim = self._aim
        kinds, lasts = (_kinds(name), _LASTS) if aim is None else (aim.kinds_at(name), aim.lasts)
        if self.are_over or not kinds or self._chance.random() >= self._rate:
            return None
        return Strike(number, self._chance.choice(kinds), self._chance.choice(lasts))

    def by_kind(self) -> Counter[str]:
        """Count what struck."""
        return Counter(strike.kind for strike in self.struck)


def _kinds(name: str) -> tuple[Kind, ...]:
    if name.startswith("commit"):
        return _AT_A_COMMIT
    if " GET " in name:
        return _AT_A_READ
    return _AT_A_WRITE

"""What was counted, and how it is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import get_args

from tests.acceptance.kill.invariants import Promise

OTHER = "other"
_PROMISES = (*get_args(Promise), OTHER)
_COUNTERS = ("kinds", "places", "others", "deeds", "meetings", "broken")


@dataclass
class Tally:
    """Counts of one or more rounds."""

    kinds: Counter[str] = field(default_factory=Counter)
    """Kills by what struck."""
    places: Counter[str] = field(default_factory=Counter)
    """The same kills by what was being done."""
    others: Counter[str] = field(default_factory=Counter)
    """Lives that were asked to end or frozen."""
    deeds: Counter[str] = field(default_factory=Counter)
    meetings: Counter[str] = field(default_factory=Counter)
    """Made, deleted, alive in the end, and the links that events show in the end."""
    looks: int = 0
    """How often the sandbox and the database were looked at, with the daemon dead."""
    broken: Counter[str] = field(default_factory=Counter)
    """Violations by promise."""
    writes_at_rest: int = 0
    rounds: int = 0
    violations: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    """What was in the database and in the log when something was wrong, as lines."""

    @property
    def kills(self) -> int:
        """How often a daemon died of SIGKILL."""
        return self.kinds.total()

    def add(self, other: Tally) -> None:
        """Take in the counts of another."""
        for name in _COUNTERS:
            getattr(self, name).update(getattr(other, name))
        self.looks += other.looks
        self.writes_at_rest += other.writes_at_rest
        self.rounds += other.rounds
        self.violations += other.violations
        self.evidence += other.evidence

    def wrong(self, text: str, promise: str = OTHER) -> None:
        """Note a violation."""
        self.broken[promise] += 1
        self.violations.append(text)

    def told(self, *, database: str, seed: int, seconds: float) -> str:
        """Write it for people."""
        promises = " · ".join(f"{name}s {self.broken[name]}" for name in _PROMISES)
        integrity = "damaged" if self.broken["damaged database"] else "ok"
        lines = [
            f"{database}, seeds from {seed}: {self.kills} kills, rounds {self.rounds}, {seconds:.0f} s",
            f"  struck      {_counts(self.kinds)}",
            f"  while       {_counts(self.places)}",
            f"  beside      {_counts(self.others)}",
            f"  people      {_counts(self.deeds)}",
            f"  meetings    {_counts(self.meetings)}",
            f"  looked      {self.looks} times: {promises}",
            f"  integrity   {integrity}",
            f"  at rest     writes {self.writes_at_rest}",
            f"  violations  {len(self.violations)}",
        ]
        return "\n".join([*lines, *(f"  VIOLATION {one}" for one in self.violations)])


def _counts(counted: Counter[str]) -> str:
    return " · ".join(f"{name} {number}" for name, number in counted.most_common()) or "-"

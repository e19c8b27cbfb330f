"""What was counted, and how it is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


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
    """Made, deleted, alive at the end; surplus: alive beside another of the same event."""
    writes_at_rest: int = 0
    rounds: int = 0
    violations: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        """How often a daemon died of SIGKILL."""
        return self.kinds.total()

    def add(self, other: Tally) -> None:
        """Take in the counts of another."""
        for name in ("kinds", "places", "others", "deeds", "meetings"):
            getattr(self, name).update(getattr(other, name))
        self.writes_at_rest += other.writes_at_rest
        self.rounds += other.rounds
        self.violations += other.violations

    def told(self, *, database: str, seed: int, seconds: float) -> str:
        """Write it for people."""
        lines = [
            f"{database}, seed {seed}: {self.kills} kills in {self.rounds} rounds, {seconds:.0f} s",
            f"  by kind     {_counts(self.kinds)}",
            f"  by place    {_counts(self.places)}",
            f"  beside      {_counts(self.others)}",
            f"  people      {_counts(self.deeds)}",
            f"  meetings    {_counts(self.meetings)}",
            f"  writes at rest {self.writes_at_rest}, violations {len(self.violations)}",
        ]
        return "\n".join([*lines, *(f"  VIOLATION {one}" for one in self.violations)])


def _counts(counted: Counter[str]) -> str:
    return " · ".join(f"{name} {number}" for name, number in counted.most_common()) or "-"

"""Figures: what was measured, what it may be at most, and what bare work took in the same run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured value, lower is better; the ratio to `baseline` holds on any machine."""

    name: str
    value: float
    unit: str
    target: float | None = None
    baseline: float | None = None
    against: str = ""
    """What the baseline is."""

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {"value": round(self.value, 4), "unit": self.unit}
        if self.target is not None:
            told |= {"target": self.target, "met": self.value <= self.target}
        if self.baseline:
            told |= {
                "baseline": round(self.baseline, 4),
                "against": self.against,
                "ratio": round(self.value / self.baseline, 2),
            }
        return told


def document(figures: Iterable[Figure]) -> dict[str, Any]:
    return {figure.name: figure.as_json() for figure in figures}


def show(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def side_by_side(
    times: int, measure: Callable[[], float], bare: Callable[[], float]
) -> tuple[float, float]:
    """Give the medians of both, taken in turns so that other load on the machine meets both."""
    pairs = [(measure(), bare()) for _ in range(times)]
    return median(one for one, _ in pairs), median(one for _, one in pairs)


def seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def command_seconds(words: Sequence[str]) -> float:
    """Wall time of one command from its start to its end, which has to be a good one."""
    return seconds(lambda: subprocess.run(words, check=True, stdout=subprocess.DEVNULL))

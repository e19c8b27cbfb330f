"""The engine's parts as they are now, for whoever outlives one engine."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from syncd.adapters.clock import SystemClock
from syncd.engine.deps import Deps
from syncd.ports.clock import Clock


@dataclass(slots=True)
class Current:
    """Set by the daemon before the pages are served, and at every change of engine."""

    clock: Clock = field(default_factory=SystemClock)
    outdated: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when accounts came or went on the pages: the engine is to be built anew at once."""
    _deps: Deps | None = None

    @property
    def deps(self) -> Deps:
        """Give the parts of the newest engine."""
        assert self._deps is not None  # noqa: S101 - the pages are served after the first one
        return self._deps

    @deps.setter
    def deps(self, deps: Deps) -> None:
        self._deps = deps

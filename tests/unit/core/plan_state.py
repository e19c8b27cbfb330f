"""Ana's event, the database and Zoom in memory, and what people do to them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta

from syncd.core import linkblock
from syncd.core.binding import Binding, BindingState
from syncd.core.event import Event, EventChange
from syncd.core.look import Context
from syncd.core.meeting import Meeting
from syncd.core.rules import decide
from tests.factories import context, written

_LINK = re.compile(r"zoom\.us/j/([0-9]+)")


@dataclass
class State:
    """All that there is; `context` holds the time."""

    event: Event | None
    binding: Binding | None = None
    alive: dict[int, Meeting] = field(default_factory=dict)
    context: Context = field(default_factory=context)
    next_id: int = 90_000_000_001
    create_is_open: bool = False
    writes: int = 0
    forgetful: bool = False
    """The database was lost: meetings that no event names are left to the sweep."""
    has_kept: bool = False
    """Policy let a meeting go with its event."""
    former: list[Event] = field(default_factory=list)

    def edit(self, **changes: object) -> None:
        """Let a person change the event."""
        if self.event is not None:
            self.former.append(self.event)
            self.event = self._newer(replace(self.event, **changes))  # type: ignore[arg-type]  # any field

    def undo(self) -> None:
        """Let a person bring back the texts of an earlier version."""
        if self.former:
            old = self.former[0]
            self.edit(title=old.title, location=old.location, body=old.body)

    def vanish(self) -> None:
        """Let a person delete the event."""
        if self.event is not None:
            self.former.append(self.event)
            self.event = None

    def come_back(self) -> None:
        """Let a person restore the deleted event."""
        if self.event is None:
            self.event = self._newer(self.former[-1])

    def pass_time(self, by: timedelta) -> None:
        """Let time pass."""
        self.context = replace(self.context, now=self.context.now + by)

    def shown(self) -> set[int]:
        """Give the meetings whose links a guest finds in the event."""
        if self.event is None:
            return set()
        return {int(found) for found in _LINK.findall(self.event.location + self.event.body.text)}

    def send(self, change: EventChange) -> None:
        assert self.event is not None
        if change.is_empty:
            return
        after = self._newer(written(self.event, change))
        url = (self.binding and self.binding.join_url) or "https://none.example"
        assert linkblock.strip_link(after.body, url) == linkblock.strip_link(self.event.body, url)
        self.event = after
        self.writes += 1

    def settled(self) -> Binding:
        assert self.binding is not None
        assert self.event is not None
        return replace(
            self.binding,
            state=BindingState.LINKED,
            version=self.event.version,
            changed_at=self.event.changed_at,
            starts_at=self.event.start,
            ends_at=self.event.end,
            flags_seen=self.flags(self.event),
            removal_since=None,
        )

    def flags(self, event: Event) -> tuple[str, ...]:
        return decide(event, self.context.person).wanting()

    def _newer(self, event: Event) -> Event:
        return replace(
            event,
            version=f"v{int(event.version[1:]) + 1}",
            changed_at=event.changed_at + timedelta(seconds=1),
        )

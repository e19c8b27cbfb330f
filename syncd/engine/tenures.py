"""What this process has met since it has had a calendar: of whatever else is due, it may know too little.

A calendar goes from daemon to daemon (K28). What another one had seen of an event that it made due is not
known here, and what was seen here before that is older.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from syncd.core.ids import CalendarKey, EventRef
from syncd.ports.rows import Lease

# Some ten MB. An event that was forgotten is looked at once more than it needs.
_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class _Tenure:
    """Leases of one calendar with no other daemon's in between."""

    number: int
    epoch: int
    """Of the last of them."""


@dataclass(slots=True)
class Tenures:
    """The tenures of one process, and the events that it met in them by a listing or a look."""

    _tenures: dict[CalendarKey, _Tenure] = field(default_factory=dict)
    _met: dict[EventRef, int] = field(default_factory=dict)
    """In which tenure each was met last, the last one last."""

    def begin(self, lease: Lease) -> None:
        """Take note of a lease; every one has an epoch of its own, one more than the last."""
        former = self._tenures.get(lease.calendar)
        number = 0 if former is None else former.number
        if former is None or lease.epoch > former.epoch + 1 or lease.epoch < former.epoch:
            number += 1
        self._tenures[lease.calendar] = _Tenure(number, lease.epoch)

    def meet(self, ref: EventRef) -> None:
        """Take note that a listing or a look of this process showed how the event is, or that it is gone."""
        tenure = self._tenures.get(ref.calendar)
        self._met.pop(ref, None)
        self._met[ref] = 0 if tenure is None else tenure.number
        if len(self._met) > _REMEMBERED:
            del self._met[next(iter(self._met))]

    def has_met(self, ref: EventRef) -> bool:
        """Tell whether the event was met since the calendar came from another daemon, or from none."""
        tenure = self._tenures.get(ref.calendar)
        return self._met.get(ref) == (0 if tenure is None else tenure.number)

"""Events and their meetings: one binding for each event, and one for each meeting (I9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from syncd.core.binding import LIVING, Binding, BindingState
from syncd.core.conference import ConferenceKind
from syncd.core.ids import AccountKey, CalendarKey, EventKey, EventRef, Provider
from syncd.store.keys import calendar_key, calendar_text, event_key, event_text
from syncd.store.statements import refused_as, replace_row
from syncd.store.tables import BINDING, INTENT

_c = BINDING.c
_in_calendar = _c.calendar == sa.bindparam("calendar")
_by_start = (_c.starts_at, _c.id)
_of_binding = INTENT.c.binding_id == sa.bindparam("binding_id")

_BY_KEY = sa.select(BINDING).where(_c.key == sa.bindparam("key"))
_BY_REF = (
    sa.select(BINDING)
    .where(_in_calendar, _c.event_id == sa.bindparam("event_id"))
    .order_by(*_by_start)
    .limit(1)
)
_meeting: sa.BindParameter[int] = sa.bindparam("meeting")
_BY_MEETING = (
    sa.select(BINDING)
    .where(sa.or_(_c.meeting_id == _meeting, _c.retired_meeting_id == _meeting))
    .order_by(*_by_start)
    .limit(1)
)
_OF_HOST = sa.select(BINDING).where(_c.host == sa.bindparam("address")).order_by(*_by_start)
_IN_CALENDAR = sa.select(BINDING).where(_in_calendar).order_by(*_by_start)
_HOSTED = (
    sa.select(BINDING)
    .where(_c.host.in_(sa.bindparam("hosts", expanding=True)))
    .where(_c.starts_at < sa.bindparam("end"), _c.ends_at > sa.bindparam("begin"))
    .where(_c.state.in_([state.value for state in LIVING]))
    .order_by(*_by_start)
)
_ALL = sa.select(BINDING).order_by(*_by_start)
_OPEN = sa.select(INTENT.c.id).where(_of_binding, INTENT.c.closed_at.is_(None))
_has_zoom = sa.and_(_c.meeting_id.is_not(None), _c.state != BindingState.RELEASED.value)
_has_meet = sa.and_(
    _c.conference == ConferenceKind.GOOGLE_MEET.value,
    _c.state.in_([state.value for state in LIVING]),
)
_shows_shared = sa.and_(_c.state == BindingState.SHARING.value, _c.join_url.is_not(None))
_COUNTS = sa.select(sa.func.count(), sa.func.count(_c.removal_since).label("removals")).where(
    sa.or_(_has_zoom, _has_meet, _shows_shared)
)
_DELETE_INTENTS = sa.delete(INTENT).where(_of_binding)
_DELETE = sa.delete(BINDING).where(_c.id == sa.bindparam("binding_id"))


class SqlBindings:
    """Implements `syncd.ports.repositories_of_events.Bindings`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def by_key(self, key: EventKey) -> Binding | None:
        """Read by what the event is."""
        return self._one(_BY_KEY, {"key": event_text(key)})

    def by_ref(self, ref: EventRef) -> Binding | None:
        """Read by where the event stands."""
        place = {"calendar": calendar_text(ref.calendar), "event_id": ref.event_id}
        return self._one(_BY_REF, place)

    def by_meeting(self, meeting_id: int) -> Binding | None:
        """Read by the meeting, be it the former one."""
        return self._one(_BY_MEETING, {"meeting": meeting_id})

    def of_host(self, host: str) -> Sequence[Binding]:
        """Read all whose meetings this address hosts, the earliest start first."""
        return [_binding(row) for row in self._connection.execute(_OF_HOST, {"address": host})]

    def in_calendar(self, calendar: CalendarKey) -> Sequence[Binding]:
        """Read all of a calendar, the earliest start first."""
        values = {"calendar": calendar_text(calendar)}
        return [_binding(row) for row in self._connection.execute(_IN_CALENDAR, values)]

    def all(self) -> Sequence[Binding]:
        """Read all, the earliest start first."""
        return [_binding(row) for row in self._connection.execute(_ALL)]

    def hosted_by(
        self, hosts: Collection[str], *, begin: datetime, end: datetime
    ) -> Sequence[Binding]:
        """Read what is being made, linked or removed at these hosts and touches this time."""
        values = {"hosts": sorted(hosts), "begin": begin, "end": end}
        return [_binding(row) for row in self._connection.execute(_HOSTED, values)]

    def count(self, account: AccountKey) -> tuple[int, int]:
        """Count the account's living links, those of single occurrences too, and how many are to go."""
        mine = _c.calendar.startswith(f"{account.provider}\n{account.address}\n", autoescape=True)
        links, removals = self._connection.execute(_COUNTS.where(mine)).one()
        return links, removals

    def save(self, binding: Binding) -> None:
        """Insert or replace by id. ValueError when another binding has its key or meeting."""
        statement = replace_row(BINDING, self._connection.dialect.name)
        with refused_as("another binding has this event or this meeting", self._connection):
            self._connection.execute(statement, _values(binding))

    def delete(self, binding_id: str) -> None:
        """Forget one, with its closed intents; ValueError while one is open."""
        values = {"binding_id": binding_id}
        if self._connection.execute(_OPEN, values).first() is not None:
            raise ValueError(f"binding {binding_id} has an open intent")
        self._connection.execute(_DELETE_INTENTS, values)
        self._connection.execute(_DELETE, values)

    def _one(self, statement: sa.Select[Any], values: dict[str, Any]) -> Binding | None:
        row = self._connection.execute(statement, values).one_or_none()
        return None if row is None else _binding(row)


def _values(binding: Binding) -> dict[str, Any]:
    return {
        "id": binding.id,
        "key": event_text(binding.key),
        "calendar": calendar_text(binding.ref.calendar),
        "event_id": binding.ref.event_id,
        "state": binding.state.value,
        "host": binding.host,
        "starts_at": binding.starts_at,
        "ends_at": binding.ends_at,
        "meeting_id": binding.meeting_id,
        "join_url": binding.join_url,
        "spec_digest": binding.spec_digest,
        "version": binding.version,
        "changed_at": binding.changed_at,
        "flag_taken": binding.flag_taken,
        "wishes": list(binding.wishes),
        "flags_seen": list(binding.flags_seen),
        "removal_since": binding.removal_since,
        "conference": binding.conference.value,
        "retired_meeting_id": binding.retired_meeting_id,
        "retired_url": binding.retired_url,
        "retired_at": binding.retired_at,
        "retired_host": binding.retired_host,
        "parted": binding.parted.value if binding.parted is not None else None,
        "made_by": binding.made_by,
        "failed_at": binding.failed_at,
        "repeats": binding.repeats,
        "inexact": binding.inexact,
    }


def _binding(row: sa.Row[Any]) -> Binding:
    return Binding(
        id=row.id,
        key=event_key(row.key),
        ref=EventRef(calendar_key(row.calendar), row.event_id),
        state=BindingState(row.state),
        host=row.host,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        meeting_id=row.meeting_id,
        join_url=row.join_url,
        spec_digest=row.spec_digest,
        version=row.version,
        changed_at=row.changed_at,
        flag_taken=row.flag_taken,
        wishes=tuple(row.wishes),
        flags_seen=tuple(row.flags_seen),
        removal_since=row.removal_since,
        conference=ConferenceKind(row.conference),
        retired_meeting_id=row.retired_meeting_id,
        retired_url=row.retired_url,
        retired_at=row.retired_at,
        retired_host=row.retired_host,
        parted=Provider(row.parted) if row.parted is not None else None,
        made_by=row.made_by,
        failed_at=row.failed_at,
        repeats=row.repeats,
        inexact=row.inexact,
    )

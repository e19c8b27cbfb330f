"""Zoom in memory, as the engine sees it: promises of the port kept, faults on order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal, Protocol

from syncd.core.ids import AccountKey, Provider
from syncd.core.meeting import (
    Host,
    ListedMeeting,
    Meeting,
    MeetingChange,
    MeetingKind,
    MeetingSpec,
)
from syncd.core.secret import Secret
from syncd.ports.clock import Clock
from syncd.ports.errors import (
    Forbidden,
    NotFound,
    Permanent,
    Transient,
)
from syncd.ports.meetings import MeetingAccounts, MeetingProvider
from tests.fakes.fixed_times import laid_out
from tests.fakes.own_meetings import OwnMeetings
from tests.fakes.zoom_faults import HOST_REMEDY, Kind, struck, unknown_host

__all__ = ["SERVICE", "FakeMeetings", "Kind", "Method", "Zoom"]

Method = Literal[
    "create",
    "get",
    "update",
    "delete",
    "listing",
    "host",
    "invitation",
    "update_occurrence",
    "delete_occurrence",
    "start_url",
]

SERVICE = AccountKey(Provider.ZOOM, "account")

_LISTED_AGENDA = 250


class Zoom(MeetingAccounts, MeetingProvider, Protocol):
    """All of Zoom: by host, and the one account that acts for everybody."""


class FakeMeetings:
    """Implements `syncd.ports.meetings`, both `MeetingProvider` and `MeetingAccounts`.

    Itself it is the account that acts for all hosts, `service`; None leaves only the hosts who have
    connected (`connect`), who are acted for by their own accounts as soon as they have.

    `hosts` says of each address whether it is Basic. `alive` and `deleted` are the meetings by id,
    `hosted_by` their hosts, `webinars` those that a person has made webinars of, `calls` the requests
    that left, by method, `started` how many start links were given. Without `may_change` or
    `may_list` the consent does not cover changes or the list; with `tells_rights` that of changes is
    known before one is tried, and no request leaves. Alternative hosts whom Zoom would refuse are left out, as the adapter does.
    """

    def __init__(
        self, clock: Clock, *, hosts: Mapping[str, bool], service: AccountKey | None = SERVICE
    ) -> None:
        self._clock = clock
        self.service = service
        self._own: dict[str, str] = {}
        self._hosts = dict(hosts)
        self._faults: list[tuple[Method, Kind]] = []
        self._under_way: list[Callable[[], object]] = []
        self._next_id = 93_000_000_001
        self.alive: dict[int, Meeting] = {}
        self.deleted: dict[int, Meeting] = {}
        self.hosted_by: dict[int, str] = {}
        self.webinars: set[int] = set()
        self.calls: Counter[str] = Counter()
        self.started = 0
        self.may_change = True
        self.may_list = True
        self.tells_rights = True

    def fail_next(self, kind: Kind, method: Method = "create", *, count: int = 1) -> None:
        """Strike the next `count` calls of a method.

        `late`: the request takes effect only when `arrive` is called.
        """
        self._faults += [(method, kind)] * count

    def arrive(self) -> None:
        """Let the late requests take their effect."""
        for effect in self._under_way:
            effect()
        self._under_way.clear()

    def connect(self, host: str, *, person: str | None = None) -> None:
        """Let a host have an account of their own; `person` is whose, the host's unless told."""
        self._own[host] = person or host

    def disconnect(self, host: str) -> None:
        """Take it away: whoever still holds it meets AuthLost."""
        del self._own[host]

    def account(self, host: str) -> AccountKey:
        if host in self._own or self.service is None:
            return AccountKey(Provider.ZOOM, self._own.get(host, host))
        return self.service

    def of(self, host: str) -> MeetingProvider:
        if host not in self._own and self.service is not None:
            return self
        return OwnMeetings(self, host, owner=self.hosted_by.get, is_open=lambda: host in self._own)

    def set_user(self, address: str, *, is_basic: bool | None) -> None:
        """Invite a user, change her plan, or take her out of the account (None)."""
        self._hosts.pop(address, None)
        if is_basic is not None:
            self._hosts[address] = is_basic

    def delete_by_person(self, meeting_id: int) -> None:
        """Delete it in Zoom's own app."""
        self.deleted[meeting_id] = self.alive.pop(meeting_id)

    def recover_by_person(self, meeting_id: int) -> None:
        """Bring it back from the host's trash."""
        self.alive[meeting_id] = self.deleted.pop(meeting_id)

    def convert_by_person(self, meeting_id: int) -> None:
        """Make a webinar of it in Zoom's own app."""
        self.webinars.add(meeting_id)

    def edit_by_person(self, meeting: Meeting) -> None:
        """Put this in the place of the meeting with its id."""
        self.alive[meeting.id] = meeting

    def add_by_person(self, host: str, spec: MeetingSpec) -> Meeting:
        """Schedule one in Zoom's own app; it is nobody's business but theirs."""
        return self._make(host, spec)

    async def create(self, host: str, spec: MeetingSpec, *, send_by: float) -> Meeting:
        if self._clock.monotonic() > send_by:
            raise Transient("It was too late to send a request.", code="too_late")
        self._know(host)
        made: list[Meeting] = []
        self._perform("create", lambda: made.append(self._make(host, spec)))
        return made[0]

    async def get(self, meeting_id: int) -> Meeting:
        self._perform("get")
        return self._find(meeting_id)

    async def update(self, meeting_id: int, change: MeetingChange) -> None:
        if not change.is_empty:
            self._perform("update", lambda: self._change(meeting_id, change))

    async def may_update(self) -> bool:
        return self.may_change or not self.tells_rights

    async def update_occurrence(
        self, meeting_id: int, occurrence_id: str, *, start: datetime, duration_minutes: int
    ) -> None:
        def move() -> None:
            fields = {"start": start, "duration_minutes": duration_minutes}
            if not self._change_occurrence(meeting_id, occurrence_id, fields):
                raise Permanent("Zoom: Invalid parameter.", code="zoom_occurrence_gone")

        self._perform("update_occurrence", move)

    async def delete_occurrence(self, meeting_id: int, occurrence_id: str) -> None:
        def cancel() -> None:
            if meeting_id in self.alive:
                self._change_occurrence(meeting_id, occurrence_id, {"deleted": True})

        self._perform("delete_occurrence", cancel)

    async def invitation(self, meeting_id: int) -> str:
        self._perform("invitation")
        meeting = self._find(meeting_id)
        return f"Topic: {meeting.topic}\r\n\r\nJoin Zoom Meeting\r\n{meeting.join_url}"

    async def start_url(self, meeting_id: int) -> Secret:
        self._perform("start_url")
        self.started += 1
        return Secret(f"https://zoom.example/s/{self._find(meeting_id).id}?zak={self.started}")

    async def delete(self, meeting_id: int) -> None:
        self._perform("delete", lambda: self._remove(meeting_id))

    async def listing(self, host: str) -> tuple[ListedMeeting, ...]:
        self._know(host)
        self._perform("listing")
        return tuple(
            ListedMeeting(each.id, each.agenda[:_LISTED_AGENDA], each.created_at, each.join_url)
            for each in self.alive.values()
            if self.hosted_by[each.id] == host and each.id not in self.webinars
        )

    async def host(self, address: str) -> Host:
        self._perform("host")
        address = address.lower()
        if address not in self._hosts:
            raise NotFound(unknown_host(address), code="zoom_host_unknown", remedy=HOST_REMEDY)
        return Host(address=address, user_id=f"id-{address}", is_basic=self._hosts[address])

    def _perform(self, method: Method, effect: Callable[[], object] = lambda: None) -> None:
        self._check_scope(method)
        kind = self._fault(method)
        if kind != "not_sent":
            self.calls[method] += 1
        if kind is None or kind == "lost_answer":
            effect()
        if kind == "late":
            self._under_way.append(effect)
        if kind is not None:
            raise struck(kind, unknown=method == "create")

    def _check_scope(self, method: Method) -> None:
        is_change = method in ("update", "update_occurrence")
        is_covered = self.may_change if is_change else self.may_list or method != "listing"
        if is_covered:
            return
        if not self.tells_rights:
            self.calls[method] += 1
        raise struck("scope_missing", unknown=False)

    def _fault(self, method: Method) -> Kind | None:
        for fault in self._faults:
            if fault[0] == method:
                self._faults.remove(fault)
                return fault[1]
        return None

    def _know(self, host: str) -> None:
        if host not in self._hosts:
            raise Forbidden(unknown_host(host), code="zoom_host_unknown", remedy=HOST_REMEDY)

    def _find(self, meeting_id: int) -> Meeting:
        if meeting_id not in self.alive:
            raise NotFound("Zoom: Meeting does not exist.", code="zoom_meeting_gone")
        if meeting_id in self.webinars:
            raise Permanent("Zoom: Cannot access webinar info.", code="zoom_is_webinar")
        return self.alive[meeting_id]

    def _make(self, host: str, spec: MeetingSpec) -> Meeting:
        number, self._next_id = self._next_id, self._next_id + 1
        self.hosted_by[number] = host
        meeting = Meeting(
            id=number,
            host_id=f"id-{host}",
            topic=spec.topic,
            start=spec.start,
            duration_minutes=spec.duration_minutes,
            zone=spec.zone,
            join_url=f"https://zoom.example/j/{number}?pwd=p{number}",
            passcode=f"p{number}",
            agenda=spec.agenda,
            invitees=spec.invitees,
            phone_numbers=(),
            waiting_room=spec.waiting_room,
            join_before_host=spec.join_before_host and not spec.waiting_room,
            created_at=self._clock.now(),
            sign_in_only=spec.sign_in_only,
            repeats=spec.repeats,
            alternative_hosts=self._who_may(spec.alternative_hosts or ()),
        )
        self.alive[number] = laid_out(meeting)
        return self.alive[number]

    def _who_may(self, addresses: tuple[str, ...]) -> tuple[str, ...]:
        """Zoom takes licensed users of the account only, and all of them or none."""
        return addresses if all(self._hosts.get(each) is False for each in addresses) else ()

    def _change(self, meeting_id: int, change: MeetingChange) -> None:
        meeting = self._find(meeting_id)
        fields = {name: getattr(change, name) for name in change.fields() if name != "kind"}
        if change.alternative_hosts is not None:
            fields["alternative_hosts"] = self._who_may(change.alternative_hosts)
        if change.kind is not None and change.kind is not MeetingKind.FIXED_TIMES:
            fields |= {"repeats": None, "start": change.start}
        if change.waiting_room:
            fields["join_before_host"] = False
        after = replace(meeting, **fields)
        untouched = not {"kind", "start", "repeats"} & set(change.fields())
        self.alive[meeting_id] = after if untouched else laid_out(after)

    def _change_occurrence(
        self, meeting_id: int, occurrence_id: str, fields: dict[str, object]
    ) -> bool:
        """Change one time of a series; False when it is not there."""
        meeting = self._find(meeting_id)
        found = any(each.id == occurrence_id and not each.deleted for each in meeting.occurrences)
        times = tuple(
            replace(each, **fields) if each.id == occurrence_id else each  # type: ignore[arg-type]  # any field
            for each in meeting.occurrences
        )
        if found:
            self.alive[meeting_id] = replace(meeting, occurrences=times)
        return found

    def _remove(self, meeting_id: int) -> None:
        if meeting_id in self.alive:
            self._find(meeting_id)
            self.delete_by_person(meeting_id)

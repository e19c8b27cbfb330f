"""A witness of every call and commit: it knows what none of them may ever do, and only takes notes.

What it checks at an effect is what the process could know when it sent it; what it checks when the
effect happens is what nobody may ever see.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

import httpx

from syncd.core.binding import IntentKind
from syncd.core.linkblock import FIRST_LINE, LAST_LINE
from syncd.engine.deps import Timing
from syncd.ports.rows import Lease
from syncd.ports.store import Tx
from syncd.sandbox.fakes.zoom.meeting import Meeting
from tests.simulation.creates import Creates, marker_of
from tests.simulation.faults import Strike
from tests.simulation.process import Process
from tests.simulation.stage import Stage
from tests.simulation.truth import MARKER, PENDING, Shown, Truth, Wish
from tests.simulation.wire import answered, named

T = TypeVar("T")

CREATE, LIST = "zoom POST /users/{id}/meetings", "zoom GET /users/{id}/meetings"
UPDATE, DELETE = "zoom PATCH /meetings/{id}", "zoom DELETE /meetings/{id}"
TOKEN = "zoom POST token"
_LINK_WRITES = ("google PATCH /events/{id}", "microsoft PATCH /events/{id}")
_LOOKS = ("google GET /events/{id}", "microsoft GET /events/{id}")
_MOST_A_DAY = 90
# After that, whoever refreshes may be overtaken.
_REFRESH_LASTS = 16.0


@dataclass(kw_only=True)
class Witness:
    """Checks each call as it is sent, as it happens, and as it is answered."""

    stage: Stage
    truth: Truth
    timing: Timing
    hold_off: timedelta
    now: Callable[[], float]
    violations: list[str] = field(default_factory=list)
    writes: Counter[str] = field(default_factory=Counter)
    """What took effect, by name."""
    tried: Counter[str] = field(default_factory=Counter)
    """What was sent to take effect."""
    doubles: int = 0
    """How often a second meeting of one event lived for a while."""
    creates: Creates = field(init=False)
    misread: set[str] = field(default_factory=set)
    """The events of which an older state was shown last."""
    spent: Counter[int] = field(default_factory=Counter)
    """Creates and updates of the only host, by day."""
    clocks_agree: bool = True
    refreshing: dict[httpx.Request, tuple[Process, float]] = field(default_factory=dict)
    meanwhile: Callable[[Wish], Awaitable[None]] | None = None
    """What people do to an event while a write is on its way to it."""
    seen: Callable[[httpx.Request, httpx.Response], httpx.Response] | None = None
    """What a provider shows of its answer."""

    def __post_init__(self) -> None:
        wait = self.timing.request + self.timing.grace
        self.creates = Creates(wait.total_seconds(), self.now, self.check)

    def check(self, holds: object, rule: str) -> None:
        """Note a rule that was broken."""
        if not holds and rule not in self.violations:
            self.violations.append(f"{rule}")

    def forget(self) -> None:
        """Ask nothing of what a database knew that was lost."""
        self.creates.forget()
        self.spent.clear()

    # As it is sent.

    def always(self, name: str) -> Strike | None:
        """Give what befalls every such call at this moment, whatever the seed says."""
        is_late = name == CREATE and self.now() < self.stage.creates_are_late_until
        return Strike(-1, "late", 100.0) if is_late else None

    def sending(self, process: Process, request: httpx.Request, strike: Strike | None) -> None:
        """Look at a call that leaves its process now."""
        name = named(request)
        # What came later than this cannot be in the answer.
        request.extensions["asked_at"] = self.now()
        meeting = self._meeting(request) if name in {UPDATE, DELETE} else None
        if _is_write(name):
            self.tried[name] += not (name == DELETE and self._is_late_surplus(meeting))
            self._holds_a_lease(process)
        if name == CREATE:
            intents = self.stage.store.run_in_place(lambda tx: tx.journal.all_open())
            self.creates.sent(process, request, intents, strike)
            self._shows_none(marker_of(request))
        elif meeting is not None:
            self.check(MARKER.match(meeting.agenda), "I1 touched a meeting of somebody else")
            self._is_intended(meeting)
            if name == DELETE:
                self._may_delete(meeting)
        elif name in _LINK_WRITES:
            self._may_write(request)
        elif name == TOKEN:
            self._may_refresh(process, request)

    def _is_late_surplus(self, meeting: Meeting | None) -> bool:
        """Whether it lives, and the lost database alone knew it: it may be found long after."""
        if meeting is None or meeting.deleted is not None:
            return False
        return meeting.id in self.truth.tolerated

    def _holds_a_lease(self, process: Process) -> None:
        """I6: as far as clocks agree, whoever lost its lease sends nothing."""
        self.clocks_agree = self.clocks_agree and not process.jump
        holders = self.stage.holders()
        is_holder = process.name in holders or not self.clocks_agree
        self.check(is_holder, "I6 sent a write without a lease")

    def _shows_none(self, marker: str) -> None:
        """L4: whatever the database knows, an event that shows its living meeting gets no other."""
        living = {m.id for m in self.truth.meetings().values() if m.agenda.startswith(marker)}
        for wish in self.truth.wishes:
            shown = None if wish.gone or wish.renewed else self.truth.shown(wish)
            # Without a database nothing tells that what is shown is old.
            is_misread = bool(self.truth.forgotten_at) and wish.id in self.misread
            if shown is not None and not (shown.cancelled or is_misread):
                own = shown.meetings - {wish.copied_from}
                self.check(not own & living, "L4 made a second meeting for an event")

    def _is_intended(self, meeting: Meeting) -> None:
        """I4: changed and deleted is what a committed intent names, or a surplus of its create."""
        intents = self.stage.store.run_in_place(lambda tx: tx.journal.all_open())
        is_intended = any(
            meeting.agenda.startswith(intent.marker)
            if intent.kind is IntentKind.CREATE
            else intent.meeting_id == meeting.id
            for intent in intents
        )
        self.check(is_intended, "I4 changed a meeting without a committed intent")

    def _may_refresh(self, process: Process, request: httpx.Request) -> None:
        """I13: one at a time over all processes that live and agree what time it is."""
        lately = self.now() - _REFRESH_LASTS
        for other, since in self.refreshing.values():
            is_at_it = not other.is_dead and other.frozen_until < lately <= since
            was_set = max(other.set_at, process.set_at) >= lately
            agrees = other.jump == process.jump and not was_set
            self.check(not (is_at_it and agrees), "I13 two refreshes of one account at once")
        self.refreshing[request] = process, self.now()

    def _may_delete(self, meeting: Meeting) -> None:
        """I3: no event shows what is deleted; one that was copied together with the link may."""
        for wish in self.truth.wishes:
            shown = None if wish.gone else self.truth.shown(wish)
            if shown is None or shown.cancelled or meeting.id == wish.copied_from:
                continue
            self.check(meeting.id not in shown.meetings, "I3 deleted a meeting that an event shows")
            is_replaced = meeting.id in wish.replaced and wish.is_wanted and wish.kind == "own"
            has_other = shown.conference not in {"", PENDING}
            self.check(has_other or not is_replaced, "I3 deleted what nothing has replaced yet")

    def _may_write(self, request: httpx.Request) -> None:
        has_guard = "if-match" in request.headers
        self.check(has_guard, "I8 wrote an event without naming the version that was read")

    # As it happens.

    async def happening(
        self, process: Process, request: httpx.Request, *, stale: bool
    ) -> httpx.Response:
        """Let the call take its effect, and look at what it changed."""
        name = named(request)
        wish = self._event(request) if name in _LINK_WRITES else None
        if wish is not None and self.meanwhile is not None:
            await self.meanwhile(wish)
        before = self.truth.shown(wish) if wish is not None else None
        response = await answered(self.stage.app, request, stale=stale)
        if stale and name == LIST:
            self.creates.misled()
        if name in _LOOKS:
            event_id = request.url.path.rsplit("/", 1)[1]
            (self.misread.add if stale else self.misread.discard)(event_id)
        if self.seen is not None:
            response = self.seen(request, response)
        if response.is_success:
            self._happened(name, request)
            if name == CREATE and self.truth.is_lost_since(request.extensions["asked_at"]):
                self.truth.tolerated.add(response.json()["id"])
            after = self.truth.shown(wish) if wish is not None else None
            if wish is not None and before is not None and after is not None:
                self._wrote(wish, before, after)
        return response

    def _happened(self, name: str, request: httpx.Request) -> None:
        if _is_write(name):
            self.writes[name] += 1
        if name == CREATE:
            self._created(marker_of(request))
        if name in {CREATE, UPDATE}:
            self.spend()

    def _wrote(self, wish: Wish, before: Shown, after: Shown) -> None:
        self.check(after != before, "I11 wrote into an event for nothing")
        self.check(len(after.meetings) <= 1, "I2 an event shows two meetings")
        same = _around_block(before.text) == _around_block(after.text)
        self.check(same, "I7 changed what a person wrote")
        living = self.truth.meetings()
        for meeting_id in after.meetings - before.meetings:
            lives = meeting_id in living or meeting_id in self.truth.deleted_by_people
            self.check(lives, "I3 wrote a link that leads nowhere")
        has_two = bool(after.meetings) and bool(after.conference)
        self.check(not has_two, "I2 an event shows a meeting beside its provider's conference")
        if self._asked_own(wish, after):
            wish.replaced |= before.meetings
            return
        if before.conference not in {"", PENDING} and not after.conference:
            # It stood there, so it had taken their place.
            wish.replaced.clear()
        if _has_link(before) and not _has_link(after):
            self.check(not wish.is_wanted, "I8 removed a link that is wanted")
            long_ago = self.now() - self.hold_off.total_seconds()
            self.check(wish.was_unwanted(long_ago), "I8 removed a link without a hold-off")

    def _asked_own(self, wish: Wish, after: Shown) -> bool:
        return wish.is_wanted and wish.kind == "own" and bool(after.conference)

    def _created(self, marker: str) -> None:
        living = [m for m in self.truth.meetings().values() if m.agenda.startswith(marker)]
        if len(living) > 1:
            self.doubles += 1
            ids = {meeting.id for meeting in living}
            most = 1 + self.creates.excuses[marker] + self._renewed(ids)
            self.check(len(living) <= most, "L3 a second meeting that nothing excuses")

    def _renewed(self, meetings: set[int]) -> int:
        """Count how often one of them was to be replaced although it lives."""
        shown = ((one, self.truth.shown(one)) for one in self.truth.wishes if one.renewed)
        return sum(one.renewed for one, at in shown if at is not None and at.meetings & meetings)

    def spend(self, count: int = 1) -> None:
        """I11: count so many creates and updates of today."""
        day = int((self.now() + 9 * 3600) // 86_400)
        self.spent[day] += count
        self.check(self.spent[day] <= _MOST_A_DAY, "I11 more than 90 writes of a host a day")

    # As it is answered.

    def answering(self, request: httpx.Request, response: httpx.Response | None) -> None:
        """Look at what the sender learns; None is silence."""
        name = named(request)
        self.refreshing.pop(request, None)
        if name == CREATE:
            self.creates.answered(request, response)
        elif name == LIST and response is not None and response.status_code == 200:
            self.creates.listed(request, response)

    # The rows.

    def committed(self, leases: list[Lease]) -> None:
        """I6: what is about to be committed under a lease is committed by its holder."""
        for lease in leases:
            holder, epoch = self.stage.store_lease(lease)
            # It may have been given back in this very transaction.
            holds = epoch == lease.epoch and holder in {lease.holder, None}
            self.check(holds, "I6 committed under a lease it had lost")

    def rows(self) -> None:
        """I9: one binding per event and per meeting, one open intent per binding, none without."""

        def look(tx: Tx) -> None:
            bindings = tx.bindings.all()
            meetings = [b.meeting_id for b in bindings if b.meeting_id is not None]
            self.check(len({b.key for b in bindings}) == len(bindings), "I9 bound an event twice")
            self.check(len(set(meetings)) == len(meetings), "I9 bound a meeting twice")
            owners = [intent.binding_id for intent in tx.journal.all_open()]
            self.check(len(set(owners)) == len(owners), "I9 two open intents of one event")
            self.check(set(owners) <= {b.id for b in bindings}, "I9 an intent without its event")

        self.stage.store.run_in_place(look)

    def _meeting(self, request: httpx.Request) -> Meeting | None:
        meeting_id = int(request.url.path.rsplit("/", 1)[1])
        return self.stage.zoom.shelf._meetings.get(meeting_id)

    def _event(self, request: httpx.Request) -> Wish | None:
        return self.truth.wish(request.url.path.rsplit("/", 1)[1])


def _has_link(shown: Shown) -> bool:
    return bool(shown.meetings or shown.conference)


def _is_write(name: str) -> bool:
    return " GET " not in name and "token" not in name


_MARKUP = re.compile(r"<[^>]*>")
# What Exchange writes about its own meeting, between two rules.
_TEAMS = re.compile("_{80}.*?_{80}", re.DOTALL)


def _around_block(text: str) -> str:
    """What stands around the block, found without the code under test; markup and blanks left out."""
    plain = html.unescape(_MARKUP.sub(" ", text))
    before, first, rest = plain.partition(FIRST_LINE)
    around = before + " " + rest.partition(LAST_LINE)[2] if first else plain
    return " ".join(_TEAMS.sub(" ", around).split())

"""One round: so many deaths, then a daemon that may live, and all must be as people asked for it."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from tests.acceptance.kill import invariants
from tests.acceptance.kill.ground import PEOPLE, Ground
from tests.acceptance.kill.kept import Kept, OpenIntent, let_leases_lapse, told, watched
from tests.acceptance.kill.lives import Cradle, Life, struck
from tests.acceptance.kill.people import People
from tests.acceptance.kill.seen import Seen
from tests.acceptance.kill.strikes import Strike, drawn
from tests.acceptance.kill.tally import OTHER, Tally
from tests.acceptance.processes import Daemon

# Far above what a lost create, a hold-off and a few polls take together.
_SETTLES_WITHIN = 120.0
_REST_POLLS = 2
# Every so many seeds; it takes half a minute.
_OUTLIVES = 4
_BUSY = 8
# Seconds; a lease lasts 15.
_PAST_LEASE = 18
# Seconds; to look at all that the sandbox shows takes some work.
_GLANCE = 0.5
# Of the log, when something is wrong: those of the last lives.
_LAST_LINES = 200
# Seconds; as long as a call takes.
_SOON = 0.03


class Round:
    """One round, of one seed, on a ground that was just renewed."""

    def __init__(self, ground: Ground, cradle: Cradle, *, seed: int, calls: Sequence[str]) -> None:
        self._ground = ground
        self._cradle = cradle
        self._calls = calls
        self._seed = seed
        self._moments = random.Random(seed)
        self._config = ground.renewed(f"round-{seed}")
        self._people = People(ground.sandbox, self._moments)
        self.tally = Tally(rounds=1)

    def run(self, kills: int) -> Tally:
        """Live and die so often, then settle; gives what was counted.

        Where daemons share a database, some rounds freeze one past its lease beside another.
        """
        if self._seed % _OUTLIVES == 0 and not self._ground.database.startswith("sqlite"):
            self._outlive()
        while self.tally.kills < kills and not self.tally.violations:
            self._live(drawn(self._moments, calls=self._calls))
        if not self.tally.violations:
            self._settle()
        if self.tally.violations:
            self._keep_evidence()
        self.tally.deeds += self._people.done
        self._count_meetings()
        return self.tally

    def _live(self, strike: Strike) -> None:
        """Live one life to its end, and look at what it left."""
        for _ in range(self._moments.choice((1, 2, 2))):
            self._people.act()
        began = datetime.now(UTC)
        life = self._cradle.start(self._config, strike)
        is_struck = self._until_struck(life, strike)
        if strike.is_asked:
            self._asked_to_end(life)
        else:
            code = life.end(signal.SIGKILL)
            if code != -signal.SIGKILL:
                self._wrong(f"a daemon ended with {code}: {life.said()[-2000:]}")
            self.tally.kinds[strike.kind if is_struck else "at a moment"] += 1
        seen, kept = self._ground.look()
        self._judge(seen, kept)
        # Now and then the next ones really have to wait for what the dead one held.
        if self._moments.random() < 0.9:
            let_leases_lapse(self._ground.database)
        begun = [] if kept is None else [one for one in kept.intents if one.opened_at >= began]
        if not strike.is_asked:
            self.tally.places[_place(begun, seen, was_ready=life.is_ready)] += 1
        elif begun:
            self._wrong(f"a daemon that was asked to end left {begun[0].kind} half done")

    def _outlive(self) -> None:
        """Freeze a daemon at work until another has its calendars, then let both go on."""
        frozen = self._cradle.start(self._config)
        for _ in range(_BUSY):
            self._people.act()
        self._until_struck(frozen, Strike(after=5.0, at_work=True, effects=2))
        frozen.send(signal.SIGSTOP)
        other = self._cradle.start(self._config)
        for second in range(_PAST_LEASE):
            if second % 3 == 0:
                self._people.act()
            time.sleep(1.0)
        frozen.send(signal.SIGCONT)
        time.sleep(2.0)
        for life in (frozen, other):
            life.end(signal.SIGKILL)
            self.tally.kinds["beside another daemon"] += 1
            self.tally.places["frozen past its lease" if life is frozen else "taken over"] += 1
        self._judge(*self._ground.look())

    def _until_struck(self, life: Life, strike: Strike) -> bool:
        """Let people act until the life is over or its time has come; tells which, if not the time."""
        if strike.at_work:
            while life.code is None and not life.is_ready:
                time.sleep(0.01)
            if strike.call is not None:
                struck(life, strike)
        if strike.is_half_done and life.code is None:
            with watched(self._ground.database) as unfinished:
                former = unfinished()
                return self._until_passed(life, strike, lambda: bool(unfinished() - former))
        return self._until_passed(life, strike, lambda: 0 < strike.effects <= life.effects)

    def _until_passed(self, life: Life, strike: Strike, is_due: Callable[[], bool]) -> bool:
        began = time.monotonic()
        acts_at = self._moments.uniform(0.0, strike.after / 0.7)
        freezes_at = strike.after / 2 if strike.frozen_for else strike.after
        while (passed := time.monotonic() - began) < strike.after and life.code is None:
            if is_due():
                time.sleep(self._moments.uniform(0.0, _SOON))
                return True
            if passed >= acts_at:
                acts_at = strike.after
                self._people.act()
            if passed >= freezes_at:
                freezes_at = strike.after
                self._freeze(life, strike.frozen_for)
            time.sleep(0.008)
        return life.code is not None

    def _freeze(self, life: Life, seconds: float) -> None:
        life.send(signal.SIGSTOP)
        self._people.act()
        time.sleep(seconds)
        life.send(signal.SIGCONT)
        self.tally.others["SIGSTOPs"] += 1

    def _asked_to_end(self, life: Life) -> None:
        has_begun = life.has_begun
        code = life.end(signal.SIGTERM)
        self.tally.others["SIGTERMs"] += 1
        if code != 0 and has_begun:
            self._wrong(f"a daemon asked to end ended with {code}: {life.said()[-2000:]}")

    def _judge(self, seen: Seen, kept: Kept | None) -> None:
        self.tally.looks += 1
        for breach in invariants.broken(seen, kept):
            self._wrong(breach.text, breach.promise)

    def _wrong(self, problem: str, promise: str = OTHER) -> None:
        self.tally.wrong(f"round {self._seed}, kill {self.tally.kills}: {problem}", promise)

    def _settle(self) -> None:
        """Let a daemon live until everything is as it should be, and see that it then rests."""
        daemon = Daemon(self._config)
        try:
            problems = self._until_settled()
            for problem in problems:
                self._wrong(f"never settled: {problem}")
            if not problems:
                self.tally.writes_at_rest = self._writes_at_rest()
        finally:
            code = daemon.stop()
        if code != 0:
            self._wrong(f"the last daemon ended with {code}")
        if self.tally.writes_at_rest:
            self._wrong(f"{self.tally.writes_at_rest} writes at rest")
        seen, kept = self._ground.look()
        self._judge(seen, kept)
        if not self.tally.violations and kept is not None and kept.intents:
            self._wrong(f"{len(kept.intents)} intents are open in the end")

    def _keep_evidence(self) -> None:
        log = self._config.with_name("daemon.log").read_text().splitlines()
        events = (f"{entry.number} is {entry}" for entry in self._people.entries)
        self.tally.evidence += [*events, *told(self._ground.database), *log[-_LAST_LINES:]]

    def _until_settled(self) -> list[str]:
        end = time.monotonic() + _SETTLES_WITHIN
        while True:
            seen = self._ground.seen()
            problems = invariants.unsettled(seen, self._people.entries)
            if not problems and self._is_anything_open():
                problems = ["an effect has no outcome"]
            if not problems or time.monotonic() > end:
                return problems
            time.sleep(_GLANCE)

    def _is_anything_open(self) -> bool:
        with watched(self._ground.database) as unfinished:
            return bool(unfinished())

    def _writes_at_rest(self) -> int:
        listed, written = self._ground.requests()
        end = time.monotonic() + _SETTLES_WITHIN
        while time.monotonic() < end:
            now, then = self._ground.requests()
            if now >= listed + (_REST_POLLS + 1) * 2 * PEOPLE:
                return then - written
            time.sleep(_GLANCE)
        self._wrong("calendars are not read any more")
        return 0

    def _count_meetings(self) -> None:
        zoom = self._ground.sandbox.state()["zoom"]
        living, deleted = len(zoom["meetings"]), len(zoom["deleted"])
        links = sum(len(event.links) for event in self._ground.seen().events.values())
        self.tally.meetings.update(
            made=living + deleted, deleted=deleted, living=living, links=links
        )


def _place(begun: Sequence[OpenIntent], seen: Seen, *, was_ready: bool) -> str:
    """Tell what a daemon was doing when it died, by what it began and did not finish."""
    if not begun:
        return "between effects" if was_ready else "start"
    intent = begun[0]
    if intent.kind != "create":
        return str(intent.kind)
    return "create, made" if intent.marker in seen.by_marker else "create, not made"

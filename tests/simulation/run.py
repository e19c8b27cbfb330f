"""One run: people act, faults strike, then everything works, and all must come to rest as wanted."""

from __future__ import annotations

import asyncio
import gc
import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from syncd.core.policy import LinkPolicy, RetryPolicy
from syncd.engine.deps import Timing
from tests.simulation.faults import Aim, Effect, Faults, Strike
from tests.simulation.loop import VirtualLoop
from tests.simulation.own_kind import OwnKind
from tests.simulation.people import Act, People
from tests.simulation.process import Tasks
from tests.simulation.replica import Replica, Setting
from tests.simulation.seldom import Seldom
from tests.simulation.stage import Stage, chances, stage, surprises
from tests.simulation.truth import AppName, Truth
from tests.simulation.witness import Witness

FATES = ("kill", "freeze", "wipe", "restore", "jump", "expire")
_DEEDS = (
    *("mark", "mark", "mark word", "plain", "unmark", "unmark", "remark", "move", "move"),
    *("rename", "copy", "cancel", "delete", "add text", "edit block", "lose meeting"),
    *("mark series", "split"),
)
# About marks that the write of a link takes out, and one that it leaves.
_MORE = (
    *("mark title", "mark title", "mark category", "ask again", "ask again", "clear"),
    *("unmark", "remark"),
)
# About Google Meet and Teams.
_OWN = ("mark own", "mark own word", "switch", "switch", "switch back", "slow own", "drop own")
_LOOK_EVERY = 5.0
# What a last stale look makes of the hold-off, which begins when looks agree again.
_IN_DOUBT = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """All that decides a run: the setting, what people do, and what goes wrong."""

    seed: int
    setting: Setting
    acts: tuple[Act, ...]
    rate: float = 0.0
    """How likely each effect is struck, where `strikes` does not list them."""
    strikes: tuple[Strike, ...] | None = None
    aim: Aim | None = None
    """What alone is struck, and how; None for everything."""
    active: float = 120.0
    """When faults end, in seconds."""


@dataclass(kw_only=True)
class Report:
    """What came of a run."""

    script: Script
    violations: list[str]
    trace: list[str]
    strikes: tuple[Strike, ...]
    effects: list[Effect]
    settled_after: int
    """How many effects there were when all was as people want it."""
    lives: int
    seconds: float
    doubles: int
    writes: Counter[str] = field(default_factory=Counter)

    @property
    def digest(self) -> str:
        """Tell one trace from another."""
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()[:16]


def drawn(seed: int, *, replicas: int = 1) -> Script:
    """Draw the script of a seed."""
    chance, more, own = chances(seed, "script", "more", "own")
    apps: tuple[AppName, ...] = chance.choice((("google",), ("outlook",), ("google", "outlook")))
    timing = Timing(
        poll=timedelta(seconds=chance.choice((15, 30))),
        grace=timedelta(seconds=chance.choice((20, 60))),
        sweep=timedelta(seconds=chance.choice((60, 120, 300))),
        retry=RetryPolicy(first=timedelta(seconds=1), most=timedelta(seconds=30)),
    )
    link = LinkPolicy(
        hold_off=timedelta(seconds=chance.choice((5, 15, 30))),
        debounce=timedelta(seconds=chance.choice((0, 5))),
    )
    active = chance.choice((40.0, 80.0, 120.0))
    acts = [Act(0.0, chance.choice(("mark", "mark word", "mark series")), chance.random())]
    for _ in range(chance.randint(1, 7)):
        at = round(chance.uniform(0, active), 1)
        acts.append(Act(at, chance.choice(_DEEDS), chance.random()))
    for _ in range(chance.choice((0, 0, 1, 2))):
        at = round(chance.uniform(0, active), 1)
        acts.append(Act(at, chance.choice(FATES), chance.random()))
    # Drawn apart: those without any are what they were before there were such deeds.
    acts.extend(
        Act(round(more.uniform(0, active), 1), more.choice(_MORE), more.random())
        for _ in range(more.choice((0, 0, 1, 4)))
    )
    acts.extend(
        Act(round(own.uniform(0, active), 1), own.choice(_OWN), own.random())
        for _ in range(own.choice((0, 0, 0, 1, 4)))
    )
    return Script(
        seed=seed,
        setting=Setting(apps=apps, timing=timing, link=link, replicas=replicas),
        acts=tuple(sorted(acts)),
        rate=chance.choice((0.0, 0.02, 0.05, 0.1)),
        active=active,
    )


def play(script: Script) -> Report:
    """Play a script in a loop of its own."""
    loop = VirtualLoop()
    loop.set_task_factory(Tasks())
    try:
        # There is little to collect in a run, and looking for it takes a tenth of its time.
        gc.disable()
        with surprises() as told:
            run = _Run(script, stage(), loop)
            loop.run_until_complete(run.main())
            report = run.report()
            report.violations += told
            return report
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
        gc.enable()


class _Run:
    def __init__(self, script: Script, stage: Stage, loop: VirtualLoop) -> None:
        stage.reset(script.seed, loop)
        self.script = script
        self.stage = stage
        self.loop = loop
        self.trace: list[str] = []
        faulty, latency, self.fate = chances(script.seed, "faults", "latency", "fate")
        self.faults = Faults(faulty, rate=script.rate, listed=script.strikes, aim=script.aim)
        self.truth = Truth(stage)
        self.people = People(stage, self.truth, script.setting.apps)
        self.witness = Witness(
            stage=stage,
            truth=self.truth,
            timing=script.setting.timing,
            hold_off=script.setting.link.hold_off,
            now=loop.time,
        )
        self.seldom = Seldom(stage, self.people, self.witness, script.seed)
        self.own_kind = OwnKind(stage, self.people)
        self.witness.meanwhile = self.seldom.meanwhile
        self.witness.seen = self.seldom.seen
        self.replicas = [
            Replica(
                number,
                stage=stage,
                setting=script.setting,
                faults=self.faults,
                witness=self.witness,
                chance=latency,
                note=self.note,
            )
            for number in range(script.setting.replicas)
        ]
        self.saved = stage.saved()
        self.acted = 0
        self.settled_after = 0
        self.faults.state = lambda: (self.acted, self.witness.writes.total())

    def note(self, what: str) -> None:
        self.trace.append(f"{self.loop.time():.3f} {what}")

    async def main(self) -> None:
        lives = [asyncio.create_task(replica.live()) for replica in self.replicas]
        try:
            await self._act()
            await self._calm()
        finally:
            for replica in self.replicas:
                replica.stop()
            for life in lives:
                life.cancel()
            await asyncio.gather(*lives, return_exceptions=True)
            await asyncio.sleep(0)

    async def _act(self) -> None:
        deeds = self.people.deeds | self.seldom.deeds | self.own_kind.deeds
        for act in self.script.acts:
            await self._until(act.at)
            self.note(f"act {act}")
            self.acted += 1
            if act.name in FATES:
                await self._meet(act)
            else:
                await deeds[act.name](act.draw)
        await self._until(self.script.active)
        self.faults.are_over = True
        for replica in self.replicas:
            replica.jump = 0.0
            if replica.process is not None:
                replica.process.set_clock(0.0)

    async def _until(self, moment: float) -> None:
        await asyncio.sleep(max(0.0, moment - self.loop.time()))

    async def _meet(self, act: Act) -> None:
        """Let fate strike a machine, a database or a clock."""
        replica = self.replicas[int(act.draw * 100) % len(self.replicas)]
        process = replica.process
        match act.name:
            case "kill" if process is not None:
                process.kill()
            case "freeze" if process is not None:
                process.freeze(16 + 60 * act.draw)
            case "jump" if process is not None:
                replica.jump = (act.draw - 0.5) * 4 * 3600
                process.set_clock(replica.jump)
            case "expire":
                self.stage.outlook.exchange.rounds.forget()
            case "wipe":
                await self._replaced(None)
            case "restore":
                await self._replaced(self.saved)
            case _:
                pass

    async def _replaced(self, database: bytes | None) -> None:
        """Take all daemons down, put another database in place, and start them again."""
        for replica in self.replicas:
            replica.is_held_down = True
            if replica.process is not None:
                replica.process.kill()
        await asyncio.sleep(1)
        # What nothing but the lost database told of is reported, and left to people.
        self.truth.tolerated |= self.truth.meetings().keys()
        self.truth.forgotten_at.append(self.loop.time())
        self.witness.forget()
        if database is None:
            self.stage.wipe()
        else:
            self.stage.restore(database)
        for replica in self.replicas:
            replica.is_held_down = False

    async def _calm(self) -> None:
        """Let everything work: all comes to rest within its time, and then nothing is written."""
        timing, link = self.script.setting.timing, self.script.setting.link
        wait = timing.request + timing.grace + link.hold_off + 2 * timing.poll + timing.sweep
        # One more round of each: what was begun when the faults ended may have failed last.
        bound = 2 * wait.total_seconds() + 600
        since, struck = self.loop.time(), len(self.faults.struck)
        while self.loop.time() < since + bound:
            if not self.truth.problems() and not self._is_on_its_way():
                break
            await asyncio.sleep(_LOOK_EVERY)
            if len(self.faults.struck) > struck:
                # A listed fault may strike at any effect, and is what all recovers from then.
                since, struck = self.loop.time(), len(self.faults.struck)
        self.settled_after = len(self.faults.effects)
        self.witness.violations += self.truth.problems()
        if not self.witness.violations:
            await self._rests()

    def _is_on_its_way(self) -> bool:
        """Tell whether something began before the faults ended, and goes on yet."""
        lives = [one.process for one in self.replicas if one.process is not None]
        is_down = any(
            process.is_dead or process.frozen_until > self.loop.time() for process in lives
        )
        return is_down or self.faults.on_their_way > 0

    async def _rests(self) -> None:
        # What was seen to be right may still be on its way into the database.
        setting = self.script.setting
        # Each daemon waits out a hold-off by its own clock.
        each = (setting.link.hold_off + 1.5 * setting.timing.poll).total_seconds()
        # What may keep its link after the loss of the database may also lose it, in its time.
        forgotten = 120.0 if self.truth.forgotten_at else 0.0
        # Where faults are drawn, some looks are stale.
        in_doubt = _IN_DOUBT if self.script.rate else 0.0
        await asyncio.sleep(setting.replicas * each + in_doubt + forgotten)
        tried = Counter(self.witness.tried)
        await asyncio.sleep(each)
        if done := self.witness.tried - tried:
            self.witness.violations.append(f"L2 writes at rest: {dict(done)}")
        self.witness.violations += self.truth.problems()
        self.witness.rows()

    def report(self) -> Report:
        return Report(
            script=self.script,
            violations=list(self.witness.violations),
            trace=self.trace,
            strikes=tuple(self.faults.struck),
            effects=self.faults.effects,
            settled_after=self.settled_after,
            lives=sum(replica.lives for replica in self.replicas),
            seconds=self.loop.time(),
            doubles=self.witness.doubles,
            writes=self.witness.writes,
        )

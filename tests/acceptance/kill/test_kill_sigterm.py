"""Asked to end in the middle of anything, a daemon ends what it is at, with 0, and loses nothing."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.faults import GOOGLE_LIST, GOOGLE_PATCH, GRAPH_PATCH, ZOOM_CREATE, spared
from tests.acceptance.kill import invariants
from tests.acceptance.kill.ground import Ground, in_file
from tests.acceptance.kill.lives import Cradle, Life
from tests.acceptance.processes import Daemon, google_event, outlook_event, until

# Long enough for the signal to come in the middle of the call.
_HANGS_MS = 700


@dataclass(frozen=True)
class Stage:
    ground: Ground
    cradle: Cradle
    config: Path

    def start(self) -> Life:
        return self.cradle.start(self.config)

    def ready(self) -> Life:
        life = self.start()
        until("it is ready", lambda: life.is_ready or None)
        return life

    def mark(self, app: str) -> None:
        if app == "google":
            self.ground.sandbox.google(0, "POST", body=google_event(location="zoom"))
        else:
            self.ground.sandbox.outlook(0, "POST", body=outlook_event(categories=["Zoom"]))

    def linked(self) -> bool | None:
        return all(event.links for event in self.ground.seen().events.values()) or None


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    made = Ground(tmp_path_factory.mktemp("asked-to-end"), in_file)
    yield made
    made.close()


@pytest.fixture(scope="module")
def cradle() -> Iterator[Cradle]:
    with Cradle() as made:
        yield made


@pytest.fixture
def stage(ground: Ground, cradle: Cradle, request: pytest.FixtureRequest) -> Iterator[Stage]:
    yield Stage(ground, cradle, ground.renewed(request.node.name))
    spared(ground.sandbox)


def test_at_the_start(stage: Stage):
    daemon = Daemon(stage.config)

    def has_begun() -> bool | None:
        status = Path(f"/proc/{daemon.process.pid}/status").read_text()
        return "\nUmask:\t0077\n" in status or None

    until("it is the daemon", has_begun)
    os.kill(daemon.process.pid, signal.SIGTERM)
    assert daemon.process.wait() == 0


@pytest.mark.parametrize("app", ["google", "outlook"])
@pytest.mark.parametrize("phase", ["pull", "create", "link"])
def test_in_the_middle_of_a_call(stage: Stage, phase: str, app: str):
    links = GOOGLE_PATCH if app == "google" else GRAPH_PATCH
    provider, operation = {"pull": GOOGLE_LIST, "create": ZOOM_CREATE, "link": links}[phase]
    stage.ground.sandbox.fault(
        provider=provider, operation=operation, kind="delay", delay_ms=_HANGS_MS
    )
    stage.mark(app)
    life = stage.start()
    until("the call", lambda: stage.ground.calls(provider, operation) or None)
    assert life.end(signal.SIGTERM) == 0
    assert '"message": "stopped"' in life.said()
    seen, kept = stage.ground.look()
    assert invariants.broken(seen, kept) == []
    assert kept is not None
    assert kept.intents == (), "what was begun was not ended"
    after = stage.ready()
    until("the link", stage.linked)
    assert after.end(signal.SIGTERM) == 0
    assert stage.ground.calls(*ZOOM_CREATE) == 1
    assert stage.ground.calls(*links) == 1


def test_at_rest_and_twice(stage: Stage):
    stage.mark("google")
    life = stage.ready()
    until("the link", stage.linked)
    assert life.end(signal.SIGTERM) == 0
    again = stage.ready()
    assert again.end(signal.SIGINT) == 0
    assert stage.ground.calls(*ZOOM_CREATE) == stage.ground.calls(*GOOGLE_PATCH) == 1

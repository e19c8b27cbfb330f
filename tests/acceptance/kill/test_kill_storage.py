"""A disk that is full or fails, a database or key file that is gone: no meeting twice, no link lost."""

import random
import signal
import ssl
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.acceptance.faults import ZOOM_CREATE, Marked, links_are_alive
from tests.acceptance.kill import disks, invariants
from tests.acceptance.kill.ground import Ground
from tests.acceptance.kill.lives import Cradle, Life
from tests.acceptance.processes import Daemon, Sandbox, syncd, until

Way = Callable[[Life, Path], AbstractContextManager[None]]

SEED = 1
_LATER = ((1, "outlook"), (0, "outlook"), (1, "google"))
# At which write, of all that one event's meeting and link take.
_NUMBER = random.Random(SEED).randint(1, 40)

WAYS: dict[str, Way] = {
    "no file may grow": disks.no_longer_files,
    "the disk is full": disks.full,
    "no room from the k-th write on": partial(
        disks.failing, call="pwrite64", error="ENOSPC", when=f"{_NUMBER}+"
    ),
    "an error from the k-th write on": partial(
        disks.failing, call="pwrite64", error="EIO", when=f"{_NUMBER}+"
    ),
    "read-only from the k-th write on": partial(
        disks.failing, call="pwrite64", error="EROFS", when=f"{_NUMBER}+"
    ),
    "an error from the k-th sync on": partial(
        disks.failing, call="fdatasync", error="EIO", when=f"{_NUMBER // 4 + 1}+"
    ),
}


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("storage") / "disk"
    with disks.small_disk(folder):
        yield folder


@pytest.fixture(scope="module")
def ground(disk: Path) -> Iterator[Ground]:
    made = Ground(disk.parent, lambda folder: f"sqlite:///{disk / folder.name}.db")
    made.add_pages()
    yield made
    made.close()


@pytest.fixture(scope="module")
def cradle() -> Iterator[Cradle]:
    with Cradle() as made:
        yield made


@contextmanager
def struck(way: str, life: Life, database: Path) -> Iterator[None]:
    """Let the disk fail in one way, or as every machine can."""
    with ExitStack() as stack:
        try:
            stack.enter_context(WAYS[way](life, database))
        except disks.NotHere:
            sys.stdout.write(f"{way}: not possible here; no file may grow instead\n")
            stack.enter_context(disks.no_longer_files(life, database))
        yield


def is_served_as_ready(ground: Ground, life: Life) -> bool:
    trust = ssl.create_default_context(cafile=ground.sandbox.address["ca_file"])
    (ready,) = (record for record in life.records() if record["message"] == "ready")
    try:
        with urllib.request.urlopen(f"https://{ready['web']}/readyz", context=trust, timeout=30):
            return True
    except urllib.error.HTTPError as error:
        return (error.code, error.read()) != (503, b"not ready\n")


@pytest.mark.parametrize("way", WAYS)
def test_what_cannot_be_written_down_is_not_done_and_done_when_it_can(
    ground: Ground, cradle: Cradle, way: str
):
    config = ground.renewed(way.replace(" ", "-"))
    database = Path(ground.database.removeprefix("sqlite:///"))
    events = [Marked(ground.sandbox, 0, "google")]
    life = cradle.start(config)
    events[0].link()
    with struck(way, life, database):
        events += [Marked(ground.sandbox, person, app) for person, app in _LATER]
        until("it is told", lambda: "database unusable" in life.messages() or None)
        until("it is not ready", lambda: not is_served_as_ready(ground, life) or None)
        seen, kept = ground.look()
        assert kept is not None
        assert ground.calls(*ZOOM_CREATE) <= kept.creates, f"{way}, k = {_NUMBER}"
        assert invariants.broken(seen, kept) == [], f"{way}, k = {_NUMBER}"
        assert life.messages().count("database unusable") < 9, "told, but not at every tick"
    links_are_alive(ground.sandbox, *events)
    until("it is ready", lambda: is_served_as_ready(ground, life) or None)
    assert "database usable again" in life.messages()
    assert len(ground.sandbox.meetings()) == len(events)
    assert life.end(signal.SIGTERM) == 0


def test_on_a_read_only_disk_it_does_not_start_and_says_so(
    ground: Ground, cradle: Cradle, disk: Path
):
    config = ground.renewed("read-only")
    event = Marked(ground.sandbox, 0, "google")
    life = cradle.start(config)
    event.link()
    assert life.end(signal.SIGTERM) == 0
    later = Marked(ground.sandbox, 1, "outlook")
    with disks.read_only(disk):
        refused = cradle.start(config)
        assert refused.ended() == 1
        assert "may not be written" in refused.said() or "cannot be made" in refused.said()
    again = cradle.start(config)
    links_are_alive(ground.sandbox, event, later)
    assert again.end(signal.SIGTERM) == 0
    assert ground.calls(*ZOOM_CREATE) == len(ground.sandbox.meetings()) == 2


def test_a_database_taken_away_under_the_daemon_is_told_and_a_new_one_adopts_every_link(
    sandbox: Sandbox, daemon: Daemon
):
    events = [Marked(sandbox, person, app) for person in (0, 1) for app in ("google", "outlook")]
    links_are_alive(sandbox, *events)
    for path in sandbox.directory.glob("syncd.db*"):
        path.unlink()
    unusable = until(
        "it is told",
        lambda: next((r for r in daemon.records() if r["message"] == "database unusable"), None),
    )
    assert "restart syncd" in unusable["problem"]
    assert daemon.stop() == 0
    late = Marked(sandbox, 0, "google")
    syncd("sync", "--config", str(sandbox.config))
    links_are_alive(sandbox, late, *events)
    assert len(sandbox.meetings()) == 5
    (sandbox.directory / "keys").unlink()
    assert "put back the key file" in syncd("run", "--config", str(sandbox.config), code=78)


def test_a_place_that_cannot_be_written_is_named_without_a_number(tmp_path: Path):
    said = syncd("keys", "new", "--out", str(tmp_path / "no" / "keys"), code=1)
    assert said.strip().endswith("no/keys: No such file or directory")

"""A disk that is full, a database or key file that is gone: no meeting twice, and words an admin can use."""

import resource
from pathlib import Path

from tests.acceptance.faults import Marked, links_are_alive
from tests.acceptance.processes import Daemon, Sandbox, syncd, until


def _most_bytes_per_file(daemon: Daemon, most: int) -> None:
    limits = (most, resource.RLIM_INFINITY)
    resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, limits)


def test_without_room_to_write_nothing_is_made_and_with_room_it_goes_on(
    sandbox: Sandbox, daemon: Daemon
):
    first = Marked(sandbox, 0, "google")
    first.link()
    _most_bytes_per_file(daemon, (sandbox.directory / "syncd.db-wal").stat().st_size)
    second = Marked(sandbox, 1, "outlook")
    until("it is told", lambda: "database unusable" in daemon.messages() or None)
    syncd("status", "--config", str(sandbox.config))
    assert len(sandbox.meetings()) == 1
    assert daemon.messages().count("database unusable") < 5, "told, but not at every tick"
    _most_bytes_per_file(daemon, resource.RLIM_INFINITY)
    links_are_alive(sandbox, first, second)
    assert len(sandbox.meetings()) == 2
    assert "database usable again" in daemon.messages()


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

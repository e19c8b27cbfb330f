"""New keys: into the key file first, then into use, and only then the former ones out of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from syncd.adapters.clock import SystemClock
from syncd.bootstrap.application import key_content
from syncd.bootstrap.holder import Holder
from syncd.bootstrap.place import Place
from syncd.config.load import Loaded, load
from syncd.config.references import FromFile
from syncd.ports.connections import AuditEntry
from syncd.ports.store import StoreError
from syncd.store.keyfile import (
    read_key_file,
    replace_key_file,
    seal_key_ids,
    with_new_marker_key,
    with_new_seal_key,
    with_one_seal_key,
    write_key_file,
)
from syncd.store.lock import DaemonLock
from syncd.store.store import SqlStore

_START = "Start syncd again. Keep a copy of the key file in a safe place."
_PUT = "Put this file in the place of the former one, and start syncd again."
_PUT_AND_GO_ON = (
    "Put this file in the place of the former one, then run `syncd keys rotate --out` once more."
)


@dataclass(frozen=True, slots=True)
class Rotated:
    """What was written where; `key` is the id of the seal key that is in force now."""

    path: str
    key: str
    resealed: int
    is_done: bool
    next_step: str


def rotate_keys(config_path: Path, out: Path | None) -> Rotated:
    """Replace the seal key; goes on where one was broken off. StoreError says why it cannot be.

    With two seal keys in the key file a rotation is under way, and no further key is made.
    """
    loaded = load(config_path)
    target = _Target(loaded, out)
    with _alone(loaded):
        content = key_content(loaded)
        if len(seal_key_ids(content)) == 1:
            content = with_new_seal_key(content)
            target.write(content)
            if target.is_elsewhere:
                return _told(target, content, resealed=0, next_step=_PUT_AND_GO_ON)
        resealed = _resealed(loaded, content)
        new, *former = seal_key_ids(content)
        _tell(loaded, content, about="seal key", old=" ".join(former), new=new)
        content = with_one_seal_key(content)
        target.write(content)
    next_step = _PUT if target.is_elsewhere else _START
    return _told(target, content, resealed=resealed, next_step=next_step)


def rotate_marker_key(config_path: Path, out: Path | None) -> Rotated:
    """Put a new marker key before the others, which go on recognising what they marked."""
    loaded = load(config_path)
    target = _Target(loaded, out)
    with _alone(loaded):
        content = with_new_marker_key(key_content(loaded))
        target.write(content)
        _tell(loaded, content, about="marker key", old="", new="")
    next_step = _PUT if target.is_elsewhere else _START
    return _told(target, content, resealed=0, next_step=next_step)


class _Target:
    """Where the new key file is written: in place of the one in use, or elsewhere and never over."""

    def __init__(self, loaded: Loaded, out: Path | None) -> None:
        reference = loaded.config.state.keys
        self.is_elsewhere = out is not None
        if out is not None:
            self.path = out
        elif isinstance(reference, FromFile):
            self.path = reference.path()
        else:
            raise StoreError(
                "the keys are not in a file that could be replaced here; give --out FILE, and put "
                "that file in the place of the credential or the environment variable"
            )

    def write(self, content: str) -> None:
        if not self.is_elsewhere:
            replace_key_file(self.path, content)
            return
        try:
            write_key_file(self.path, content)
        except FileExistsError:
            raise StoreError(f"{self.path} exists and is kept; name another file") from None


def _alone(loaded: Loaded) -> ExitStack:
    """Keep the daemon away, which would go on with the former keys.

    On a server daemons have no place that could be taken: those that are alive are told of. One that
    starts meanwhile reads the keys that are in force when it seals, or stops.
    """
    file = Place.of(loaded).file
    stack = ExitStack()
    if file is None:
        _see_nobody_works(loaded)
    elif file.exists():
        stack.enter_context(DaemonLock(file))
    return stack


def _see_nobody_works(loaded: Loaded) -> None:
    with _store(loaded, key_content(loaded)) as store:
        assert store is not None  # noqa: S101 - a server has no file that could be missing
        alive = store.run_in_place(lambda tx: tx.replicas.alive(now=SystemClock().now()))
    if alive:
        machines = ", ".join(sorted({Holder.read(one).machine for one in alive}))
        raise StoreError(
            f"syncd runs on this database (on {machines}); stop every daemon, and 15 seconds later "
            "try again"
        )


def _resealed(loaded: Loaded, content: str) -> int:
    with _store(loaded, content) as store:
        if store is None:
            return 0
        number = store.reseal()
        former = set(store.sealed_with()) - {seal_key_ids(content)[0]}
        if former:
            raise StoreError(f"something is still sealed with key {', '.join(sorted(former))}")
        return number


def _tell(loaded: Loaded, content: str, **change: str) -> None:
    entry = AuditEntry(at=SystemClock().now(), who="admin", what="keys.rotated", **change)
    with _store(loaded, content) as store:
        if store is not None:
            store.run_in_place(lambda tx: tx.audit.add(entry))


@contextmanager
def _store(loaded: Loaded, content: str) -> Iterator[SqlStore | None]:
    """Open the database with the keys of this content; None when there is none yet."""
    place = Place.of(loaded)
    if place.file is not None and not place.file.exists():
        yield None
        return
    ring = read_key_file(content).ring
    opened = SqlStore.open(place.url, ring, inline=True, password=place.password)
    with closing(opened) as store:
        yield store


def _told(target: _Target, content: str, *, resealed: int, next_step: str) -> Rotated:
    ids = seal_key_ids(content)
    return Rotated(str(target.path), ids[0], resealed, len(ids) == 1, next_step)

"""Chores on the database and its keys, for an admin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from syncd.bootstrap.application import opened
from syncd.bootstrap.place import Place
from syncd.config.load import load, load_without_secrets
from syncd.config.references import SecretUnreadable, key_file_path
from syncd.ports.store import StoreError
from syncd.store.keyfile import new_key_file as key_content
from syncd.store.keyfile import write_key_file
from syncd.store.migrate import check, upgrade


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The database and the schema it has now."""

    database: str
    schema: str | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of the database found; without problems it can be used."""

    database: str
    schema: str | None
    wanted: str
    problems: tuple[str, ...]
    sealed: Mapping[str, int]
    """How many values are sealed with which key, by its id; empty where they cannot be counted."""


def upgrade_database(config_path: Path) -> Upgraded:
    """Make the database or bring it to this version's schema; StoreError when that cannot be."""
    place = Place.read_from(load_without_secrets(config_path))
    upgrade(place.url, password=place.password)
    return Upgraded(place.name, check(place.url, password=place.password).current)


def check_database(config_path: Path) -> Checked:
    """Compare the schema with this version's, and see that the keys open the database."""
    loaded = load(config_path)
    place = Place.of(loaded)
    place.must_exist()
    schema = check(place.url, password=place.password)
    problems, sealed = list(schema.differences), {}
    if schema.current != schema.head:
        problems.append("run `syncd db upgrade`")
    else:
        with opened(loaded, exclusive=False) as found:
            sealed = dict(found.store.sealed_with())
    return Checked(place.name, schema.current, schema.head, tuple(problems), sealed)


def new_key_file(config_path: Path, out: Path | None) -> Path:
    """Make a key file where `state.keys` says, or at `out`; never overwrites one."""
    path = out or _configured(config_path)
    try:
        write_key_file(path, key_content())
    except FileExistsError:
        raise StoreError(
            f"{path} exists and is kept: what it sealed could not be opened without it"
        ) from None
    return path


def _configured(config_path: Path) -> Path:
    config = load_without_secrets(config_path)
    try:
        return key_file_path(config.state.keys)
    except SecretUnreadable as error:
        raise StoreError(f"{error.problem}; give --out FILE") from None

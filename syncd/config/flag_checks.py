"""What the flags of one kind of conference have to do with those of another."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from syncd.config.data import Data, section, texts, twice
from syncd.config.findings import Finding, Path
from syncd.config.flags import Flags, MeetFlags, TeamsFlags
from syncd.core.text import folded


class _Kind(NamedTuple):
    name: str
    below: tuple[str, ...]
    model: type[Flags | MeetFlags | TeamsFlags]


_KINDS = (
    _Kind("Zoom", (), Flags),
    _Kind("Google Meet", ("google_meet",), MeetFlags),
    _Kind("Teams", ("teams",), TeamsFlags),
)
_LISTS = {"words": "word", "tags": "tag", "categories": "category", "addresses": "address"}


class _Entry(NamedTuple):
    """One text of a list; `place` is None for a list that the file leaves at its default."""

    text: str
    kind: _Kind
    place: Path | None


def flag_checks(data: Data) -> Iterator[Finding]:
    """Yield what is listed twice, asks for two kinds, or both asks and refuses."""
    yield from twice(section(data, "flags").get("no_tags"), ("flags", "no_tags"))
    for key in _LISTS:
        for kind in _KINDS:
            below = ("flags", *kind.below)
            yield from twice(section(data, *below).get(key), (*below, key))
        yield from _two_kinds(data, key)
    yield from _asks_and_refuses(data)


def _two_kinds(data: Data, key: str) -> Iterator[Finding]:
    first: dict[str, _Entry] = {}
    for entry in _entries(data, key):
        other = first.setdefault(folded(entry.text), entry)
        if other.kind is entry.kind:
            continue
        # One of the two stands in the file: the defaults do not meet.
        shown, rest = (entry, other) if entry.place else (other, entry)
        path = ".".join(("flags", *rest.kind.below, key))
        yield Finding(
            path=shown.place or ("flags",),
            problem=f"this {_LISTS[key]} asks for {rest.kind.name} as well",
            remedy=f"keep it for one of the two; the other list is {path}",
        )


def _asks_and_refuses(data: Data) -> Iterator[Finding]:
    asking = {folded(entry.text): entry for entry in _entries(data, "tags")}
    refusing = section(data, "flags").get("no_tags", _default(Flags, "no_tags"))
    for i, text in texts(refusing).items():
        if entry := asking.get(folded(text)):
            own = "no_tags" in section(data, "flags")
            yield Finding(
                path=("flags", "no_tags", i) if own else entry.place or ("flags",),
                problem="this tag both asks for a meeting and refuses one",
                remedy="keep it in one of the two lists",
            )


def _entries(data: Data, key: str) -> Iterator[_Entry]:
    for kind in _KINDS:
        below = ("flags", *kind.below)
        given = section(data, *below)
        values = given[key] if key in given else _default(kind.model, key)
        for i, text in texts(values).items():
            yield _Entry(text, kind, (*below, key, i) if key in given else None)


def _default(model: type[Flags | MeetFlags | TeamsFlags], key: str) -> Any:
    return model.model_fields[key].default

"""A configuration file as text: its bytes checked, its YAML read, every place remembered."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from yaml import MarkedYAMLError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.reader import ReaderError

from syncd.config.errors import ConfigError, Problem
from syncd.config.findings import Finding, Path
from syncd.config.yaml_subset import NodeLoader, Refused, scalar_value

MAX_BYTES = 1024 * 1024

_UTF8 = "save the file as UTF-8 without a byte order mark"
_START = "`syncd config example` prints a file to start from"
_SYNTAX = (
    ("'\\t'", "indent with spaces, not with tabs"),
    ("mapping values are not allowed", "put the value in quotes if it holds `: `, or indent it"),
    ("expected a single document", "keep one document; take out the line `---`"),
    ("could not find expected ':'", "write `key: value`, with a blank after the colon"),
    ("cannot start any token", "put the value in quotes"),
    ("unknown escape", "use single quotes, where a backslash is only a backslash"),
    ("expected ',' or", "close the bracket, and put values with special characters in quotes"),
    ("expected <block end>", "indent the keys of one section alike"),
)
_UNUSABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a setting stands; an entry of a list has no key."""

    key: ScalarNode | None
    value: Node


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is YAML: its plain data, and the place of every path in it.

    `flaws` are findings about the form (a key given twice), each with the node it is about,
    since the path alone would lead to the first of two equal keys.
    """

    file: str
    text: str
    data: dict[str, Any]
    places: Mapping[Path, Place]
    flaws: tuple[tuple[Finding, Node], ...]


def parse(raw: bytes, *, file: str) -> Document:
    """Read the bytes of a configuration file; `file` is its name in messages.

    Raises ConfigError with one problem when the bytes are not one YAML mapping within the
    limits: 1 MiB, 32 levels, UTF-8, no anchors, aliases, tags or directives.
    """
    text = _decode(raw, file)
    root = _compose(text, file)
    reading = _Reading()
    data = reading.value(root, ())
    if not isinstance(data, dict):
        raise _refusal(file, (1, 1), "the file should hold settings, `key: value`", _START)
    reading.places[()] = Place(None, root)
    return Document(file, text, data, reading.places, tuple(reading.flaws))


def _decode(raw: bytes, file: str) -> str:
    if len(raw) > MAX_BYTES:
        raise _refusal(file, (1, 1), "the file is larger than 1 MiB", "make it smaller")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or raw[:2].count(0) == 1:
        raise _refusal(file, (1, 1), "the file is UTF-16, not UTF-8", _UTF8)
    if raw.startswith(b"\xef\xbb\xbf"):
        raise _refusal(file, (1, 1), "the file begins with a byte order mark", _UTF8)
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        place = _place(raw[: error.start].decode())
        raise _refusal(file, place, "the file is not UTF-8", _UTF8) from None


def _compose(text: str, file: str) -> Node:
    try:
        loader = NodeLoader(text)
    except ReaderError as error:
        what = "a NUL byte" if text[error.position] == "\0" else "a control character"
        place = _place(text[: error.position])
        raise _refusal(file, place, f"the file holds {what}", "take it out") from None
    try:
        root = loader.get_single_node()
    except MarkedYAMLError as error:
        raise _syntax_problem(error, file) from None
    except (ValueError, OverflowError):
        # PyYAML hands the number of a \U escape to chr() unchecked.
        mark = loader.get_mark()
        place = (mark.line + 1, mark.column + 1)
        remedy = "write the character itself"
        raise _refusal(file, place, "not valid YAML: no such character", remedy) from None
    if root is None:
        raise _refusal(file, (1, 1), "the file is empty", _START)
    return root


def _syntax_problem(error: MarkedYAMLError, file: str) -> ConfigError:
    mark = error.problem_mark or error.context_mark
    place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = str(error.problem or error.context)
    if isinstance(error, Refused):
        return _refusal(file, place, problem, str(error.note))
    context = f" ({error.context})" if error.context and error.problem else ""
    hints = (hint for part, hint in _SYNTAX if part in f"{problem}{context}")
    remedy = next(hints, "look at this line and the one before it")
    return _refusal(file, place, f"not valid YAML: {problem}{context}", remedy)


def _refusal(file: str, place: tuple[int, int], problem: str, remedy: str) -> ConfigError:
    # Never with an excerpt: before the file is read nobody knows which line holds a secret.
    return ConfigError([Problem(file, place[0], place[1], "", problem, remedy)])


def _place(before: str) -> tuple[int, int]:
    lines = re.split("\r\n|[\n\r\x85\u2028\u2029]", before)
    return len(lines), len(lines[-1]) + 1


@dataclass(slots=True)
class _Reading:
    """One walk over the nodes, which collects places and flaws beside the data."""

    places: dict[Path, Place] = field(default_factory=dict)
    flaws: list[tuple[Finding, Node]] = field(default_factory=list)

    def value(self, node: Node, path: Path) -> Any:
        if isinstance(node, MappingNode):
            return dict(self._entries(node, path))
        if isinstance(node, SequenceNode):
            return [self._item(child, (*path, i)) for i, child in enumerate(node.value)]
        return self._scalar(node, path)

    def _item(self, node: Node, path: Path) -> Any:
        self.places[path] = Place(None, node)
        return self.value(node, path)

    def _entries(self, node: MappingNode, path: Path) -> Iterator[tuple[str, Any]]:
        for key, value in node.value:
            below = (*path, str(key.value))
            if self._usable_key(key, path):
                self.places[below] = Place(key, value)
                yield str(key.value), self.value(value, below)

    def _usable_key(self, key: Node, path: Path) -> bool:
        if not isinstance(key, ScalarNode):
            self._flaw(key, path, "a key should be plain text", "write `key: value`")
            return False
        below = (*path, str(key.value))
        if key.value == "<<":
            self._flaw(key, below, "merge keys (<<) are not used here", "write the settings out")
            return False
        if _UNUSABLE.search(key.value):
            self._flaw(key, path, "a key holds a character that cannot be used", "take it out")
            return False
        if first := self.places.get(below):
            node = first.key or first.value
            problem = f"the key is given twice (first at line {node.start_mark.line + 1})"
            self._flaw(key, below, problem, "keep one of the two")
            return False
        return True

    def _scalar(self, node: Node, path: Path) -> Any:
        if not isinstance(node, ScalarNode):
            raise TypeError(f"a composed document holds no {type(node).__name__}")
        if _UNUSABLE.search(node.value):
            self._flaw(node, path, "the value holds a character that cannot be used", "take it out")
            return ""
        return scalar_value(node)

    def _flaw(self, node: Node, path: Path, problem: str, remedy: str) -> None:
        on_key = self.places.get(path) is None or self.places[path].value is not node
        finding = Finding(
            path=path, problem=problem, remedy=remedy, on="key" if on_key else "value"
        )
        self.flaws.append((finding, node))

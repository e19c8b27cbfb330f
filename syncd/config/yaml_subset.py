"""The part of YAML that a configuration may use, as a loader of nodes with marks.

The pure-Python scanner is used on purpose: the C one dies on deep nesting instead of raising.
What is refused is refused at the token, so before anything is composed or expanded.
"""

import re
from typing import Any, NoReturn

from yaml import MarkedYAMLError
from yaml.composer import Composer
from yaml.nodes import Node, ScalarNode
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner

MAX_DEPTH = 32
MAX_NODES = 100_000
"""Keys, values, lists and sections; a megabyte of one-letter values would take many seconds."""

_TAG = "tag:yaml.org,2002:"


class Refused(MarkedYAMLError):
    """Valid YAML of a kind that is not taken here; `problem` and `note` (the remedy) are set."""


class NodeLoader(Reader, Scanner, Parser, Composer, BaseResolver):
    """Text to a tree of nodes; `true`/`false`, integers, floats and nulls only, as in YAML 1.2.

    So `no`, `on`, `22:30`, `0600` and dates stay text. Integers of more than 18 digits do, too.
    """

    def __init__(self, text: str) -> None:
        """Prepare to read `text`; raises `yaml.reader.ReaderError` on control characters."""
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        BaseResolver.__init__(self)
        self._nodes = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        """Compose the next node unless there are too many already."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._refuse(f"more than {MAX_NODES} keys and values", "shorten the file")
        return super().compose_node(parent, index)

    def fetch_alias(self) -> NoReturn:
        """Refuse `*name`."""
        self._refuse("aliases (*) are not used here", "write the value out, or put it in quotes")

    def fetch_anchor(self) -> NoReturn:
        """Refuse `&name`."""
        self._refuse("anchors (&) are not used here", "write the value out, or put it in quotes")

    def fetch_tag(self) -> NoReturn:
        """Refuse `!tag` and `!!tag`."""
        self._refuse("tags (!) are not used here", "leave the tag out, or put the value in quotes")

    def fetch_directive(self) -> NoReturn:
        """Refuse `%YAML` and `%TAG`."""
        self._refuse("directives (%) are not used here", "leave this line out")

    def fetch_flow_collection_start(self, TokenClass: Any) -> None:  # noqa: N803 - PyYAML's name
        """Open `[` or `{` unless that is too deep."""
        self._check_depth()
        super().fetch_flow_collection_start(TokenClass)

    def add_indent(self, column: int) -> bool:
        """Open a block one column deeper unless that is too deep."""
        self._check_depth()
        return bool(super().add_indent(column))

    def _check_depth(self) -> None:
        if self.flow_level + len(self.indents) > MAX_DEPTH:
            self._refuse(f"nested deeper than {MAX_DEPTH} levels", "no setting is nested like this")

    def _refuse(self, problem: str, remedy: str) -> NoReturn:
        raise Refused(None, None, problem, self.get_mark(), remedy)


_SCALARS = (
    ("bool", r"true|false", "tf"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?(?:0|[1-9][0-9]{0,17})", "-+0123456789"),
    ("float", r"[-+]?[0-9]{1,18}\.[0-9]{0,18}", "-+0123456789"),
)
for _name, _pattern, _first in _SCALARS:
    NodeLoader.add_implicit_resolver(_TAG + _name, re.compile(f"(?:{_pattern})\\Z"), list(_first))


def scalar_value(node: ScalarNode) -> str | int | float | bool | None:
    """Return the Python value of a scalar node of `NodeLoader`."""
    text = str(node.value)
    match node.tag.removeprefix(_TAG):
        case "bool":
            return text == "true"
        case "null":
            return None
        case "int":
            return int(text)
        case "float":
            return float(text)
        case _:
            return text

"""A finding put at its place in the file, with as much of the line as may be shown."""

from yaml.nodes import Node, ScalarNode

from syncd.config.errors import Problem
from syncd.config.findings import Finding, path_text
from syncd.config.source import Document, Place
from syncd.config.translate import may_show
from syncd.config.walk import is_section, outside_secret
from syncd.config.yaml_subset import scalar_value

_MAX_COLUMN = 160
_MAX_SHOWN = 60


def place(document: Document, finding: Finding, *, node: Node | None = None) -> Problem:
    """Return the problem that `finding` is in `document`; `node` overrides the path's own place.

    An excerpt shows the key and, for a wrong value, that one value: nothing else of the line,
    since a neighbour may be a secret. Inside a secret there is no excerpt at all.
    """
    path, secret = outside_secret(finding.path)
    at, exact = _nearest(document, path)
    target = node or (at.key if finding.on == "key" or not exact else None) or at.value
    mark = target.start_mark
    # Where a section should stand somebody may have pasted a key; a flaw may sit in a secret.
    hidden = finding.on == "value" and (node is not None or is_section(path))
    return Problem(
        file=document.file,
        line=mark.line + 1,
        column=mark.column + 1,
        path=path_text(path),
        problem=finding.problem,
        remedy=finding.remedy,
        excerpt=() if secret or hidden or not path else _excerpt(document.text, at.key, target),
    )


def _nearest(document: Document, path: tuple[str | int, ...]) -> tuple[Place, bool]:
    depth = len(path)
    while path[:depth] not in document.places:
        depth -= 1
    return document.places[path[:depth]], depth == len(path)


def _excerpt(text: str, key: ScalarNode | None, target: Node) -> tuple[str, ...]:
    line, column = target.start_mark.line, target.start_mark.column
    shown = _shown(text, key, target)
    if column > _MAX_COLUMN or (not shown and (key is None or key.start_mark.line != line)):
        return ()
    row = " " * column + shown
    if key is not None and key is not target and key.start_mark.line == line:
        row = _row(text, key) + row[len(_row(text, key)) :]
    caret = " " * column + "^" * max(1, len(shown.rstrip(":")))
    return f"{line + 1:5} | {_plain(row).rstrip()}", f"      | {caret}"


def _row(text: str, key: Node) -> str:
    return " " * key.start_mark.column + _source(text, key) + ":"


def _shown(text: str, key: ScalarNode | None, target: Node) -> str:
    if target is key:
        return _source(text, target) + ":"
    if not isinstance(target, ScalarNode) or not may_show(scalar_value(target)):
        return ""
    return _source(text, target)


def _source(text: str, node: Node) -> str:
    start, end = node.start_mark, node.end_mark
    return text[start.index : end.index][:_MAX_SHOWN] if start.line == end.line else ""


def _plain(row: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in row)

"""Every code that a person or a script can be told, as the source names it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("core", "engine", "adapters", "services")

# These take the code as their first argument, and a remedy at this place.
BY_PLACE = {"Unwanted": None, "Refused": 2, "Wait": 2}


@dataclass(frozen=True)
class Told:
    """One place in the source that names codes; `kind` is what it builds there."""

    where: str
    kind: str
    codes: tuple[str, ...]
    call: ast.Call

    @property
    def needs_remedy(self) -> bool:
        """Whether an event can wait with this code until somebody acts; all else passes by itself."""
        if self.kind == "Refused":
            return not self._is_false("tracked")
        return self.kind in {"Wait", "EventRow", "AuthLost", "Forbidden", "Permanent"}

    def has_remedy(self) -> bool:
        """Whether it is given a remedy that says something."""
        place = BY_PLACE.get(self.kind)
        given = self.call.args[place : place + 1] if place is not None else []
        given += [each.value for each in self.call.keywords if each.arg == "remedy"]
        return any(not (isinstance(each, ast.Constant) and not each.value) for each in given)

    def _is_false(self, name: str) -> bool:
        values = [each.value for each in self.call.keywords if each.arg == name]
        return any(isinstance(each, ast.Constant) and each.value is False for each in values)


def told() -> list[Told]:
    """Give every place that names a code."""
    paths = sorted(path for folder in FOLDERS for path in (ROOT / "syncd" / folder).rglob("*.py"))
    trees = {path: ast.parse(path.read_text("utf-8")) for path in paths}
    names = dict(pair for tree in trees.values() for pair in _constants(tree))
    return [each for path, tree in trees.items() for each in _in_module(path, tree, names)]


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            for target in node.targets:
                if isinstance(target, ast.Name) and isinstance(node.value.value, str):
                    yield target.id, node.value.value


def _in_module(path: Path, tree: ast.Module, names: dict[str, str]) -> Iterator[Told]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (given := _code_of(node)) is not None:
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            codes = tuple(_said(given, names, where))
            if codes:
                yield Told(where, _name(node, codes), codes, node)


def _code_of(call: ast.Call) -> ast.expr | None:
    named = [each.value for each in call.keywords if each.arg == "code"]
    if not named and isinstance(call.func, ast.Name) and call.func.id in BY_PLACE:
        named = call.args[:1]
    is_record = isinstance(call.func, ast.Attribute) and call.func.attr == "record"
    return named[0] if named and not is_record else None


def _name(call: ast.Call, codes: tuple[str, ...]) -> str:
    func = call.func
    name = func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")
    if name in {"_Rule", "_Known"} and call.args and isinstance(call.args[0], ast.Name):
        # A row of a table, whose first column is the kind of the error.
        return call.args[0].id
    return {"_Lost": "AuthLost"}.get(name, name)


def _said(given: ast.expr, names: dict[str, str], where: str) -> Iterator[str]:
    match given:
        case ast.Constant(value=str(code)):
            yield code
        case ast.Name(id=name) if name in names:
            yield names[name]
        case ast.IfExp(body=body, orelse=other):
            yield from _said(body, names, where)
            yield from _said(other, names, where)
        case ast.BoolOp(values=values):
            for each in values:
                yield from filter(None, _said(each, names, where))
        case ast.Constant(value=None):
            # It takes one back.
            return
        case ast.Attribute():
            # Passed on from another place, where it is found.
            return
        case _:
            raise AssertionError(f"{where}: a code that cannot be read from the source")

"""What the engine's transactions are called, read from its code: as `faulty_store` names them when they run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import syncd.engine

_ENGINE = Path(syncd.engine.__file__).parent
_FENCE = "engine.lease.Hold._commit.fenced"


def commits_of_engine() -> dict[str, str]:
    """Give every transaction by name, with the place where it is asked for."""
    found: dict[str, str] = {}
    for path in sorted(_ENGINE.rglob("*.py")):
        module = ".".join(("engine", *path.relative_to(_ENGINE).with_suffix("").parts))
        for name, line in _Reader(module).read(ast.parse(path.read_text())):
            found[name] = f"{path.relative_to(_ENGINE.parent)}:{line}"
    del found[_FENCE]
    return found


@dataclass
class _Reader:
    module: str
    stack: list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef] = field(default_factory=list)

    def read(self, node: ast.AST) -> Iterator[tuple[str, int]]:
        depth = len(self.stack)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self.stack.append(node)
        if isinstance(node, ast.Call) and node.args and _is_commit(node.func):
            yield self._named(node.args[0]), node.lineno
        for child in ast.iter_child_nodes(node):
            yield from self.read(child)
        del self.stack[depth:]

    def _named(self, work: ast.expr) -> str:
        match work:
            case ast.Lambda():
                return self._path(len(self.stack))
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                owner = next(i for i, one in enumerate(self.stack) if isinstance(one, ast.ClassDef))
                return f"{self._path(owner + 1)}.{name}"
            case ast.Call(func=ast.Name(id="partial"), args=[inner, *_]):
                return self._named(inner)
            case ast.Name(id=name):
                return self._called(name)
            case _:
                raise ValueError(f"{self.module}:{work.lineno}: a transaction without a name")

    def _called(self, name: str) -> str:
        """Give what a name stands for: a function beside the call, a local of it, or one of the module."""
        for depth in range(len(self.stack), 0, -1):
            scope = self.stack[depth - 1]
            for node in ast.walk(scope):
                if isinstance(node, ast.FunctionDef) and node.name == name and node is not scope:
                    return f"{self._path(depth)}.{name}"
                if isinstance(node, ast.Assign) and _name_of(node.targets[0]) == name:
                    return self._named(node.value)
        return f"{self.module}.{name}"

    def _path(self, depth: int) -> str:
        return ".".join((self.module, *(one.name for one in self.stack[:depth])))


def _is_commit(func: ast.expr) -> bool:
    match func:
        case ast.Attribute(value=ast.Attribute(attr=owner) | ast.Name(id=owner), attr=method):
            return (owner.strip("_"), method) in {("store", "run"), ("hold", "commit")}
        case _:
            return False


def _name_of(target: ast.expr) -> str:
    return target.id if isinstance(target, ast.Name) else ""

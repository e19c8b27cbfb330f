"""From what the services give to what the pages show: the same fields, in the pages' own types."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

from syncd.web.views import Choice, Scope

V = TypeVar("V")


def shown(kind: type[V], given: Any, **instead: Any) -> V:
    """Make a view of the fields that have its names; `instead` gives those that are other."""
    same = {
        field.name: getattr(given, field.name)
        for field in fields(kind)  # type: ignore[arg-type]  # every view is a dataclass
        if field.name not in instead and hasattr(given, field.name)
    }
    return kind(**same, **instead)


def scopes(given: Any) -> tuple[Scope, ...]:
    """Show what may be granted."""
    return tuple(shown(Scope, each) for each in given)


def menu(given: Any) -> tuple[Choice, ...]:
    """Show the menu of an event."""
    return tuple(shown(Choice, each) for each in given)

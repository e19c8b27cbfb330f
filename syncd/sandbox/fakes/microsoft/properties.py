"""Single-value extended properties: the names Exchange takes, and how they are compared."""

from __future__ import annotations

import re
from typing import Any

from syncd.sandbox.fakes.microsoft.errors import GraphError, unreadable

_GUID = r"\{[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}"
_NAMED = re.compile(rf"(String) ({_GUID}) (Name|Id) (\S.*)")
_TAGGED = re.compile(r"(String) (0x[0-9a-fA-F]+)")
_VALUE_LIMIT = 32_000


def canonical(text: str) -> str:
    """Give the one spelling of a property id: GUIDs in lower case, names as they are.

    Raise GraphError 400 when the id has none of the documented forms.
    """
    named = _NAMED.fullmatch(text)
    if named:
        return f"{named[1]} {named[2].lower()} {named[3]} {named[4]}"
    tagged = _TAGGED.fullmatch(text)
    if tagged:
        return f"{tagged[1]} {tagged[2].lower()}"
    raise GraphError(400, "ErrorInvalidArgument", f"The extended property id '{text}' is invalid.")


def read_properties(value: Any) -> dict[str, str | None]:
    """Read the properties of a POST or PATCH; None stands for a value to be taken away."""
    if not isinstance(value, list):
        raise unreadable("The property 'singleValueExtendedProperties' must be a collection.")
    return dict(_read_one(one) for one in value)


def merged(kept: dict[str, str], sent: dict[str, str | None]) -> dict[str, str]:
    """Lay the properties that were sent over those that the item has; the others stay."""
    both = {**kept, **sent}
    return {name: value for name, value in both.items() if value is not None}


def shown(properties: dict[str, str], wanted: frozenset[str] | None = None) -> list[dict[str, str]]:
    """Write properties as Graph shows them, all of them or those that were asked for."""
    return [
        {"id": name, "value": value}
        for name, value in properties.items()
        if wanted is None or name in wanted
    ]


def _read_one(one: Any) -> tuple[str, str | None]:
    if not isinstance(one, dict) or not isinstance(one.get("id"), str):
        raise unreadable("An extended property needs an id and a value.")
    value = one.get("value")
    if not isinstance(value, str | None):
        raise unreadable("Cannot convert the value to the expected type 'Edm.String'.")
    if value is not None and len(value) > _VALUE_LIMIT:
        raise GraphError(400, "ErrorInvalidArgument", "The extended property is too long.")
    return canonical(one["id"]), value

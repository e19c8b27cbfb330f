"""Reading JSON whose shape was promised but not proved: a wrong one is named, its content never."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syncd.adapters.http import Answer, Garbled


class Malformed(ValueError):
    """A field that is missing or of another type than Google documents; says which."""


def object_in(answer: Answer) -> Mapping[str, Any]:
    """Give the object that is the body of an answer."""
    try:
        read = answer.json()
    except Garbled as exc:
        raise Malformed("the body is no JSON") from exc
    if not isinstance(read, dict):
        raise Malformed("the body is no object")
    return read


def text(item: Mapping[str, Any], name: str) -> str:
    """Give a text; empty when it is missing."""
    value = item.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(f"{name} is no text")
    return value


def needed(item: Mapping[str, Any], name: str) -> str:
    """Give a text that must be there."""
    if not (value := text(item, name)):
        raise Malformed(f"{name} is missing")
    return value


def flag(item: Mapping[str, Any], name: str) -> bool:
    """Give a boolean; Google leaves out those that are false."""
    return item.get(name) is True


def section(item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Give an object; empty when it is missing."""
    value = item.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Malformed(f"{name} is no object")
    return value


def listed(item: Mapping[str, Any], name: str) -> list[Any]:
    """Give an array; empty when it is missing."""
    value = item.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Malformed(f"{name} is no array")
    return value


def sections(item: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Give an array of objects; empty when it is missing."""
    values = listed(item, name)
    if not all(isinstance(value, dict) for value in values):
        raise Malformed(f"{name} holds something that is no object")
    return values

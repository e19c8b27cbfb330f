"""Patch semantics: what a partial body makes of an event."""

from __future__ import annotations

from typing import Any


def merged(old: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """Give `old` with `patch` applied: null clears, objects merge, arrays and values replace."""
    result = dict(old)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            below = result.get(key)
            result[key] = merged(below if isinstance(below, dict) else {}, value)
        else:
            result[key] = value
    return _without_empty(result)


def without_nulls(value: dict[str, Any]) -> dict[str, Any]:
    """Give a whole body without its nulls, which say nothing there."""
    return merged({}, value)


def _without_empty(value: dict[str, Any]) -> dict[str, Any]:
    """Drop the empty objects and lists that nobody stores."""
    return {key: one for key, one in value.items() if one not in ({}, [])}

"""The methods and schemas of the Calendar API, read from Google's own discovery document.

The document is the one that ships inside google-api-python-client; it is read once, when first
needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_DOCUMENT = "discovery_cache/documents/calendar.v3.json"
_COSTS = {"calendar.events.patch": 3}
"""Quota units per call where it is not one; Google's quota guide says so of patch."""


@dataclass(frozen=True, kw_only=True)
class Method:
    """One method of the API."""

    id: str
    http_method: str
    path: str
    """The path template below the base, with a leading slash."""
    query: Mapping[str, Mapping[str, Any]]
    """The query parameters by name, those of every method included."""
    scopes: frozenset[str]

    @property
    def operation(self) -> str:
        """Give the name by which faults and counts know the method."""
        return f"{self.http_method} {self.path}"

    @property
    def cost(self) -> int:
        """Give the quota units of one call."""
        return _COSTS.get(self.id, 1)


@cache
def methods() -> tuple[Method, ...]:
    """Give every method of the document, supported by the sandbox or not."""
    return tuple(_walk(_document()["resources"]))


@cache
def schema(name: str) -> Mapping[str, Any]:
    """Give a schema of the document, such as `Event`."""
    found: Mapping[str, Any] = _document()["schemas"][name]
    return found


@cache
def _document() -> dict[str, Any]:
    text = (files("googleapiclient") / _DOCUMENT).read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def _walk(resources: Mapping[str, Any]) -> Iterator[Method]:
    for resource in resources.values():
        for method in resource.get("methods", {}).values():
            yield _method(method)
        yield from _walk(resource.get("resources", {}))


def _method(entry: Mapping[str, Any]) -> Method:
    own = {
        name: spec
        for name, spec in entry.get("parameters", {}).items()
        if spec["location"] == "query"
    }
    return Method(
        id=entry["id"],
        http_method=entry["httpMethod"],
        path="/" + entry["path"],
        query={**_document()["parameters"], **own},
        scopes=frozenset(entry.get("scopes", ())),
    )

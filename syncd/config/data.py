"""Reading the plain data of a file, of which nothing is certain but that it is YAML."""

from collections.abc import Iterator, Mapping
from typing import Any

from syncd.config.findings import Finding, Path
from syncd.config.people import CalendarName, calendar_name
from syncd.core.text import folded

Data = Mapping[str, Any]


def section(data: Data, *path: str) -> Data:
    """Return the section at `path`; an empty one where there is none."""
    found: Any = data
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def entries(data: Data, key: str) -> Iterator[tuple[int, Data]]:
    """Yield the sections in the list under `key`, each with its place in it."""
    found = data.get(key)
    if isinstance(found, list):
        yield from ((i, entry) for i, entry in enumerate(found) if isinstance(entry, dict))


def texts(values: Any) -> dict[int, str]:
    """Return the texts of a list, by their place in it; none when it is no list."""
    found = values if isinstance(values, list | tuple) else ()
    return {i: text for i, text in enumerate(found) if isinstance(text, str)}


def calendars_of(entry: Data) -> dict[int, CalendarName]:
    """Return the calendars that a person or a rule names, by their place in the list."""
    names = {i: calendar_name(text) for i, text in texts(entry.get("calendars")).items()}
    return {i: name for i, name in names.items() if name is not None}


def twice(values: Any, path: Path) -> Iterator[Finding]:
    """Yield what stands in a list of texts for the second time."""
    first: dict[str, int] = {}
    for i, text in texts(values).items():
        if first.setdefault(folded(text), i) != i:
            problem = "is listed twice (upper and lower case are the same)"
            yield Finding(path=(*path, i), problem=problem, remedy="take one of the two out")

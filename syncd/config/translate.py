"""What pydantic found, in the words of the person who wrote the file."""

import difflib
from collections.abc import Iterator
from itertools import islice
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from syncd.config.findings import Finding, Path, shown
from syncd.config.references import SECRET_PROBLEM, SECRET_REMEDY
from syncd.config.walk import is_section, known_keys, outside_secret

MAX_ERRORS = 500
"""Errors that are put into words; a file with more is not a configuration at all."""

_WORDS = {
    "bool_type": ("should be true or false", "write true or false, without quotes"),
    "int_type": ("should be a whole number", "write the number without quotes"),
    "string_type": ("should be text", "put the value in quotes"),
    "greater_than_equal": ("is too small", "write {ge} or more"),
    "less_than_equal": ("is too large", "write {le} or less"),
    "tuple_type": ("should be a list", "write it like [a, b], or one entry per line after `- `"),
    "too_short": ("should have at least {min_length} entry", "add one"),
    "string_pattern_mismatch": ("is not written as it should be", "it should match {pattern}"),
}
_SECTION = ("should be a section", "write its keys below it, indented, or leave it out")


def findings(error: ValidationError) -> Iterator[Finding]:
    """Yield one finding per wrong value, without the value where it is secret."""
    seen: set[Path] = set()
    for details in islice(error.errors(include_url=False), MAX_ERRORS):
        path, secret = outside_secret(tuple(details["loc"]))
        if not secret or (details["type"] == "missing" and path == details["loc"]):
            yield _finding(details, path)
        elif path not in seen:
            seen.add(path)
            yield Finding(path=path, problem=SECRET_PROBLEM, remedy=SECRET_REMEDY)


def may_show(value: object) -> bool:
    """Say whether a value may be printed: a plain one, and no URL that names a user or a server."""
    if isinstance(value, str):
        return not (("://" in value and "@" in value) or value.startswith("postgres"))
    return value is None or isinstance(value, bool | int | float)


def _finding(details: ErrorDetails, path: Path) -> Finding:
    match details["type"]:
        case "extra_forbidden":
            return _unknown(path)
        case "missing":
            return _missing(path)
        case "advice":
            problem, remedy = details["ctx"]["problem"], details["ctx"]["remedy"]
        case "literal_error":
            problem, remedy = _choice(details)
        case other if other not in _WORDS and is_section(path):
            return Finding(path=path, problem=_SECTION[0], remedy=_SECTION[1])
        case other:
            words = _WORDS.get(other, (details["msg"], "`syncd config example` shows it"))
            problem, remedy = (text.format_map(details.get("ctx", {})) for text in words)
    return Finding(path=path, problem=problem + _got(details["input"]), remedy=remedy)


def _unknown(path: Path) -> Finding:
    known = known_keys(path[:-1])
    near = difflib.get_close_matches(str(path[-1])[:100], known, 1)
    remedy = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(known)}"
    return Finding(path=path, problem="unknown setting", remedy=remedy, on="key")


def _missing(path: Path) -> Finding:
    where, secret = outside_secret(path)
    if secret and where == path:
        remedy = f"add `{path[-1]}:` and {SECRET_REMEDY}"
    elif is_section(path):
        remedy = f"add the section `{path[-1]}:`; `syncd config example` shows it"
    else:
        remedy = f"add `{path[-1]}: ...`; `syncd config example` shows it"
    return Finding(path=path, problem="this setting is missing", remedy=remedy, on="key")


def _choice(details: ErrorDetails) -> tuple[str, str]:
    expected = details["ctx"]["expected"]
    values = expected.replace("'", "").replace(" or ", ", ").split(", ")
    near = difflib.get_close_matches(str(details["input"])[:100], values, 1)
    guess = f"did you mean {near[0]!r}? " if near else ""
    return "is not a value known here", f"{guess}write {expected}".replace("? write", "? Write")


def _got(value: Any) -> str:
    if not may_show(value):
        return ""
    match value:
        case None:
            return " (got nothing)"
        case bool():
            return f" (got {str(value).lower()})"
        case str():
            return f" (got {shown(value)!r})"
        case _:
            return f" (got {value})"

"""The part of OData's $filter and $expand that Outlook takes for events."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from syncd.sandbox.fakes.microsoft.errors import GraphError, bad_query
from syncd.sandbox.fakes.microsoft.item import Item
from syncd.sandbox.fakes.microsoft.moments import read_instant
from syncd.sandbox.fakes.microsoft.properties import canonical

Test: TypeAlias = Callable[[Item], bool]

_QUOTED = r"'((?:[^']|'')*)'"
_ANY_PROPERTY = re.compile(
    r"singleValueExtendedProperties/any\(\s*(\w+)\s*:\s*(.+)\)", re.IGNORECASE | re.DOTALL
)
_ANY_CATEGORY = re.compile(
    rf"categories/any\(\s*(\w+)\s*:\s*\1\s+eq\s+{_QUOTED}\s*\)", re.IGNORECASE
)
_TIME = re.compile(
    rf"(start/dateTime|end/dateTime|lastModifiedDateTime|createdDateTime)\s+(eq|ne|gt|ge|lt|le)"
    rf"\s+(?:{_QUOTED}|(\S+))"
)
_TEXT = re.compile(rf"(iCalUId|subject|type)\s+(eq|ne)\s+{_QUOTED}")
_CANCELLED = re.compile(r"isCancelled\s+eq\s+(true|false)")
_VALUE_COMPARED = re.compile(rf"\w+/value\s+(eq|ne)\s+{_QUOTED}")
_VALUE_SEARCHED = re.compile(rf"(contains|startswith)\(\s*\w+/value\s*,\s*{_QUOTED}\s*\)")
_ID_COMPARED = re.compile(rf"\w+/id\s+eq\s+{_QUOTED}")
_EXPAND = re.compile(r"singleValueExtendedProperties\(\s*\$filter\s*=\s*(.+)\)", re.DOTALL)
_EXPANDED_ID = re.compile(rf"id\s+eq\s+{_QUOTED}")


def read_filter(text: str) -> Test:
    """Read a $filter: conditions joined by `and`; raise GraphError 400 for what is not taken."""
    tests = [_condition(part.strip()) for part in _split(text, "and")]
    return lambda item: all(test(item) for test in tests)


def read_expand(text: str) -> frozenset[str]:
    """Read an $expand of extended properties by id; give the ids that are wanted."""
    match = _EXPAND.fullmatch(text.strip())
    if not match:
        raise bad_query(f"The $expand '{text}' is not supported for events.")
    wanted = [_EXPANDED_ID.fullmatch(part.strip()) for part in _split(match[1], "or")]
    if not all(wanted):
        raise bad_query("Extended properties are expanded with $filter=id eq '{id}'.")
    return frozenset(canonical(_unquote(one[1])) for one in wanted if one)


def _condition(text: str) -> Test:
    for pattern, build in _CONDITIONS:
        match = pattern.fullmatch(text)
        if match:
            return build(match)
    if re.match(r"(isOnlineMeeting|onlineMeeting|body|location)\b", text):
        message = "The property does not support filtering."
        raise GraphError(400, "ErrorInvalidProperty", message)
    raise GraphError(400, "ErrorInvalidUrlQueryFilter", f"The query filter '{text}' is invalid.")


def _any_property(match: re.Match[str]) -> Test:
    name: str | None = None
    checks: list[Callable[[str], bool]] = []
    for part in _split(match[2], "and"):
        wanted = _ID_COMPARED.fullmatch(part.strip())
        if wanted:
            name = canonical(_unquote(wanted[1]))
        else:
            checks.append(_value_check(part.strip()))
    if name is None:
        raise bad_query("A filter of extended properties needs ep/id eq '{id}'.")
    key = name

    def test(item: Item) -> bool:
        value = item.properties.get(key)
        return value is not None and all(check(value.casefold()) for check in checks)

    return test


def _value_check(text: str) -> Callable[[str], bool]:
    compared = _VALUE_COMPARED.fullmatch(text)
    searched = _VALUE_SEARCHED.fullmatch(text)
    if compared:
        wanted = _unquote(compared[2]).casefold()
        equal = compared[1] == "eq"
        return lambda value: (value == wanted) is equal
    if searched:
        part = _unquote(searched[2]).casefold()
        if searched[1] == "contains":
            return lambda value: part in value
        return lambda value: value.startswith(part)
    raise bad_query(f"The condition '{text}' is not supported for extended properties.")


def _any_category(match: re.Match[str]) -> Test:
    wanted = _unquote(match[2])
    return lambda item: wanted in item.fields["categories"]


def _time(match: re.Match[str]) -> Test:
    read = _TIMES[match[1]]
    compare = _COMPARE[match[2]]
    wanted = read_instant(match[3] or match[4])
    return lambda item: compare(read(item), wanted)


def _text(match: re.Match[str]) -> Test:
    name, equal, wanted = match[1], match[2] == "eq", _unquote(match[3])
    return lambda item: (_TEXTS[name](item) == wanted) is equal


def _cancelled(match: re.Match[str]) -> Test:
    wanted = match[1] == "true"
    return lambda item: bool(item.fields["isCancelled"]) is wanted


_TIMES: dict[str, Callable[[Item], datetime]] = {
    "start/dateTime": lambda item: item.start,
    "end/dateTime": lambda item: item.end,
    "lastModifiedDateTime": lambda item: item.modified,
    "createdDateTime": lambda item: item.created,
}
_TEXTS: dict[str, Callable[[Item], str]] = {
    "iCalUId": lambda item: item.uid,
    "subject": lambda item: str(item.fields["subject"]),
    "type": lambda item: item.kind,
}
_COMPARE: dict[str, Callable[[datetime, datetime], bool]] = {
    "eq": lambda one, other: one == other,
    "ne": lambda one, other: one != other,
    "gt": lambda one, other: one > other,
    "ge": lambda one, other: one >= other,
    "lt": lambda one, other: one < other,
    "le": lambda one, other: one <= other,
}
_CONDITIONS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Test]], ...] = (
    (_ANY_PROPERTY, _any_property),
    (_ANY_CATEGORY, _any_category),
    (_TIME, _time),
    (_TEXT, _text),
    (_CANCELLED, _cancelled),
)


def _unquote(text: str) -> str:
    return text.replace("''", "'")


def _split(text: str, word: str) -> list[str]:
    """Cut at a word that stands outside quotes and brackets."""
    parts, depth, begun = [""], 0, False
    for token in re.findall(r"'(?:[^']|'')*'|\w+|\s+|.", text, re.DOTALL):
        depth += {"(": 1, ")": -1}.get(token, 0)
        begun = token.casefold() == word and depth == 0
        if begun:
            parts.append("")
        else:
            parts[-1] += token
    return parts

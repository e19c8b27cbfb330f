"""Query parameters, checked against what the discovery document says of the method."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from syncd.sandbox.fakes.google.discovery import Method
from syncd.sandbox.fakes.google.errors import GoogleError, invalid_parameter

_QUOTA_USER_LENGTH = 40

Query = dict[str, Any]


def read_query(method: Method, pairs: Iterable[tuple[str, str]]) -> Query:
    """Read the query of a request into typed values; repeatable parameters become lists.

    Raises GoogleError (400) for an unknown name, a wrong value and a repetition that is not
    allowed.
    """
    query: Query = {}
    for name, text in pairs:
        spec = method.query.get(name)
        if spec is None:
            raise _unknown(name)
        value = _read(name, text, spec)
        if spec.get("repeated"):
            query.setdefault(name, []).append(value)
        elif name in query:
            raise invalid_parameter(name, f"Parameter {name} may be given only once.")
        else:
            query[name] = value
    _check_quota_user(query)
    return query


def _unknown(name: str) -> GoogleError:
    message = (
        f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
        f"Field '{name}' could not be found in request message."
    )
    return GoogleError(400, "badRequest", message, location=name)


def _read(name: str, text: str, spec: Mapping[str, Any]) -> Any:
    if "enum" in spec and text not in spec["enum"]:
        allowed = ", ".join(spec["enum"])
        raise invalid_parameter(name, f"Invalid value '{text}'. Allowed values are: [{allowed}]")
    kind = "date-time" if spec.get("format") == "date-time" else spec["type"]
    try:
        value = _READERS[kind](text)
    except ValueError:
        raise invalid_parameter(name, f"Invalid value '{text}' for {name}") from None
    _check_range(name, value, spec)
    return value


def _check_range(name: str, value: Any, spec: Mapping[str, Any]) -> None:
    low, high = spec.get("minimum"), spec.get("maximum")
    if (low is not None and value < int(low)) or (high is not None and value > int(high)):
        message = f"Invalid value '{value}'. Values must be within the range: [{low}, {high}]"
        raise invalid_parameter(name, message)


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


def _instant(text: str) -> datetime:
    value = datetime.fromisoformat(text.replace(" ", "+"))
    if value.tzinfo is None:
        raise ValueError("no offset")
    return value


_READERS: Mapping[str, Callable[[str], Any]] = {
    "string": str,
    "boolean": _boolean,
    "integer": int,
    "date-time": _instant,
}


def _check_quota_user(query: Query) -> None:
    if len(query.get("quotaUser", "")) > _QUOTA_USER_LENGTH:
        raise invalid_parameter("quotaUser", "quotaUser must not exceed 40 characters.")

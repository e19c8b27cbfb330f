"""The kinds of value that settings are made of, each refusing with a remedy."""

import re
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

_UNITS = {
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
_DURATION = re.compile(r"([0-9]{1,9})(ms|s|m|h|d)", re.ASCII)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


class Section(BaseModel):
    """A part of the configuration: frozen, strict about types, and closed to unknown keys."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )


def advice(problem: str, remedy: str) -> PydanticCustomError:
    """Return the error that a validator raises to say both what is wrong and what to write."""
    return PydanticCustomError("advice", "{problem}", {"problem": problem, "remedy": remedy})


def one_line(text: str) -> str:
    """Strip `text`; it must then hold one line of at least one character."""
    stripped = text.strip()
    if not stripped:
        raise advice("should not be blank", "write a value, or leave the key out")
    if not stripped.isprintable():
        raise advice("should be one line of plain text", "take line breaks and tabs out")
    return stripped


Text = Annotated[str, AfterValidator(one_line)]


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise advice("is not a mail address", "write it like ana@example.com")
    return text.lower()


Address = Annotated[Text, AfterValidator(_address)]


def parse_duration(value: object) -> timedelta:
    """Return `500ms`, `2s`, `5m`, `1h`, `1d` or a whole number of seconds as a time span."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9:
        return timedelta(seconds=value)
    if isinstance(value, str) and (match := _DURATION.fullmatch(value.strip())):
        return int(match[1]) * _UNITS[match[2]]
    raise advice(
        "should be a duration, a whole number with its unit",
        "write it like 500ms, 30s, 5m, 1h or 1d; a plain number is seconds",
    )


def format_duration(span: timedelta) -> str:
    """Return the span in the largest unit that divides it, as `parse_duration` reads it."""
    unit = next((name for name, one in _UNITS.items() if span and not span % one), "ms")
    return f"{span // _UNITS[unit]}{unit}"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": f"^{_DURATION.pattern}$"},
                {"type": "integer", "minimum": 0},
            ]
        }
    ),
]


def between(low: str, high: str) -> AfterValidator:
    """Return the check that a duration lies within the two durations, both allowed."""
    bounds = parse_duration(low), parse_duration(high)

    def check(span: timedelta) -> timedelta:
        if not bounds[0] <= span <= bounds[1]:
            size = "short" if span < bounds[0] else "long"
            raise advice(f"is too {size}", f"write a duration from {low} to {high}")
        return span

    return AfterValidator(check)


def _https(text: str) -> str:
    try:
        url = urlsplit(text)
        fits = _is_plain_https(url)
    except ValueError:
        fits = False
    if not fits:
        raise advice(
            "should be an https URL",
            "write it like https://host/path, without user, query or fragment",
        )
    return text


def _is_plain_https(url: SplitResult) -> bool:
    odd = url.query or url.fragment or "@" in url.netloc or " " in url.geturl()
    # Reading the port raises ValueError when it is not a number that a port can have.
    return url.scheme == "https" and bool(url.hostname) and url.port != 0 and not odd


HttpsUrl = Annotated[
    Text, AfterValidator(_https), Field(json_schema_extra={"pattern": "^https://"})
]
BaseUrl = Annotated[HttpsUrl, AfterValidator(lambda url: url.rstrip("/"))]
SlashedUrl = Annotated[HttpsUrl, AfterValidator(lambda url: url.rstrip("/") + "/")]


def listed(**schema: Any) -> Any:
    """Return the marks of a list setting: YAML gives a list, the models keep a tuple."""
    return Field(strict=False, **schema)

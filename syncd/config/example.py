"""The example file and the JSON schema, both made from the schema that is in force."""

import json
import re
import textwrap
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema

from syncd.config.fields import Section, format_duration
from syncd.config.schema import Config
from syncd.config.walk import is_secret, sections

_FIRST_LINE = "# yaml-language-server: $schema=syncd.schema.json"
_WIDTH = 100
_PLAIN = re.compile(r"[A-Za-z0-9/][A-Za-z0-9_./:@+-]*( [A-Za-z0-9_./@+-]+)*", re.ASCII)
# Other readers take YAML 1.1, where more words than ours are truth values.
_NOT_TEXT = re.compile(r"true|false|null|on|off|yes|no|y|n|[-+]?[0-9.]+", re.IGNORECASE)
_COMMENTED_OUT = {"certificate", "rules", "user_app", "tls", "allowed_tenants"}
"""Sections that stand commented out: they come in place of another key, or act at once."""
_ONLY_WITH_ANOTHER = {"database_password"}
"""Keys that stand commented out, since the value of another key in the example forbids them."""


def example_yaml() -> str:
    """Return a valid configuration with every key, its explanation and its default."""
    head = [_FIRST_LINE, *_comment(Config.__doc__ or ""), ""]
    return "\n".join([*head, *_section(Config, top=True)]).rstrip() + "\n"


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of the file, for editors and for validation elsewhere."""
    schema = Config.model_json_schema(schema_generator=_Generator)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


class _Generator(GenerateJsonSchema):
    def encode_default(self, dft: Any) -> Any:
        """Write a default duration as the file does, and not as ISO 8601."""
        return format_duration(dft) if isinstance(dft, timedelta) else super().encode_default(dft)


def json_schema_text() -> str:
    """Return the JSON schema as the text of a file."""
    return json.dumps(json_schema(), indent=2) + "\n"


def _section(section: type[Section], *, top: bool = False) -> Iterator[str]:
    for key, info in section.model_fields.items():
        lines = [*_explained(info), *_setting(key, info)]
        is_section = bool(_below(info) or _entry_sections(info))
        is_out = key in _ONLY_WITH_ANOTHER or (key in _COMMENTED_OUT and is_section)
        yield from (_commented(lines) if is_out else lines)
        if top:
            yield ""


def _setting(key: str, info: FieldInfo) -> Iterator[str]:
    below = _below(info)
    entries = _entry_sections(info)
    if entries:
        yield f"{key}:"
        yield from _indented(_as_entry(list(_section(entries[0]))), "  ")
    elif below:
        yield f"{key}:"
        yield from _indented(_section(below[0]), "  ")
    else:
        yield f"{key}: {_value(_sample(info))}"


def _below(info: FieldInfo) -> list[type[Section]]:
    return [] if info.examples or is_secret(info.annotation) else sections(info.annotation)


def _entry_sections(info: FieldInfo) -> list[type[Section]]:
    parts = getattr(info.annotation, "__args__", ()) if not sections(info.annotation) else ()
    return [section for part in parts for section in sections(part)]


def _as_entry(lines: list[str]) -> Iterator[str]:
    first = next(i for i, line in enumerate(lines) if not line.startswith("#"))
    yield from lines[:first]
    yield f"- {lines[first]}"
    yield from _indented(lines[first + 1 :], "  ")


def _commented(lines: list[str]) -> Iterator[str]:
    yield from (line if line.startswith("#") else f"# {line}" for line in lines)


def _indented(lines: Iterable[str], by: str) -> Iterator[str]:
    yield from (f"{by}{line}" if line else "" for line in lines)


def _comment(text: str) -> list[str]:
    paragraphs = (" ".join(part.split()) for part in text.split("\n\n"))
    wrapped = (textwrap.wrap(part, _WIDTH - 12, break_on_hyphens=False) for part in paragraphs)
    return [f"# {line}" for lines in wrapped for line in lines]


def _explained(info: FieldInfo) -> Iterator[str]:
    yield from _comment(info.description or "")
    if not (info.is_required() or _below(info) or _entry_sections(info)):
        yield f"# Default: {_value(info.default)}"


def _sample(info: FieldInfo) -> Any:
    return info.examples[0] if info.examples else info.default


def _value(value: Any) -> str:
    match value:
        case None | bool() | int():
            return json.dumps(value)
        case timedelta():
            return format_duration(value)
        case dict():
            pairs = ", ".join(f"{key}: {_value(inner)}" for key, inner in value.items())
            return f"{{{pairs}}}"
        case list() | tuple():
            return f"[{', '.join(_value(entry) for entry in value)}]"
        case _:
            return _text(str(value))


def _text(text: str) -> str:
    plain = _PLAIN.fullmatch(text) and not _NOT_TEXT.fullmatch(text)
    return text if plain else json.dumps(text)

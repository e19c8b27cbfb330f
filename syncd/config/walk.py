"""Following a path through the schema: what is known there, and what is secret."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from syncd.config.fields import Section
from syncd.config.findings import Path
from syncd.config.references import FromCredential, FromEnv, FromFile
from syncd.config.schema import Config

_REFERENCES = {FromCredential, FromFile, FromEnv}


def known_keys(path: Path) -> tuple[str, ...]:
    """Return the keys that the section at `path` may hold; none where no section is."""
    section = next(iter(sections(_annotation(path))), None)
    return tuple(section.model_fields) if section else ()


def outside_secret(path: Path) -> tuple[Path, bool]:
    """Return `path`, cut off at a secret if it leads to or into one, and whether it does."""
    annotation: Any = Config
    for depth, step in enumerate(path):
        annotation = _step(annotation, step)
        if is_secret(annotation):
            return path[: depth + 1], True
    return path, False


def is_section(path: Path) -> bool:
    """Say whether a section stands at `path`."""
    return bool(known_keys(path))


def secret_paths() -> tuple[Path, ...]:
    """Return the path of every secret in the schema, in its order."""
    return tuple(_secrets_below(Config, ()))


def _secrets_below(section: type[Section], path: Path) -> Iterator[Path]:
    for key, field in section.model_fields.items():
        if is_secret(field.annotation):
            yield (*path, key)
        else:
            for inner in sections(field.annotation):
                yield from _secrets_below(inner, (*path, key))


def is_secret(annotation: Any) -> bool:
    """Say whether a field so annotated takes a reference to a secret."""
    return any(kind in _REFERENCES for kind in _kinds(annotation))


def sections(annotation: Any) -> list[type[Section]]:
    """Return the sections among the kinds that an annotation allows."""
    return [k for k in _kinds(annotation) if isinstance(k, type) and issubclass(k, Section)]


def _annotation(path: Path) -> Any:
    annotation: Any = Config
    for step in path:
        annotation = _step(annotation, step)
    return annotation


def _step(annotation: Any, step: str | int) -> Any:
    if isinstance(step, int):
        entries = [k for k in _kinds(annotation) if get_origin(k) is tuple and get_args(k)]
        return get_args(entries[0])[0] if entries else None
    fields = (section.model_fields.get(step) for section in sections(annotation))
    return next((field.annotation for field in fields if field), None)


def _kinds(annotation: Any) -> Iterator[Any]:
    """Yield what stands between the bars of a union, without the marks of Annotated."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _kinds(get_args(annotation)[0])
    elif origin is Union or origin is UnionType:
        for kind in get_args(annotation):
            yield from _kinds(kind)
    else:
        yield annotation

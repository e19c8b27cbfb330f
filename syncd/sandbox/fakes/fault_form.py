"""A fault as a test writes it, checked key by key: a misspelt fault would test nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from syncd.sandbox.fakes.world import Fault, FaultKind, ProviderName

_NUMBERS = ("status", "delay_ms", "skip", "count")
_KEYS = ("provider", "operation", "kind", "headers", "body", *_NUMBERS)


class BadFault(ValueError):
    """The fault makes no sense; the text says why."""


def read_fault(form: Any, operations: Mapping[ProviderName, set[str]]) -> Fault:
    """Read a fault from JSON; `operations` are the known ones of each provider.

    Raises BadFault with a text for the one who wrote it.
    """
    if not isinstance(form, dict):
        raise BadFault("a fault is a JSON object")
    unknown = sorted(set(form) - set(_KEYS))
    if unknown:
        raise BadFault(f"unknown key {unknown[0]!r}; known: {', '.join(_KEYS)}")
    _one_of("provider", form.get("provider"), operations)
    _one_of("operation", form.get("operation"), operations[form["provider"]])
    _one_of("kind", form.get("kind"), get_args(FaultKind))
    _check_numbers(form)
    _check_headers(form.get("headers", {}))
    return Fault(**form)


def _one_of(key: str, value: Any, known: Any) -> None:
    if not isinstance(value, str) or value not in known:
        raise BadFault(f"unknown {key} {value!r}; known: {', '.join(sorted(known))}")


def _check_numbers(form: Mapping[str, Any]) -> None:
    for key in _NUMBERS:
        value = form.get(key, 1)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise BadFault(f"{key} is a whole number of 0 or more, not {value!r}")
    if form.get("count", 1) < 1:
        raise BadFault("count is 1 or more")
    if not 100 <= form.get("status", 500) <= 599:  # noqa: PLR2004 - what HTTP allows
        raise BadFault("status is an HTTP status")


def _check_headers(headers: Any) -> None:
    if not isinstance(headers, dict) or not all(isinstance(one, str) for one in headers.values()):
        raise BadFault("headers is an object of strings")

"""Checks requests and answers of Graph against Microsoft's own description of it."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from openapi_schema_validator import OAS30Validator

_ROOT = Path(__file__).resolve().parents[3]
_SPEC = _ROOT.parent / "shared" / "specs" / "msgraph-calendar.json"


@cache
def spec() -> dict[str, Any] | None:
    """Load the description; None without it on a developer's machine, an error in CI."""
    if not _SPEC.exists():
        assert os.environ.get("CI") != "true", f"{_SPEC} is missing"
        return None
    content: dict[str, Any] = json.loads(_SPEC.read_text())
    return content


def check_request(operation: str, body: Any) -> None:
    """Fail when the body of an operation such as `POST /me/events` does not fit."""
    described = _operation(operation)
    if described and "requestBody" in described:
        _check(_schema(_resolved(described["requestBody"])), body)


def check_answer(operation: str, status: int, content: Any) -> None:
    """Fail when an answer with a body does not fit, or its status is not described."""
    described = _operation(operation)
    if described is None:
        return
    several = described["responses"]
    wildcard = f"{status // 100}XX"
    assert str(status) in several or wildcard in several, (operation, status, list(several))
    if content is not None:
        response = _resolved(several.get(str(status)) or several[wildcard])
        assert "content" in response, (operation, status)
        _check(_schema(response), content)


def _operation(operation: str) -> dict[str, Any] | None:
    content = spec()
    if content is None:
        return None
    method, path = operation.split(" ")
    described: dict[str, Any] = content["paths"][path][method.lower()]
    return described


def _resolved(part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        found: Any = spec()
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def _schema(part: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = part["content"]["application/json"]["schema"]
    return schema


def _check(schema: dict[str, Any], content: Any) -> None:
    described = spec() or {}
    validator = OAS30Validator({"allOf": [schema], "components": described["components"]})
    problems = [
        f"{list(one.absolute_path)}: {one.message}" for one in validator.iter_errors(content)
    ]
    assert not problems, problems

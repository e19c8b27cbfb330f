"""Checks requests and answers of Zoom against Zoom's own description of the meetings API."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from openapi_schema_validator import OAS30Validator

_ROOT = Path(__file__).resolve().parents[3]
_SPEC = _ROOT.parent / "shared" / "specs" / "zoom-meetings.json"


@cache
def spec() -> dict[str, Any] | None:
    """Load the description; None without it on a developer's machine, an error in CI."""
    if not _SPEC.exists():
        assert os.environ.get("CI") != "true", f"{_SPEC} is missing"
        return None
    content: dict[str, Any] = json.loads(_SPEC.read_text())
    _mend(content)
    return content


def check_request(operation: str, body: Any) -> None:
    """Fail when the body of an operation such as `PATCH /meetings/{meetingId}` does not fit."""
    described = _operation(operation)
    if described and "requestBody" in described:
        _check(_schema(described["requestBody"]), body)


def check_answer(operation: str, status: int, content: Any) -> None:
    """Fail when a good answer does not fit; refusals have no schema but their form."""
    if status >= 400:
        assert isinstance(content["code"], int), content
        assert isinstance(content["message"], str), content
        return
    described = _operation(operation)
    if described is None:
        return
    assert str(status) in described["responses"], (operation, status)
    answer = described["responses"][str(status)]
    if content is None:
        assert "content" not in answer, (operation, status)
    else:
        _check(_schema(answer), content)


def _mend(content: dict[str, Any]) -> None:
    """Take away the known defect: `weekly_days` lists single days, its text allows "1,3".

    `start_time` is called date-time although local times are right: formats are not checked.
    """
    for schema in content["components"]["schemas"].values():
        schema.get("properties", {}).get("weekly_days", {}).pop("enum", None)


def _operation(operation: str) -> dict[str, Any] | None:
    content = spec()
    if content is None or operation.split(" ")[1] in {"/users/me", "/users/{userId}"}:
        return None
    method, path = operation.split(" ")
    described: dict[str, Any] = content["paths"][path][method.lower()]
    return described


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

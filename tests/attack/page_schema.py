"""The pages as an OpenAPI document, made from the list of pages itself."""

from __future__ import annotations

import re
from typing import Any

from syncd.core.conference import ConferenceKind
from syncd.core.ids import Provider
from syncd.web.routes import PAGES

TOKEN = "form_token"
_TEXT: dict[str, Any] = {"type": "string"}
_KIND: dict[str, Any] = {"type": "string", "enum": [str(kind) for kind in ConferenceKind]}
_MOMENT: dict[str, Any] = {
    "type": "string",
    "pattern": r"^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]$",
}

# What the forms of the pages send, and what their addresses may carry.
_FORMS: dict[str, dict[str, Any]] = {
    "/sign-in/{provider}": {"next": _TEXT},
    "/connect/{provider}": {"next": _TEXT},
    "/calendars/{provider}": {"calendar": _TEXT},
    "/disconnect/{provider}": {"links": {"type": "string", "enum": ["keep", "remove"]}},
    "/calendar/choose": {"event": _TEXT, "kind": _KIND, "next": _TEXT},
    "/calendar/start": {"event": _TEXT},
    "/new-event": {
        "key": _TEXT,
        "title": _TEXT,
        "calendar": _TEXT,
        "start": _MOMENT,
        "end": _MOMENT,
        "zone": _TEXT,
        "kind": _KIND,
        "guests": _TEXT,
        "description": _TEXT,
    },
    "/admin/resume": {"account": _TEXT},
    "/sign-out": {},
}
_QUERIES: dict[str, tuple[str, ...]] = {
    "/sign-in": ("next", "done"),
    "/settings": ("done",),
    "/calendar": ("view", "date", "tz", "done"),
    "/new-event": ("tz", "date"),
    "/admin/audit": ("before",),
    "/sign-in/{provider}/callback": ("state", "code", "error", "error_description", "iss"),
    "/connect/{provider}/callback": ("state", "code", "error", "error_description", "iss"),
}


def document() -> dict[str, Any]:
    """Give the document, OpenAPI 3.0; every page stands in it."""
    paths: dict[str, Any] = {}
    for page in PAGES:
        paths.setdefault(page.path, {})[page.method.lower()] = _operation(page.path, page.method)
    for path in ("/healthz", "/readyz"):
        paths[path] = {"get": {"responses": {"200": {"description": "well"}}}}
    paths["/hooks/{provider}"] = {"post": _operation("/hooks/{provider}", "POST")}
    return {"openapi": "3.0.3", "info": {"title": "syncd", "version": "1"}, "paths": paths}


def _operation(path: str, method: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "responses": {"default": {"description": "a page"}},
        "parameters": [
            *(_parameter(name, "path") for name in re.findall(r"{(\w+)}", path)),
            *(_parameter(name, "query") for name in _QUERIES.get(path, ()) if method == "GET"),
        ],
    }
    if method == "POST":
        made["requestBody"] = {"content": _body(path), "required": True}
    return made


def _parameter(name: str, where: str) -> dict[str, Any]:
    schema = (
        {"type": "string", "enum": [str(one) for one in Provider]} if where == "path" else _TEXT
    )
    return {"name": name, "in": where, "required": where == "path", "schema": schema}


def _body(path: str) -> dict[str, Any]:
    if path not in _FORMS:
        return {"application/json": {"schema": {"type": "object"}}}
    fields = _FORMS[path]
    form = {"type": "object", "properties": fields, "required": sorted(fields)}
    return {"application/x-www-form-urlencoded": {"schema": form}}


def can_be_wrong(path: str) -> bool:
    """Tell whether anything that is sent there could fail to be what the document says."""
    return bool(_FORMS.get(path)) or path.startswith("/hooks/")

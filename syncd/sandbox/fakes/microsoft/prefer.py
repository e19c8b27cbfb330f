"""The Prefer header of Graph's calendar, and the Preference-Applied that answers it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from syncd.sandbox.fakes.microsoft.errors import GraphError
from syncd.sandbox.fakes.microsoft.zones import zone_named

_PREFERENCE = re.compile(r'([\w.\-]+)\s*=\s*(?:"([^"]*)"|([^\s,;]+))')
_LARGEST_PAGE = 200


@dataclass(frozen=True, kw_only=True)
class Prefer:
    """What the reader prefers, and which preferences were understood."""

    zone: tzinfo = UTC
    zone_name: str = "UTC"
    immutable: bool = False
    text: bool = False
    page_size: int | None = None
    applied: tuple[str, ...] = field(default=())


def read_prefer(headers: Iterable[str]) -> Prefer:
    """Read all Prefer headers, each perhaps with several preferences; raise GraphError 400."""
    found = {
        match[1].lower(): match[2] if match[2] is not None else match[3]
        for header in headers
        for match in _PREFERENCE.finditer(header)
    }
    zone = found.get("outlook.timezone", "UTC")
    content = found.get("outlook.body-content-type", "html").lower()
    return Prefer(
        zone=zone_named(zone),
        zone_name=zone,
        immutable=found.get("idtype") == "ImmutableId",
        text=content == "text",
        page_size=_page_size(found.get("odata.maxpagesize")),
        applied=_applied(found),
    )


def _page_size(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdigit() or int(text) < 1:
        message = "The preference odata.maxpagesize must be a positive number."
        raise GraphError(400, "ErrorInvalidParameter", message)
    return min(int(text), _LARGEST_PAGE)


def _applied(found: dict[str, str]) -> tuple[str, ...]:
    names = {
        "idtype": 'IdType="{}"',
        "outlook.timezone": 'outlook.timezone="{}"',
        "outlook.body-content-type": 'outlook.body-content-type="{}"',
        "odata.maxpagesize": "odata.maxpagesize={}",
    }
    return tuple(form.format(found[name]) for name, form in names.items() if name in found)

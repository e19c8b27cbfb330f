"""The parameters of an OAuth request, which Zoom takes from the query or from a form."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

_FORM = "application/x-www-form-urlencoded"


async def parameters(request: Request) -> dict[str, str]:
    """Read query and form; where both name a parameter, the form's wins."""
    found = dict(request.query_params)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM:
        body = (await request.body()).decode("utf-8", "replace")
        found |= dict(parse_qsl(body, keep_blank_values=True))
    return found

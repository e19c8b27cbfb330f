"""All calls that the product makes, and those of the catalogue that it does not make."""

from __future__ import annotations

from tests.cells import google_rows, microsoft_rows, zoom_rows

ROWS = (*google_rows.ROWS, *microsoft_rows.ROWS, *zoom_rows.ROWS)

_PUSH = "made when push comes; until then every change is found by polling"

MISSING = {
    "Google watch": _PUSH,
    "Google channels.stop": _PUSH,
    "Graph subscription create": _PUSH,
    "Graph subscription renew": _PUSH,
    "Graph subscription delete": _PUSH,
    "Graph subscription reauthorize": _PUSH,
    "Graph me": "who it is stands in the ID token of a renewal, which is a call of its own above",
}
"""The calls of the catalogue that nothing in the product makes, each with the reason."""

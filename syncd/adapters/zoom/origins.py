"""Where Zoom is reached, and which other host a token answer may send us to."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

DEFAULT_API_BASE = "https://api.zoom.us/v2"
DEFAULT_OAUTH_BASE = "https://zoom.us/oauth"

_ZOOMS_OWN = re.compile(r"https://(?:[a-z0-9-]{1,63}\.){0,3}zoom\.us/?")
# Browsers read a backslash as a slash, so the name must be followed by what ends it for all.
_LINK = re.compile(
    r"https://(?:[a-z0-9-]{1,63}\.){0,3}(?:zoom\.us|zoom\.com|zoomgov\.com|zoom\.com\.cn)(?=[/?]|\Z)"
)
# The clusters of Zoom's "API base URL" table; `api_url` of a token answer names one of them.
_REGIONS = ("us", "eu", "au", "ca", "in", "sa", "sg", "uk")


def origins(*, api_base: str, oauth_base: str) -> tuple[str, ...]:
    """List the origins that the transport must allow for these bases."""
    regional = [f"https://api-{region}.zoom.us" for region in _REGIONS]
    return (_origin(api_base), _origin(oauth_base), *(regional if _is_default(api_base) else ()))


def regional_base(api_url: str | None, *, api_base: str) -> str:
    """Give the base to call: the region's, if it is Zoom's own and nothing else is configured.

    A forged `api_url` would otherwise be handed the token.
    """
    if api_url is None or not (_is_default(api_base) and _ZOOMS_OWN.fullmatch(api_url)):
        return api_base.rstrip("/")
    return f"{_origin(api_url)}/v2"


def is_of_zoom(url: str) -> bool:
    """Tell whether a link leads a browser to Zoom itself, at any of its names."""
    return _LINK.match(url) is not None


def _is_default(api_base: str) -> bool:
    return api_base.rstrip("/") == DEFAULT_API_BASE


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"

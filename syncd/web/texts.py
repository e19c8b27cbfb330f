"""Every text of the pages, in one place: translate this file, and the pages are translated."""

from __future__ import annotations

from syncd.core.ids import Provider
from syncd.web.words import TEXTS

LANGUAGE = "en"

PROVIDER_NAMES = {
    Provider.GOOGLE: "Google",
    Provider.MICROSOFT: "Microsoft",
    Provider.ZOOM: "Zoom",
}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def has_text(key: str) -> bool:
    """Tell whether there is such a text."""
    return key in TEXTS


def text(key: str, /, **values: object) -> str:
    """Give a text with its values put in; KeyError when there is none."""
    return TEXTS[key].format(**values)

"""The telephone numbers that Zoom lists for a meeting; all from ranges kept for fiction."""

from __future__ import annotations

from collections.abc import Iterable

DEFAULT_COUNTRIES = ("US", "DE", "GB")

_NUMBERS: tuple[dict[str, str], ...] = (
    {
        "country": "US",
        "country_name": "US",
        "city": "New York",
        "number": "+1 2125550123",
        "type": "toll",
    },
    {
        "country": "US",
        "country_name": "US",
        "city": "San Jose",
        "number": "+1 4085550142",
        "type": "toll",
    },
    {"country": "US", "country_name": "US", "number": "+1 8005550199", "type": "tollfree"},
    {
        "country": "DE",
        "country_name": "Germany",
        "city": "Berlin",
        "number": "+49 30 23125 123",
        "type": "toll",
    },
    {
        "country": "GB",
        "country_name": "United Kingdom",
        "city": "London",
        "number": "+44 20 7946 0123",
        "type": "toll",
    },
    {"country": "FR", "country_name": "France", "number": "+33 1 9900 1234", "type": "toll"},
)


def numbers(countries: Iterable[str]) -> list[dict[str, str]]:
    """List the numbers of some countries (two-letter codes), in the order asked for."""
    return [
        dict(number) for country in countries for number in _NUMBERS if number["country"] == country
    ]

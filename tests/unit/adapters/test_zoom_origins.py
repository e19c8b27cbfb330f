from __future__ import annotations

import pytest

from syncd.adapters.zoom.origins import (
    DEFAULT_API_BASE,
    DEFAULT_OAUTH_BASE,
    is_of_zoom,
    origins,
    regional_base,
)


def test_a_region_of_zooms_own_is_followed():
    found = regional_base("https://api-eu.zoom.us", api_base=DEFAULT_API_BASE)
    assert found == "https://api-eu.zoom.us/v2"


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "http://api-eu.zoom.us",
        "https://evil.test",
        "https://evilzoom.us",
        "https://zoom.us.evil.test",
        "https://ana@api-eu.zoom.us",
        "https://api-eu.zoom.us:8443",
        "https://evil.test/api-eu.zoom.us",
        "https://evil.test#.zoom.us",
        "https://evil.test?.zoom.us",
        "https://evil.test\\.zoom.us",
        "//api-eu.zoom.us",
    ],
)
def test_any_other_place_is_not_handed_the_token(url: str | None):
    assert regional_base(url, api_base=DEFAULT_API_BASE) == DEFAULT_API_BASE


def test_a_configured_base_stays():
    base = "https://127.0.0.1:8443/zoom/v2/"
    assert regional_base("https://api-eu.zoom.us", api_base=base) == base.rstrip("/")


def test_the_origins_of_the_real_zoom_hold_its_regions():
    found = origins(api_base=DEFAULT_API_BASE, oauth_base=DEFAULT_OAUTH_BASE)
    assert {"https://api.zoom.us", "https://zoom.us", "https://api-eu.zoom.us"} <= set(found)


def test_the_origins_of_a_sandbox_hold_nothing_else():
    base = "https://127.0.0.1:8443/zoom"
    assert set(origins(api_base=f"{base}/v2", oauth_base=f"{base}/oauth")) == {
        "https://127.0.0.1:8443"
    }


@pytest.mark.parametrize(
    "url", ["https://us05web.zoom.us/s/93?zak=a", "https://zoom.us", "https://acme.zoomgov.com/s/1"]
)
def test_a_start_link_of_zooms_own_is_followed(url: str):
    assert is_of_zoom(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://zoom.us/s/1",
        "https://zoom.us.evil.test/s/1",
        "https://evilzoom.us/s/1",
        "https://evil.test/zoom.us",
        "https://evil.test\\.zoom.us/s/1",
        "https://zoom.us\\@evil.test/",
        "https://zoom.us@evil.test/",
        "https://ana@zoom.us/",
        "https://zoom.us:8443/",
        "//zoom.us/s/1",
        "javascript:https://zoom.us/s/1",
    ],
)
def test_no_browser_is_sent_anywhere_else(url: str):
    assert not is_of_zoom(url)

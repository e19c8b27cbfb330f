"""The host's own link: fresh, of Zoom's own address, and never shown."""

from __future__ import annotations

import logging

import httpx
import pytest

from syncd.ports.errors import NotFound, Permanent, Transient
from tests.integration.adapters.zoom_wire import MEETING, Zoom, meetings, refused

LINK = "https://us05web.zoom.us/s/93000000001?zak=eyJhbGciOiJIUzI1NiJ9"


async def test_it_is_read_at_every_call_and_never_logged(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    zoom = Zoom(httpx.Response(200, json=MEETING | {"start_url": LINK}))
    provider = meetings(zoom)
    for _ in range(2):
        assert (await provider.start_url(93_000_000_001)).reveal() == LINK
    assert [request.method for request in zoom.requests] == ["GET", "GET"]
    assert "zak" not in caplog.text
    assert "zak" not in repr(await provider.start_url(93_000_000_001))


@pytest.mark.parametrize(
    "url", [None, 7, "", "javascript:alert(1)", "https://evil.test\\.zoom.us/s/1", LINK + "\n"]
)
async def test_what_is_no_link_of_zoom_goes_to_no_browser(url: object):
    zoom = Zoom(httpx.Response(200, json=MEETING | {"start_url": url}))
    with pytest.raises(Transient) as garbled:
        await meetings(zoom).start_url(93_000_000_001)
    assert garbled.value.code == "garbled"


async def test_a_meeting_that_is_gone_or_of_another_host_has_none():
    zoom = Zoom(refused(404, 3001), refused(400, 3003))
    provider = meetings(zoom)
    with pytest.raises(NotFound):
        await provider.start_url(93_000_000_001)
    with pytest.raises(Permanent):
        await provider.start_url(93_000_000_001)

"""What is fuzzed: each takes the bytes that came in, and runs what the product does with them.

An error that the product does not promise there is a find, and so is a promise that does not hold.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from syncd.adapters.google import translate as google
from syncd.adapters.google.recurrence import recurrence_in
from syncd.adapters.http import Answer, Garbled, retry_after, sane_json
from syncd.adapters.microsoft import delta
from syncd.adapters.microsoft.zones import iana
from syncd.adapters.recurrence import Rules, occurrences
from syncd.adapters.zoom.access import read_grant
from syncd.adapters.zoom.hooks import HookRefused
from syncd.config.errors import ConfigError
from syncd.config.load import load_without_secrets
from syncd.core.event import BodyFormat, EventShape
from syncd.core.fixed_times import laid_out
from syncd.core.ids import CalendarKey, Provider
from syncd.core.zones import zone_named
from syncd.ports.calendar import Changed, Gone, Partial, Unreadable
from syncd.ports.errors import ProviderError
from tests.factories import NOW, event, spec
from tests.fakes.clock import FakeClock
from tests.fuzz.lives import judge, judge_block, judge_meeting
from tests.fuzz.scene import ANA, google_on, graph_on, live, zoom_on
from tests.unit.adapters.test_zoom_hooks import NOW as SIGNED_AT
from tests.unit.adapters.test_zoom_hooks import hooks, signed

Target = Callable[[bytes], None]

_MOST_ITEMS = 20


def google_event(data: bytes) -> None:
    """Take an item of Google's list, then all that follows from the event alone."""
    calendar = CalendarKey(Provider.GOOGLE, ANA, "primary")
    for item in _items(data):
        change = google.change_in(
            item, calendar=calendar, facts=google.CalendarFacts("owner", "Europe/Berlin")
        )
        assert isinstance(change, Changed | Gone | Unreadable)
        if isinstance(change, Changed):
            judge(change.event)


def microsoft_event(data: bytes) -> None:
    """Take an item of Graph's list, then all that follows from the event alone."""
    calendar = CalendarKey(Provider.MICROSOFT, ANA, "primary")
    for item in _items(data):
        listed = delta.listed_in(item, calendar=calendar)
        for change in (delta.change_in(item, calendar=calendar), listed):
            assert isinstance(change, Changed | Gone | Partial | Unreadable)
        if isinstance(listed, Changed):
            judge(listed.event)


def google_calendar(data: bytes) -> None:
    """Take a whole calendar of Google's through the adapter, the engine and the database."""
    clock = FakeClock(NOW)
    asyncio.run(live(google_on(_document(data), clock), Provider.GOOGLE, clock))


def microsoft_calendar(data: bytes) -> None:
    """Take a whole calendar of Graph's, delta round and all."""
    clock = FakeClock(NOW)
    asyncio.run(live(graph_on(_document(data), clock), Provider.MICROSOFT, clock))


def zoom(data: bytes) -> None:
    """Take all that Zoom answers: meetings, lists, users, invitations, tokens."""
    clock = FakeClock(NOW)
    document = _document(data)
    asyncio.run(_asked_of_zoom(document, clock))
    with suppress(ProviderError):
        read_grant(Answer(200, {}, json.dumps(document).encode()), now=NOW)


def block_html(data: bytes) -> None:
    """Put the link into an Outlook body, and take it out."""
    judge_block(_text(data), BodyFormat.HTML)


def block_text(data: bytes) -> None:
    """Put the link into a Google description, and take it out."""
    judge_block(_text(data), BodyFormat.TEXT)


def recurrence(data: bytes) -> None:
    """Follow the recurrence lines of a series; the first line may name its zone."""
    first, _, rest = _text(data).partition("\n")
    zone = first if zone_named(first) is not None else None
    for lines in (rest.split("\n"), [_text(data)]):
        read = recurrence_in(lines, zone=zone)
        for all_day in (False, True):
            series = event(shape=EventShape.SERIES, recurrence=read, zone=zone, all_day=all_day)
            with suppress(ValueError):
                Rules().next_start(series, after=NOW)
            with suppress(ValueError):
                starts = list(islice(occurrences(series, after=NOW), 50))
                assert starts == sorted(set(starts))
            laid_out(series, now=NOW)


def waits(data: bytes) -> None:
    """Read a Retry-After."""
    wait = retry_after({"retry-after": _text(data)}, NOW)
    assert wait is None or timedelta(0) <= wait <= timedelta(hours=1)


def zones(data: bytes) -> None:
    """Read the name of a zone, IANA's or Windows'."""
    for name in (zone_named(_text(data)), iana(_text(data))):
        if name is not None:
            NOW.astimezone(zone_named(str(name)) or UTC)


def config(data: bytes) -> None:
    """Read a configuration file."""
    path = _folder() / "syncd.yaml"
    path.write_bytes(data)
    refused: ConfigError | None = None
    try:
        load_without_secrets(path)
    except ConfigError as error:
        refused = error
    assert refused is None or (
        refused.problems and refused.render().endswith("nothing was changed")
    )


def webhook(data: bytes) -> None:
    """Take what a stranger, and what Zoom itself, may send to the web hook."""
    stamp, _, body = data.partition(b"\n")
    strange = {"x-zm-request-timestamp": _text(stamp), "x-zm-signature": "v0=" + "0" * 64}
    for headers, raw in (({}, data), (strange, body), (signed(data), data)):
        with suppress(HookRefused):
            hooks().read(headers, raw, now=SIGNED_AT)


TARGETS: Mapping[str, Target] = {
    target.__name__: target
    for target in (
        google_event,
        microsoft_event,
        google_calendar,
        microsoft_calendar,
        zoom,
        block_html,
        block_text,
        recurrence,
        waits,
        zones,
        config,
        webhook,
    )
}


async def _asked_of_zoom(document: Any, clock: FakeClock) -> None:
    zoom = zoom_on(document, clock)
    with suppress(ProviderError):
        await zoom.host(ANA)
    with suppress(ProviderError):
        assert all(0 < one.id < 2**63 for one in await zoom.listing(ANA))
    with suppress(ProviderError):
        judge_meeting(await zoom.get(93_000_000_001))
    with suppress(ProviderError):
        judge_meeting(await zoom.create(ANA, spec(), send_by=clock.monotonic() + 5))
    with suppress(ProviderError):
        await zoom.invitation(93_000_000_001)
    with suppress(ProviderError):
        await zoom.start_url(93_000_000_001)
    with suppress(ProviderError):
        await zoom.delete(93_000_000_001)


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="syncd-fuzz-"))


def _text(data: bytes) -> str:
    return data.decode(errors="replace")


def _document(data: bytes) -> Any:
    try:
        return sane_json(data)
    except Garbled:
        return {"pages": [_text(data)], "event": _text(data), "meeting": _text(data)}


def _items(data: bytes) -> list[Any]:
    """Give the items in a page, or the thing itself."""
    try:
        read = sane_json(data)
    except Garbled:
        return []
    return read[:_MOST_ITEMS] if isinstance(read, list) else [read]

"""The occurrences of a series, as a provider makes them of its rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from syncd.core.event import Event, EventShape
from syncd.core.ids import EventKey, EventRef, Provider
from syncd.core.series import Instance
from tests.fakes.recurrence import starts


def occurrence(series: Event, original_start: datetime) -> Event:
    """Give one occurrence as the provider would: Outlook's carry an iCalUId that says nothing."""
    is_google = series.ref.calendar.provider is Provider.GOOGLE
    event_id = f"{series.ref.event_id}_{original_start:%Y%m%dT%H%M%SZ}"
    uid = series.key.ical_uid if is_google else series.ref.event_id
    return replace(
        series,
        ref=EventRef(series.ref.calendar, event_id),
        key=EventKey(series.ref.calendar.provider, uid, original_start),
        shape=EventShape.OCCURRENCE,
        start=original_start,
        end=original_start + (series.end - series.start),
        recurrence=None,
        series_id=series.ref.event_id,
    )


def instances(
    series: Event, changed: Mapping[str, Event | None], *, begin: datetime, end: datetime
) -> tuple[Instance, ...]:
    """Give the times that touch a span; `changed` are those with an id of their own, None if gone."""
    found = []
    for start in starts(series, until=end):
        usual = occurrence(series, start)
        one = changed.get(usual.ref.event_id, usual)
        if one is not None and one.start < end and one.end > begin:
            found.append(Instance(start, one.start, one.end))
    return tuple(found)

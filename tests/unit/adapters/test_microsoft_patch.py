"""What is sent to Outlook for a change, and what is read from the answer."""

from __future__ import annotations

import pytest

from syncd.adapters.microsoft.translate import MARK_ID, after_write, event_in, patch_of
from syncd.core.event import (
    Body,
    BodyFormat,
    EventChange,
)
from tests.unit.adapters.microsoft_items import ANA, item


@pytest.mark.parametrize(
    ("change", "patch"),
    [
        (EventChange(), {}),
        (EventChange(title="Dinner"), {"subject": "Dinner"}),
        (
            EventChange(location="https://zoom.us/j/1"),
            {
                "location": {
                    "displayName": "https://zoom.us/j/1",
                    "locationUri": "https://zoom.us/j/1",
                    "locationType": "default",
                }
            },
        ),
        (
            EventChange(location="Room 1"),
            {"location": {"displayName": "Room 1", "locationUri": "", "locationType": "default"}},
        ),
        (
            EventChange(location=""),
            {"location": {"displayName": "", "locationUri": "", "locationType": "default"}},
        ),
        (
            EventChange(body=Body("<p>Hi</p>", BodyFormat.HTML)),
            {"body": {"contentType": "html", "content": "<p>Hi</p>"}},
        ),
        (
            EventChange(body=Body("Hi", BodyFormat.TEXT)),
            {"body": {"contentType": "text", "content": "Hi"}},
        ),
        (
            EventChange(mark="v1.1.a"),
            {"singleValueExtendedProperties": [{"id": MARK_ID, "value": "v1.1.a"}]},
        ),
        (
            EventChange(mark=""),
            {"singleValueExtendedProperties": [{"id": MARK_ID, "value": "-"}]},
        ),
    ],
)
def test_a_patch_holds_what_changes_and_nothing_else(change, patch):
    assert patch_of(change) == patch


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [(None, "v1.1.a", "v1.1.a"), ("v1.1.a", None, "v1.1.a"), ("v1.1.a", "", None)],
)
def test_the_answer_to_a_write_carries_the_mark_that_stands_now(before, change, after):
    marks = [{"id": MARK_ID, "value": before or "-"}]
    event = event_in(item(singleValueExtendedProperties=marks), calendar=ANA)
    answer = item(subject="Dinner")
    written = after_write(answer, before=event, change=EventChange(mark=change))
    assert (written.title, written.mark) == ("Dinner", after)

"""What the rules make of a thing that was read: whatever it is, they come to an end and keep their word."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from syncd.adapters.google.button import zoom_conference
from syncd.adapters.google.translate import patch_body
from syncd.adapters.microsoft.translate import patch_of
from syncd.adapters.recurrence import Rules
from syncd.core.conference import JoinInfo
from syncd.core.event import Body, BodyFormat, Event, EventShape
from syncd.core.linkblock import holds, merge, present, strip, strip_link
from syncd.core.look import Observed
from syncd.core.marks import mark_of
from syncd.core.meeting import Meeting
from syncd.core.plan import make_plan
from syncd.core.series import NextTime
from syncd.core.text import shows_url
from syncd.core.writeback import link_change, shows_link, unlink_change
from tests.factories import (
    MEETING_ID,
    NOW,
    binding,
    context,
    event,
    info,
    keys,
    linked,
    url_of,
    written,
)
from tests.fuzz.scene import POLICY

_OTHER = info(meeting_id=MEETING_ID + 1, join_url=url_of(MEETING_ID + 1, passcode="b"))
_CONTEXT = context(person=POLICY)


def judge(event: Event) -> None:
    """Plan an event, put the link in and take it out."""
    seen = Observed(
        ref=event.ref, event=event, binding=None, next_time=_next(event), first_read=NOW
    )
    make_plan(seen, _CONTEXT)
    bound = binding(key=event.key, ref=event.ref, version=event.version)
    make_plan(replace(seen, binding=bound), _CONTEXT)
    mark = mark_of(keys(), event.key, MEETING_ID)
    change = link_change(event, info(), mark=mark, flags=POLICY.flags)
    for body in (patch_body(change), patch_of(change)):
        json.dumps(body, ensure_ascii=False).encode()
    after = written(event, change)
    if event.body.format is BodyFormat.HTML or len(event.body.text) < 8000:
        assert shows_link(after, url_of())
    assert link_change(after, info(), mark=mark, flags=POLICY.flags).is_empty
    gone = written(after, unlink_change(after, url_of()))
    assert not shows_link(gone, url_of()) or shows_link(event, url_of())


def _next(event: Event) -> NextTime | None:
    if event.shape is not EventShape.SERIES:
        return None
    try:
        return NextTime(Rules().next_start(event, after=NOW))
    except ValueError as error:
        return NextTime(None, unreadable=str(error))


def judge_block(text: str, form: BodyFormat) -> None:
    """Put the block into a text, again, with another link, and out; Zoom's invitation as well."""
    body = Body(text, form)
    once = merge(body, info())
    assert merge(once, info()) == once
    assert merge(merge(body, _OTHER), info()) == once or present(body)
    without = strip_link(once, url_of())
    assert not shows_url(without.text, url_of())
    if not present(body):
        assert strip(once) == body
        assert _is_inserted(body.text, once.text)
    _judge_invitation(text, form)


def _is_inserted(before: str, after: str) -> bool:
    """Tell whether nothing but one piece more stands in the text."""
    start = next(
        (at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other),
        len(before),
    )
    return after.endswith(before[start:]) and len(after) >= len(before)


def _judge_invitation(text: str, form: BodyFormat) -> None:
    said = info(invitation=text)
    merged = merge(Body("Agenda", form), said)
    assert strip(merged) == Body("Agenda", form)
    assert merge(merged, said) == merged
    assert holds(merged, url_of())


def judge_meeting(meeting: Meeting) -> None:
    """Plan an event with a meeting as Zoom tells it, and show it in both kinds of calendar."""
    assert 0 < meeting.id < 2**63
    join = JoinInfo(meeting.id, meeting.join_url, meeting.passcode, meeting.phone_numbers[:3])
    for form in BodyFormat:
        once = merge(Body("Agenda", form), join)
        assert merge(once, join) == once
        assert strip(once) == Body("Agenda", form)
    json.dumps(zoom_conference(join))

    shown = linked(event(location="zoom"), join)
    bound = binding(meeting_id=meeting.id, join_url=meeting.join_url, spec_digest="other")
    seen = Observed(ref=shown.ref, event=shown, binding=bound, meeting=meeting, first_read=NOW)
    make_plan(seen, _CONTEXT)
    make_plan(seen, replace(_CONTEXT, now=NOW + timedelta(days=400)))
